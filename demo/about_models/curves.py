"""A model's learning curves from its log, and another's over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.common.plot_style import escape, layout
from demo.common.series import colour

if TYPE_CHECKING:  # the service brings torch, which a picture has no use for
    from demo.service import LoggedEvent

HEIGHT = 340
MOST = 500
"""Points of a line."""

MEASURES = {
    "loss": "loss, nats a piece",
    "perplexity": "perplexity",
    "bleu": "BLEU of the validation set",
    "epsilon": "teacher-forcing ratio",
}
"""By the name in a log: what its axis says."""


def draw(runs: Sequence[tuple[str, Sequence[LoggedEvent]]], measure: str) -> go.Figure:
    """A colour for each model: a thin line of the training itself, a thick one of the validation set."""
    lines = [
        line
        for place, (name, events) in enumerate(runs)
        for validation in (False, True)
        if (line := _line(name, events, measure, validation, place)) is not None
    ]
    axis: dict[str, Any] = {"zeroline": False, "gridcolor": "rgba(128,128,128,0.2)", "ticks": ""}
    return go.Figure(
        lines,
        layout(
            HEIGHT,
            margin={"l": 60, "r": 16, "t": 12, "b": 48},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis={"title": {"text": "updates"}, **axis},
            yaxis={"title": {"text": MEASURES[measure]}, **axis},
        ),
    )


def known(events: Sequence[LoggedEvent], measure: str) -> bool:
    """Whether a log says anything of this measure."""
    return any(measure in event.measured for event in events)


def _line(name: str, events: Sequence[LoggedEvent], measure: str, validation: bool, place: int) -> go.Scatter | None:
    points = [(e.step, e.measured[measure]) for e in events if e.validation == validation and measure in e.measured]
    if not points:
        return None
    thinned = points[:: max(1, len(points) // MOST)]
    fill, _ = colour(place)
    look: dict[str, Any] = {
        "line": {"color": fill, "width": 2.5 if validation else 1, "dash": "solid" if place == 0 else "dash"}
    }
    kind = "validation" if validation else "training"
    return go.Scatter(
        x=[step for step, _ in thinned],
        y=[round(value, 4) for _, value in thinned],
        mode="lines",
        opacity=1.0 if validation else 0.6,
        name=f"{escape(name)}, {kind}",
        hovertemplate=f"{escape(name)}, {kind}<br>update %{{x}}: %{{y:.3f}}<extra></extra>",
        **look,
    )
