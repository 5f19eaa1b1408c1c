"""Quality of each strategy over a set of sentences, against what it cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from demo.common.labels import Box, choose_sides
from demo.common.plot_style import INK, escape, layout
from demo.common.series import colour

HEIGHT = 420
DISC = 21
"""Pixels across a point: room for its number."""

SIDES = (("middle right", 1, 0), ("middle left", -1, 0), ("top right", 1, 1), ("bottom right", 1, -1),
         ("top left", -1, 1), ("bottom left", -1, -1))  # fmt: skip
"""Where a label may stand, in the order of preference: Plotly's word for it, and the directions right and up."""

LETTER, LINE = 0.0075, 0.05
"""Of a label, as shares of the plot's width and height on a laptop; labels are placed with them."""


@dataclass(frozen=True)
class QualityPoint:
    """One strategy.

    place: its number, counted from 0.
    margin: half the interval of its quality; None = not known.
    part: it was stopped, so its quality is that of other sentences than the others'.
    ends: the least and the greatest cost of several runs; None where there was one.
    """

    place: int
    name: str
    cost: float
    quality: float
    margin: float | None = None
    part: bool = False
    ends: tuple[float, float] | None = None


def draw(points: Sequence[QualityPoint], quality: str, cost: str, instead: str = "") -> go.Figure:
    """A numbered point with its interval and name for each strategy; axes alone where there are none yet.

    Args:
        points: in any order.
        quality: what the upright axis measures.
        cost: what the other axis measures; it begins at 0.
        instead: why there are no points, where there will be none.
    """
    ends = [p.quality + sign * (p.margin or 0.0) for p in points for sign in (-1, 1)]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = (high - low or 1.0) * 0.12
    bottom, top = low - room, high + room
    width = 1.12 * max((max(p.ends or (p.cost,)) for p in points), default=1.0) or 1.0
    spots = [_spot(p, width, bottom, top) for p in points]
    axis = {
        "showgrid": True, "gridcolor": "rgba(128,134,148,0.18)", "zeroline": False, "ticks": "", "fixedrange": True,
        "automargin": True, "showticklabels": bool(points),
    }  # fmt: skip
    figure = go.Figure(
        [_trace(p, side, quality, cost) for p, side in zip(points, _sides(spots), strict=True)],
        layout(
            HEIGHT,
            margin={"l": 60, "r": 16, "t": 16, "b": 52},
            showlegend=False,
            xaxis={**axis, "title": _title(cost), "range": [0, width]},
            yaxis={**axis, "title": _title(quality), "range": [bottom, top]},
        ),
    )
    for p in points:
        number = {"text": f"<b>{p.place + 1}</b>", "font": {"size": 12, "color": INK if p.part else colour(p.place)[1]}}
        figure.add_annotation(x=p.cost, y=p.quality, showarrow=False, **number)
    if instead:
        figure.update_layout(title={"text": instead, "x": 0.5, "y": 0.5, "font": {"size": 14, "color": INK}})
    return figure


def _trace(point: QualityPoint, side: str, quality: str, cost: str) -> go.Scatter:
    fill, _ = colour(point.place)
    interval = f" ± {point.margin:.1f}" if point.margin is not None else ""
    return go.Scatter(
        x=[point.cost],
        y=[point.quality],
        mode="markers+text",
        text=[escape(point.name)],
        textposition=side,
        textfont={"size": 13, "color": INK},
        cliponaxis=False,
        marker={
            "size": DISC,
            "color": fill,
            "symbol": "circle-open" if point.part else "circle",
            "line": {"width": 2 if point.part else 0, "color": fill},
        },
        error_x=_reach(point.cost, point.ends, fill) if point.ends else None,
        error_y={"array": [point.margin], "color": fill, "thickness": 1.5, "width": 5} if point.margin else None,
        hovertemplate=f"<b>%{{text}}</b><br>{quality} %{{y:.2f}}{interval}<br>{cost} %{{x:,.1f}}<extra></extra>",
    )


def _reach(cost: float, ends: tuple[float, float], fill: str) -> dict[str, object]:
    """The range of several runs as a bar through the point."""
    low, high = ends
    sides = {"arrayminus": [cost - low], "array": [high - cost], "symmetric": False}
    return {"type": "data", "color": fill, "thickness": 1.5, "width": 5, **sides}


def _title(text: str) -> dict[str, object]:
    return {"text": text, "standoff": 10, "font": {"size": 13}}


@dataclass(frozen=True)
class _Spot:
    """Where a point is, from left and bottom as shares of the plot; its interval's half; the ends of its cost; the
    letters of its label."""

    x: float
    y: float
    margin: float
    ends: tuple[float, float]
    letters: int


def _spot(point: QualityPoint, width: float, bottom: float, top: float) -> _Spot:
    """The point on a plot that is so wide, between these ends of the upright axis."""
    low, high = point.ends or (point.cost, point.cost)
    tall = top - bottom
    return _Spot(
        point.cost / width, (point.quality - bottom) / tall, (point.margin or 0) / tall, (low / width, high / width),
        len(point.name),
    )  # fmt: skip


def _sides(spots: Sequence[_Spot]) -> list[str]:
    """A side for each label on which it covers no point, interval or other label, if there is one."""
    taken = [(s.x - 0.02, s.y - 0.03, s.x + 0.02, s.y + 0.03) for s in spots]
    taken += [(s.x - 0.004, s.y - s.margin, s.x + 0.004, s.y + s.margin) for s in spots]
    taken += [(s.ends[0], s.y - 0.01, s.ends[1], s.y + 0.01) for s in spots]
    boxes = [{side: _box(spot, right, up) for side, right, up in SIDES} for spot in spots]
    return choose_sides(boxes, taken, (0.0, -math.inf, 1.0, math.inf))


def _box(spot: _Spot, right: int, up: int) -> Box:
    long, off = spot.letters * LETTER, 0.021
    left = spot.x + off if right > 0 else spot.x - off - long
    middle = spot.y + up * 0.07
    return left, middle - LINE / 2, left + long, middle + LINE / 2
