"""Writes the short film of the beam tree in the README, frame by frame from the real app: ``make screenshots``."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from scripts.screenshots import IMAGES, browser_and_app, open_page
from tests.e2e.browsing import translate

SENTENCE = "Two children are playing in the snow."
WIDTH, WINDOW = 720, 980
"""Pixels: of the film, and of the page, in which the whole tree has room."""
LOOP, REST = 8000, 2400
"""Milliseconds of one round, and of its last picture."""

# As a drag of the slider does, but without the focus and its ring.
TO_STEP = """(slider, step) => {
  slider.value = step;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def frames(page: Page) -> list[Image.Image]:
    """The tree's card after each step, ``WIDTH`` pixels wide."""
    card, steps = page.locator(".card:has(#tree)"), page.locator("#tree .steps")
    last = int(steps.get_attribute("max") or 1)
    taken = []
    for step in range(1, last + 1):
        steps.evaluate(TO_STEP, step)
        expect(page.locator("#tree .at")).to_contain_text(f"step {step} of")
        picture = Image.open(io.BytesIO(card.screenshot())).convert("RGB")
        taken.append(picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS))
    return taken


def main() -> None:
    """Takes the frames and puts them together."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    with browser_and_app() as (browser, url):
        page = open_page(browser, url, "light", WINDOW, 1200, 2.0)
        translate(page, SENTENCE)
        taken = frames(page)
    # One palette for all, so that only what changed is stored of each.
    palette = taken[-1].quantize(256, dither=Image.Dither.NONE)
    first, *rest = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in taken]
    each = (LOOP - REST) // max(len(rest), 1)
    first.save(folder / "tree.gif", save_all=True, append_images=rest, loop=0, optimize=True,
               duration=[each] * len(rest) + [REST])  # fmt: skip
    print(f"wrote tree.gif: {len(taken)} frames, {(folder / 'tree.gif').stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
