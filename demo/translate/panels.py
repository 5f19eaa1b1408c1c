"""The Translate view's cards below the first, which show nothing but what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from demo.common.markup import Html, tag
from demo.translate import learnt, lens, shaping, tree
from demo.translate.filters import SAMPLE, filter_controls
from demo.translate.state import Shown

KEYS = tag("span", "With the keyboard: arrows go from word to word, Space plays or pauses.", class_="keys")

Draw = Callable[[Shown, bool], Html]
"""Draws what is shown; the flag asks for words instead of pieces."""


@dataclass(frozen=True)
class Panel:
    """A card below the others that shows nothing but what is looked at.

    parts: what stands in it, by its id on the page.
    caption: below a figure, how to use it. looks: the figure's class. scripts: that tell what is done in a part.
    """

    title: str
    aside: str
    parts: Mapping[str, Draw]
    caption: str = ""
    looks: str = ""
    scripts: Mapping[str, str] = field(default_factory=dict)


PANELS = (
    Panel(
        "What it kept and threw away", "the search tree, step by step",
        {"tree": lambda shown, _: tree.draw(shown.result, shown.index)}, caption=KEYS, looks="tree",
    ),
    Panel(
        "Why this word?", "the distribution at each step; choose a column, then take another piece",
        {
            "lens": lambda shown, _: lens.draw(shown.result, shown.index, shown.opened),
            "shaping": lambda shown, _: shaping.draw(
                filter_controls(shown.result) if shown.result.steps else (), shown.result.strategy == SAMPLE
            ),
            "detail": lambda shown, _: lens.detail(
                shown.result, shown.index, shown.opened, shown.languages.target_code, shown.rank, shown.given
            ),
            "learnt": lambda shown, _: learnt.draw(shown, shown.opened),
        },
        scripts={"lens": "pressed", "shaping": "shaping", "detail": "pressed", "learnt": "pressed"},
    ),
)  # fmt: skip
"""From top to bottom. A further card is its file and a line here."""
