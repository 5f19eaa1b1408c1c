"""Figures as the page saves them for a paper."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

COLUMN = 84.0
"""Millimetres of a paper's column."""


OUTSIDE = """() => {
  const file = document.querySelector("svg").getBoundingClientRect();
  return [...document.querySelectorAll("text, image, .node, rect")].filter((part) => {
    const { left, right, top, bottom, width } = part.getBoundingClientRect();
    return width && (left < file.left - 1 || right > file.right + 1 || top < file.top - 1 || bottom > file.bottom + 1);
  }).map((part) => part.outerHTML.slice(0, 120));
}"""
"""What of a drawing is cut off at its edges."""


def cut_off(page: Page, file: str) -> list[str]:
    """What of an SVG lies beyond its edges; the page shows it from then on."""
    page.set_content(file)
    found: list[str] = page.evaluate(OUTSIDE)
    return found


def printed(page: Page, button: str) -> str:
    """The SVG that a button saves, which must be as wide as a column and legible there."""
    with page.expect_download() as download:
        page.locator(button).first.click()
    file = download.value.path().read_text(encoding="utf-8")
    drawn = ElementTree.fromstring(file)
    wide = float(str(drawn.get("width")).removesuffix("mm"))
    pixels = float(str(drawn.get("viewBox")).split()[2])
    sizes = re.findall(r"font-size[:=\"\s]+([\d.]+)", file)
    assert wide == pytest.approx(COLUMN)
    assert min(map(float, sizes)) * wide / pixels / 25.4 * 72 > 5, "points"
    return file


def texts(file: str) -> list[str]:
    """What is written in an SVG, in the order in which it is drawn."""
    return [text.strip() for text in ElementTree.fromstring(file).itertext()]


def caption(file: str) -> str:
    """What a figure says below itself: what it is of, made how and with what."""
    [said] = [part.text for part in ElementTree.fromstring(file).iter() if part.tag.endswith("}desc")]
    return said or ""
