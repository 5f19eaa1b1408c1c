"""Writes the pictures of the README anew, from the real app in a real browser: ``make screenshots``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.serving import free_port, serving

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SENTENCE = "The children are playing with a brown dog in the snow."

# file: colour scheme, width, height, device pixels per CSS pixel
PICTURES = {
    "translate.png": ("light", 1440, 1200, 1.5),
    "translate-dark.png": ("dark", 1440, 1200, 1.5),
    "translate-phone.png": ("light", 390, 844, 2.0),
}


def take(browser: Browser, url: str, name: str) -> None:
    """One picture of the Translate tab after a sentence was entered."""
    scheme, width, height, scale = PICTURES[name]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=scale,
    )
    page.goto(url)
    expect(page.locator("#status .done")).to_be_visible(timeout=60_000)
    page.locator("#sentence textarea").fill(SENTENCE)
    page.locator("#sentence textarea").press("Enter")
    expect(page.locator("#heatmap .xaxislayer-above")).to_contain_text("snow", timeout=60_000)
    expect(page.locator("#status .done")).to_be_visible()
    page.locator("h1").click()  # no cursor in the box
    page.screenshot(path=IMAGES / name)
    page.close()


def main() -> None:
    """Takes them all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with serving("--no-browser", "--device", "cpu", "--port", str(port), port=port) as (url, _), sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", shutil.which("chromium")), args=["--no-sandbox"]
        )
        for name in PICTURES:
            take(browser, url, name)
            print(f"wrote {IMAGES / name}")


if __name__ == "__main__":
    main()
