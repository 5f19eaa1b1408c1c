"""Log P as both translations grow, on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.common.pieces import label, letters
from demo.common.plot_style import escape, layout
from demo.common.series import colour

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.why_not import ExpectedToken

HEIGHT = 360


def draw(shown: Explained) -> go.Figure:
    """Of the expected translation a full line, of what was found a dashed one; a point for each token."""
    known, letter = shown.known, letters(shown.known.found.source_tokens)
    lines = [
        _line("expected", known.expected.tokens, 0, "solid", letter),
        _line("found", known.said.tokens, 1, "dash", letter),
    ]
    axis = {"zeroline": False, "gridcolor": "rgba(128,128,128,0.2)", "ticks": ""}
    return go.Figure(
        lines,
        layout(
            HEIGHT,
            margin={"l": 56, "r": 16, "t": 12, "b": 48},
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis={"title": {"text": "token"}, "dtick": 5, **axis},
            yaxis={"title": {"text": "log P so far, in nats"}, **axis},
        ),
    )


def _line(name: str, tokens: Sequence[ExpectedToken], place: int, dash: str, letter: bool) -> go.Scatter:
    fill, _ = colour(place)
    shown: dict[str, Any] = {"line": {"color": fill, "dash": dash, "width": 2}, "marker": {"color": fill, "size": 7}}
    return go.Scatter(
        x=list(range(len(tokens) + 1)),
        y=[0.0, *(round(token.total_log_prob, 4) for token in tokens)],
        mode="lines+markers",
        name=name,
        hovertext=["before the first", *(escape(label(token.token, letter=letter)) for token in tokens)],
        hovertemplate="%{hovertext}<br>token %{x}, log P %{y:.2f}<extra>" + name + "</extra>",
        **shown,
    )
