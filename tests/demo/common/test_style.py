"""What the style sheets may ask of the browser."""

from __future__ import annotations

import re

import pytest

from demo.common.assets import ASSETS

AROUND_FIGURES = ("html", "body", ".gradio-container", "#stage", ".evidence", ".card", ".looked", ".answer", ".heatmap")
"""What a figure stands in, by the names that the sheets have for it."""


@pytest.mark.parametrize("sheet", sorted(path.name for path in ASSETS.glob("*.css")))
def test_nothing_around_a_figure_is_styled_by_what_is_in_it(sheet: str) -> None:
    """After each of the hundreds of changes of a figure the browser would look at all of the page's style again."""
    text = re.sub(r"/\*.*?\*/", "", (ASSETS / sheet).read_text(encoding="utf-8"), flags=re.S)
    while (plainer := re.sub(r":(not|is|where|has)\(([^()]*)\)", _without_argument, text)) != text:
        text = plainer
    for asked in re.findall(r"([^\s>+~,{}]*)§", text):
        assert "#" in asked or "." in asked, f"{asked}:has() is asked of every element"
        names = re.findall(r"[#.]?[\w-]+", asked)
        assert not set(names) & set(AROUND_FIGURES), asked


def _without_argument(function: re.Match[str]) -> str:
    """A mark for what asks, itself or in its argument, what is inside."""
    return "§" if function[1] == "has" or "§" in function[2] else ""
