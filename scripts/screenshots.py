"""Writes a picture of every view, light and dark, wide and narrow, from the real app: ``make screenshots``.

``python -m scripts.screenshots FOLDER`` writes them elsewhere. Each is quantised to 256 colours, which the page hardly
exceeds, and is a third of the size then.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.browsing import SENTENCE, chromium, ready, translate
from tests.e2e.serving import free_port, serving

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
HELPED = "I would have helped you if you had asked me."
SNOW = "The children are playing with a brown dog in the snow."
LETTER = """Dear Mary,

we have a new dog. It is small and brown, and it sleeps in my bed. Would you like to see it?
My brother has bought a bicycle, but he can't ride it yet.
https://example.org/dog
Grand Hotel Victoria Berlin
Здравствуйте, дорогая Мария
Come and see us next week, please.

Yours, Tom"""
PATIENCE = 120_000
"""Milliseconds that anything on the page may take."""

SIZES = {1440: (1200, 1.5), 390: (1500, 2.0)}
"""Width: height, and device pixels per CSS pixel."""


@dataclass(frozen=True)
class Shot:
    """What is to be seen: how to get there, and which part of the page it is ("" = what the window shows)."""

    name: str
    prepare: Callable[[Page], None]
    part: str = ""


@contextmanager
def browser_and_app() -> Iterator[tuple[Browser, str]]:
    """A browser, and the address of the app with the shipped checkpoints."""
    port = free_port()
    with serving("--no-browser", "--device", "cpu", "--port", str(port), port=port) as (url, _), sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser, url
        browser.close()


def open_page(browser: Browser, url: str, scheme: str, width: int, height: int, scale: float) -> Page:
    """The app with its first result, at rest: nothing moves, nothing blinks."""
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=scale,
        reduced_motion="reduce",
    )
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.goto(url)
    ready(page)
    return page


def translated(page: Page) -> None:
    """Translate with a result."""
    translate(page, SNOW)
    expect(page.locator("#heatmap .xaxislayer-above >> nth=0")).to_contain_text("snow")


def looked_into(page: Page) -> None:
    """Translate, at the piece where greedy search takes another way."""
    translate(page, HELPED)
    page.locator("#lens button").nth(2).click()
    expect(page.locator("#detail .after")).to_contain_text("hätte")


def mistaken(page: Page) -> None:
    """Translate, asked to translate nothing."""
    page.locator(SENTENCE).fill("")
    page.locator("#translate").click()
    expect(page.locator("#status .error")).to_be_visible()


def compared(page: Page) -> None:
    """Compare with a result."""
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare").click()
    expect(page.locator("#compare-status .done")).to_be_visible()


def compared_on_a_set(page: Page) -> None:
    """Compare on the built-in sentences."""
    page.locator("#set-run").click()
    expect(page.locator("#set-status .done")).to_be_visible()
    expect(page.locator("#quality-cost .main-svg").first).to_be_visible()


def translated_document(page: Page) -> None:
    """Document with a result."""
    page.get_by_role("tab", name="Document").click()
    page.locator("#document-text textarea").fill(LETTER)
    page.locator("#document-run").click()
    expect(page.locator("#document-status .done")).to_be_visible()
    page.get_by_role("radio", name="Doubtful first").check(force=True)


SHOTS = (
    Shot("translate", translated),
    Shot("tree", translated, ".card:has(#tree)"),
    Shot("ledger", translated, ".card:has(#ledger)"),
    Shot("lens", looked_into, ".card:has(#lens)"),
    Shot("error", mistaken),
    Shot("compare", compared),
    Shot("compare-set", compared_on_a_set, "#on-a-set"),
    Shot("document", translated_document),
)


def save(page: Page, shot: Shot, file: Path) -> None:
    """One picture."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    shot = page.locator(shot.part).screenshot() if shot.part else page.screenshot()
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> None:
    """Takes them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with browser_and_app() as (browser, url):
        for scheme in ("light", "dark"):
            for width, (height, scale) in SIZES.items():
                page, before = open_page(browser, url, scheme, width, height, scale), None
                for shot in SHOTS:
                    if shot.prepare is not before:
                        shot.prepare(page)
                    before = shot.prepare
                    save(page, shot, folder / f"{shot.name}-{scheme}-{width}.png")
                    print(f"wrote {shot.name}-{scheme}-{width}.png", flush=True)
                page.close()


if __name__ == "__main__":
    main()
