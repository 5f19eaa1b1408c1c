"""What decoding costs on this machine, by width, length and batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag

if TYPE_CHECKING:  # the service brings torch, which a table has no use for
    from demo.service import SearchCost

AXES = {
    "width": ("Beam width", "one sentence"),
    "length": ("Pieces of the source", "beam 5; the sentence once, twice, four times"),
    "batch": ("Sentences at once", "beam 5; milliseconds for each sentence"),
}
PARALLEL = (
    "Each step needs the piece before it, so decoding goes step by step, in a Transformer as here. In training the "
    "whole target is known: a Transformer computes all positions at once; a recurrent network still goes through them "
    "one by one, and only its attention and output are computed for all at once."
)


def about() -> Html:
    """Before anything was measured."""
    return tag("p", PARALLEL, class_="caption")


def draw(found: Sequence[SearchCost]) -> Html:
    """A table for each axis."""
    return join([*(_table(axis, [one for one in found if one.axis == axis]) for axis in AXES), about()])


def _table(axis: str, found: Sequence[SearchCost]) -> Html:
    if not found:
        return Html()
    name, how = AXES[axis]
    longest = max(_milliseconds(one) for one in found) or 1.0
    heads = [tag("th", head, scope="col", class_="number") for head in (name, "Model calls", "Milliseconds")]
    rows = [
        tag("tr", tag("td", str(one.value), class_="number"), tag("td", f"{one.calls:,}", class_="number"),
            tag("td", tag("span", f"{_milliseconds(one):,.0f}", class_="value"),
                tag("span", class_="bar", style=f"--length:{_milliseconds(one) / longest:.3f}", aria_hidden="true"),
                class_="number"))
        for one in found
    ]  # fmt: skip
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates costs")
    return tag("section", tag("h3", name), tag("p", how, class_="caption"), table)


def _milliseconds(one: SearchCost) -> float:
    return 1000 * one.seconds / (one.value if one.axis == "batch" else 1)
