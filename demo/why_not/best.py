"""The true best under the model's score, as exact search finds it, and where the empty translation stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS, minus

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained

ABOUT = (
    "Exact search looks for the most probable output of all, by log P alone. Within its budget it proves it, or "
    "says how far it is from that."
)


def about() -> Html:
    """Before it was asked for."""
    return tag("p", ABOUT, class_="caption")


def draw(shown: Explained) -> Html:
    """What was found, whether that is proven, and the other translations by log P beside it."""
    found = shown.exact
    if found is None:
        return about()
    lang = shown.languages.target_code
    lines = [
        tag(
            "tr",
            tag("th", row.name, scope="row"),
            tag("td", row.text or NO_WORDS, class_="text", lang=lang, dir="auto"),
            tag("td", f"{row.log_prob:.2f}".replace("-", "−"), class_="number", data_label="log P"),
        )
        for row in found.ranked
    ]
    heads = [
        tag("th", unseen("Which"), scope="col"),
        tag("th", shown.languages.output, scope="col"),
        tag("th", "log P", scope="col", class_="number"),
    ]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", lines), class_="candidates")
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Ranked by log P")
    return join([tag("p", minus(found.said), class_="verdict"), scroll, about()])
