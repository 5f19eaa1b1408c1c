"""Log P of each card, or its likeness to the reference, against what it cost or against the other of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

from demo.common.labels import Box, choose_sides
from demo.common.pieces import clip
from demo.common.plot_style import INK, escape, layout
from demo.common.series import colour

HEIGHT = 340
AXES = {
    "rows": "rows × steps",
    "forward_calls": "steps: calls of the decoder",
    "milliseconds": "milliseconds",
    "chrf": "chrF against the reference",
}
MEASURES = {"log_prob": "log P", "chrf": "chrF"}
"""What the upright axis shows."""

CANVAS = (620, 280)
"""Pixels on which labels are laid out; on a wider page they only have more room."""

SIDES = ("right", "left", "above", "below")
"""Where a label may stand beside its point, in the order of preference."""

NAMED = 4
"""Points that are named; more of them would write over one another."""

ON_DISC, NAMES, NUMBERS = "center", "left", "right"
"""How a text is aligned says what it is: Plotly writes that on the page (``text-anchor``), and by it assets/compare.css
leaves a number on a point its colour and hides names on a phone. Only names may have several lines."""


@dataclass(frozen=True)
class CostPoint:
    """A card in the plot.

    place: its number, counted from 0.
    x, y: where its best translation lies.
    others: x and y of its other translations.
    ends: least and greatest x of several runs; None where there was one.
    """

    place: int
    name: str
    x: float
    y: float
    others: tuple[tuple[float, float], ...] = ()
    ends: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Label:
    """Names of the points that lie at one spot of the canvas, and where they are written beside it.

    named: whether there is room for names; otherwise the numbers must do, which the cards have too.
    """

    points: tuple[CostPoint, ...]
    spot: tuple[float, float]
    named: bool = True

    @property
    def numbers(self) -> str:
        """Those of several points that share the spot; one point has its number on itself."""
        return ", ".join(str(point.place + 1) for point in self.points) if len(self.points) > 1 else ""

    @property
    def names(self) -> list[str]:
        """The name, or, where several points share the spot, all names with their numbers."""
        names = [clip(point.name, 30) for point in self.points]
        if len(names) == 1:
            return names
        return [f"{point.place + 1} {name}" for point, name in zip(self.points, names, strict=True)]

    def box(self, side: str) -> Box:
        """Left, bottom, right and top of the label on this side of its spot."""
        lines = self.names if self.named else [self.numbers]
        (x, y), width, height = self.spot, 7.0 * max(map(len, lines)), 16.0 * len(lines)
        left = {"right": x + 14, "left": x - 14 - width}.get(side, x - width / 2)
        bottom = {"above": y + 12, "below": y - 12 - height}.get(side, y - height / 2)
        return left, bottom, left + width, bottom + height


def draw(points: Sequence[CostPoint], against: str, measure: str = "log_prob") -> go.Figure:
    """A numbered point with its name for each card, and a small one for each further translation of it.

    Args:
        points: at least one.
        against: a key of ``AXES``.
        measure: a key of ``MEASURES``.
    """
    xs = _range(
        [x for point in points for x in (point.x, *(point.ends or ()), *(other[0] for other in point.others))], 2.0
    )
    ys = _range([y for point in points for y in (point.y, *(other[1] for other in point.others))], 0.2)
    figure = go.Figure(
        [trace for point in points for trace in _traces(point, AXES[against], MEASURES[measure])],
        layout(
            HEIGHT,
            margin={"l": 56, "r": 16, "t": 12, "b": 48},
            showlegend=False,
            xaxis=_axis(AXES[against], xs),
            yaxis=_axis(MEASURES[measure], ys),
        ),
    )
    for label, side in _labels(points, xs, ys):
        first = label.points[0]
        at: dict[str, Any] = {"x": first.x, "y": first.y, "showarrow": False}
        if len(label.points) == 1:
            font = {"color": colour(first.place)[1], "size": 12}
            figure.add_annotation(text=f"<b>{first.place + 1}</b>", font=font, align=ON_DISC, **at)
        at |= _beside(side)
        if label.named:
            names = "<br>".join(map(escape, label.names))
            figure.add_annotation(text=names, font={"color": INK, "size": 13}, align=NAMES, **at)
        if label.numbers:  # where there are names they are not seen, but on a phone
            seen, font = 0 if label.named else 1, {"color": INK, "size": 14}
            figure.add_annotation(text=label.numbers, font=font, opacity=seen, align=NUMBERS, **at)
    return figure


def _traces(point: CostPoint, axis: str, measure: str) -> list[go.Scatter]:
    fill, _ = colour(point.place)
    common = {
        "mode": "markers",
        "hovertemplate": f"<b>%{{text}}</b><br>{measure} %{{y:.2f}}<br>%{{x:,.1f}} {axis}<extra></extra>",
    }
    name, traces = escape(point.name), []
    if point.others:
        x, y = zip(*point.others, strict=True)
        dots = {"size": 7, "color": fill, "opacity": 0.6}
        traces.append(go.Scatter(x=x, y=y, marker=dots, text=[name] * len(x), **common))
    best = {"size": 22, "color": fill, "line": {"width": 0}}
    bar: dict[str, Any] = {}
    if point.ends:
        reach = {"arrayminus": [point.x - point.ends[0]], "array": [point.ends[1] - point.x]}
        bar["error_x"] = {"type": "data", "symmetric": False, "color": fill, "thickness": 1.5, "width": 5, **reach}
    return [*traces, go.Scatter(x=[point.x], y=[point.y], marker=best, text=[name], **bar, **common)]


def _range(values: Sequence[float], least: float) -> tuple[float, float]:
    """Ends of an axis with some room; at least ``least`` apart, or differences that are none would look large."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.12, (least - high + low) / 2)
    return low - room, high + room


def _axis(title: str, ends: tuple[float, float]) -> dict[str, Any]:
    return {
        "title": {"text": title, "standoff": 10, "font": {"size": 13}},
        "range": ends,
        "zeroline": False,
        "gridcolor": "rgba(128,134,148,0.2)",
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
    }


def _labels(points: Sequence[CostPoint], xs: tuple[float, float], ys: tuple[float, float]) -> list[tuple[_Label, str]]:
    """A label for each spot where points lie, on the side where it covers least."""
    groups: list[_Label] = []
    for point in points:
        spot = tuple(
            size * (value - low) / (high - low)
            for size, value, (low, high) in zip(CANVAS, (point.x, point.y), (xs, ys), strict=True)
        )
        near = next((g for g in groups if abs(g.spot[0] - spot[0]) < 14 and abs(g.spot[1] - spot[1]) < 14), None)
        if near:
            groups[groups.index(near)] = replace(near, points=(*near.points, point))
        else:
            groups.append(_Label((point,), (spot[0], spot[1]), named=len(points) <= NAMED))
    taken = [(x - 11, y - 11, x + 11, y + 11) for x, y in (group.spot for group in groups)]
    taken += [_bar(point, xs, group.spot[1]) for group in groups for point in group.points if point.ends]
    sides = choose_sides([{side: group.box(side) for side in SIDES} for group in groups], taken, (0.0, 0.0, *CANVAS))
    return list(zip(groups, sides, strict=True))


def _bar(point: CostPoint, xs: tuple[float, float], y: float) -> Box:
    """Where the bar of a point's several runs lies on the canvas."""
    assert point.ends is not None, "only such points have one"
    left, right = (CANVAS[0] * (end - xs[0]) / (xs[1] - xs[0]) for end in point.ends)
    return left, y - 4, right, y + 4


def _beside(side: str) -> dict[str, Any]:
    return {
        "right": {"xanchor": "left", "xshift": 13},
        "left": {"xanchor": "right", "xshift": -13},
        "above": {"yanchor": "bottom", "yshift": 11},
        "below": {"yanchor": "top", "yshift": -11},
    }[side]
