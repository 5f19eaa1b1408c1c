"""What decoding costs on this machine, by width, length and batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag

if TYPE_CHECKING:  # the service brings torch, which a table has no use for
    from demo.service import SearchCost

AXES = {
    "width": ("Beam width", "one sentence"),
    "length": ("Pieces of the source", "beam 5; the sentence once, twice, four times"),
    "batch": ("Sentences at once", "beam 5; milliseconds for each sentence"),
    "read": (
        "Pieces read at once",
        "the translations of the sources above, in one pass as in training, where the whole target is known",
    ),
}
PARALLEL = (
    "Each step needs the piece before it, so decoding goes step by step, in a Transformer as in a recurrent network. "
    "In training the whole target is known: a Transformer computes all positions at once; a recurrent network still "
    "goes through them one by one, and only its attention and output are computed for all at once. Measure both: "
    "models that were timed on the same sentence stay below each other."
)


def about() -> Html:
    """Before anything was measured."""
    return tag("p", PARALLEL, class_="caption")


@dataclass(frozen=True)
class Timed:
    """What searches for one sentence took with one model. title: what people call the model."""

    model: str
    title: str
    text: str
    found: tuple[SearchCost, ...] = ()


def with_these(known: Sequence[Timed], now: Timed) -> tuple[Timed, ...]:
    """Those of the same sentence, of each model the last."""
    kept = (one for one in known if one.text == now.text and one.model != now.model)
    return (*kept, *([now] if now.found else []))


def draw(timed: Sequence[Timed]) -> Html:
    """A table for each axis, the models below each other at each of its points."""
    return join([*(_table(axis, timed) for axis in AXES), about()])


def _table(axis: str, timed: Sequence[Timed]) -> Html:
    columns = [(one, [cost for cost in one.found if cost.axis == axis]) for one in timed]
    points = max((len(found) for _, found in columns), default=0)
    placed = [(one, found[point]) for point in range(points) for one, found in columns if point < len(found)]
    if not placed:
        return Html()
    name, how = AXES[axis]
    longest = max(_milliseconds(cost) for _, cost in placed) or 1.0
    several = len(timed) > 1
    heads = [tag("th", head, scope="col", class_="number") for head in (name, "Model calls", "Milliseconds")]
    first = [tag("th", "Model", scope="col")] if several else []
    rows = [
        tag("tr", tag("th", one.title, scope="row", title=one.model) if several else "",
            tag("td", f"{cost.value:,}", class_="number"), tag("td", f"{cost.calls:,}", class_="number"),
            tag("td", tag("span", _told(cost), class_="value"),
                tag("span", class_="bar", style=f"--length:{_milliseconds(cost) / longest:.3f}", aria_hidden="true"),
                class_="number"))
        for one, cost in placed
    ]  # fmt: skip
    table = tag("table", tag("thead", tag("tr", first + heads)), tag("tbody", rows), class_="candidates costs")
    return tag("section", tag("h3", name), tag("p", how, class_="caption"), table)


def _told(one: SearchCost) -> str:
    """Its milliseconds; tenths of those that are few."""
    value = _milliseconds(one)
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def _milliseconds(one: SearchCost) -> float:
    return 1000 * one.seconds / (one.value if one.axis == "batch" else 1)
