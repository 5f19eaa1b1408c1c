"""Putting what was measured into a page of the documentation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright


def write_between(page: Path, name: str, lines: Sequence[str]) -> None:
    """Puts lines between the page's markers of this name."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text("\n".join([before + begin, "", *lines, "", end + after]), encoding="utf-8")


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table; all columns but the first are figures, set to the right."""
    rule = "|".join(["---", *["---:"] * (len(head) - 1)])
    return [f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)]


def save_figures(figures: Sequence[tuple[go.Figure, Path]]) -> None:
    """Writes figures as PNG, drawn by the browser that the tests use, two pixels to each of the layout's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", shutil.which("chromium")), args=["--no-sandbox"]
        )
        page = browser.new_page(device_scale_factor=2, viewport={"width": 1000, "height": 800})
        for figure, path in figures:
            page.set_content(figure.to_html(include_plotlyjs=True, config={"displayModeBar": False}))
            page.locator(".main-svg").first.wait_for()
            page.locator(".plot-container").screenshot(path=path)
        browser.close()
