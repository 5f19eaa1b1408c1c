"""How far a source word reaches: what is lost without it, in this sentence and in the mean of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.common.pieces import clip
from demo.common.plot_style import layout
from demo.limits.lines import band, figure, line
from demo.limits.measured import measured

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from demo.limits.state import BesideEachOther


def here(shown: BesideEachOther) -> go.Figure:
    """A line for each model over the words of the sentence."""
    known = [(place, one) for place, one in enumerate(shown.found) if one.left_out is not None]
    if not known:
        return go.Figure(layout=layout(80, xaxis={"visible": False}, yaxis={"visible": False}))
    words = known[0][1].left_out.words  # type: ignore[union-attr]  # all read the same sentence
    traces = [
        line(
            shown.title(one.model),
            place,
            range(len(words)),
            one.left_out.worth,
            hover=[f"without {word}" for word in words],
        )
        for place, one in known
        if one.left_out is not None
    ]
    return figure(traces, "", "nats lost without the word", ticks=[clip(word) for word in words], tickangle=-45)


def average(names: Mapping[str, str]) -> go.Figure:
    """A line for each model that was measured, by where in the sentence the word stands. ``names``: with titles."""
    places, traces = int(measured()["places"]), list[Any]()
    for place, name in enumerate(name for name in names if name in measured()["models"]):
        rows = measured()["models"][name]["reach"]
        xs = [row["place"] for row in rows]
        traces += [
            band(place, xs, [row["low"] for row in rows], [row["high"] for row in rows]),
            line(
                names[name], place, xs, [row["mean"] for row in rows], hover=[f"part {x + 1} of {places}" for x in xs]
            ),
        ]
    ticks = ["first words", *[""] * (places - 2), "last words"]
    return figure(traces, "", "nats lost without a word", ticks=ticks)
