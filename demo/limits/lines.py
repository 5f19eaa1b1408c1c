"""Figures of several models: a colour for each, the same in all of them; shades are 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from demo.common.plot_style import escape, layout
from demo.common.series import colour

HEIGHT, NAME = 340, 18
"""Pixels of a figure with two lines of names, and for each further one, which a phone has above the figure."""

AXIS: dict[str, Any] = {"zeroline": False, "gridcolor": "rgba(128,128,128,0.2)", "ticks": ""}
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")


LEGEND = 42
"""Letters of a name that fit beside its sign on a phone; Plotly breaks no line of a legend."""


def figure(
    traces: Sequence[Any], across: str, up: str, *, ticks: Sequence[str] | None = None, **more: Any
) -> go.Figure:
    """Lines over named axes; ``ticks`` names the whole numbers across, from 0, and ``more`` is said of that axis."""
    named: dict[str, Any] = {}
    if ticks is not None:
        named = {"tickmode": "array", "tickvals": list(range(len(ticks))), "ticktext": [escape(tick) for tick in ticks]}
    names = sum(1 + trace.name.count("<br>") for trace in traces if trace.showlegend is not False)
    return go.Figure(
        list(traces),
        layout(
            HEIGHT + NAME * max(0, names - 2),
            margin={"l": 60, "r": 16, "t": 12, "b": 60},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis={"title": {"text": across}, **AXIS, **named, **more},
            yaxis={"title": {"text": up}, **AXIS},
        ),
    )


def line(
    name: str, place: int, xs: Sequence[float], ys: Sequence[float], *, dash: str = "solid", hover: Sequence[str] = ()
) -> go.Scatter:
    """The line of model number ``place``; ``hover`` says what each point is."""
    fill, _ = colour(place)
    look: dict[str, Any] = {
        "line": {"color": fill, "width": 2, "dash": dash},
        "marker": {"color": fill, "size": 7, "symbol": SYMBOLS[place % len(SYMBOLS)]},
    }
    told = [escape(each) for each in hover] or [f"{x:g}" for x in xs]
    return go.Scatter(
        x=list(xs), y=[round(y, 4) for y in ys], mode="lines+markers", name=_folded(name), hovertext=told,
        hovertemplate="%{hovertext}: %{y:.2f}<extra>" + escape(name) + "</extra>", **look,
    )  # fmt: skip


def band(place: int, xs: Sequence[float], low: Sequence[float], high: Sequence[float]) -> go.Scatter:
    """An interval around the line of model number ``place``."""
    fill, _ = colour(place)
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return go.Scatter(
        x=[*xs, *reversed(xs)], y=[*high, *reversed(low)], fill="toself", mode="lines", line={"width": 0},
        fillcolor=f"rgba({red},{green},{blue},0.15)", hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def point(name: str, place: int, x: float, y: float) -> go.Scatter:
    """The present sentence."""
    fill, _ = colour(place)
    marker: dict[str, Any] = {"color": fill, "size": 13, "symbol": "star", "line": {"width": 1, "color": "#ffffff"}}
    return go.Scatter(
        x=[x], y=[round(y, 2)], mode="markers", name=_folded(f"{name}, this sentence"), marker=marker,
        hovertemplate="this sentence: %{y:.1f}<extra>" + escape(name) + "</extra>",
    )  # fmt: skip


def _folded(name: str) -> str:
    """In two lines at its last comma, where one would be cut off."""
    head, comma, tail = name.rpartition(", ")
    return f"{escape(head)},<br>{escape(tail)}" if comma and len(name) > LEGEND else escape(name)
