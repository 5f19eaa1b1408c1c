"""Attention of one hypothesis: rows target, columns source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.pieces import label
from demo.plots.style import WEIGHTS, escape, layout

if TYPE_CHECKING:  # the core brings torch, which a plot has no use for
    from seq2seq_core.decoding import DecodeResult

LEAST_HEIGHT = 460
ROOMS = (24, 36, 50, 70, 100, 150, 300)
"""Numbers of source pieces; a figure for more of them is wider than a phone, and scrolls within its card."""

HEADROOM = 84
"""Pixels above and below the cells, for the source's pieces."""


def attention_heatmap(result: DecodeResult, index: int) -> go.Figure:
    """The attention of hypothesis ``index``; it must have one."""
    hypothesis = result.hypotheses[index]
    assert hypothesis.attention is not None
    target, source = hypothesis.tokens, result.source_tokens
    rows, columns = len(target), len(source)
    gap = 2 if max(rows, columns) <= 30 else 1
    trace = go.Heatmap(
        z=hypothesis.attention,
        zmin=0,
        zmax=1,
        colorscale=WEIGHTS,
        showscale=False,
        xgap=gap,
        ygap=gap,
        customdata=[[f"{escape(label(t))} ← {escape(label(s))}" for s in source] for t in target],
        hovertemplate="<b>%{customdata}</b><br>weight %{z:.3f}<extra></extra>",
    )
    return go.Figure(
        trace,
        layout(
            max(LEAST_HEIGHT, HEADROOM + rows * 18),
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis={**_axis(source), "side": "top", "tickangle": -45 if columns <= 16 else -90},
            yaxis={**_axis(target), "autorange": "reversed"},
        ),
    )


def room(result: DecodeResult) -> str:
    """The class, in ``assets/app.css``, of the width that a source of this length needs to stay legible."""
    columns = len(result.source_tokens)
    return f"room-{next((most for most in ROOMS if columns <= most), ROOMS[-1])}"


def blank() -> go.Figure:
    """An empty figure of the usual height: it fetches plotly.js before the first result needs it."""
    hidden = {"visible": False}
    return go.Figure(layout=layout(LEAST_HEIGHT, xaxis=hidden, yaxis=hidden))


def _axis(tokens: tuple[str, ...]) -> dict[str, Any]:
    size = 13 if len(tokens) <= 22 else 11 if len(tokens) <= 36 else 9
    return {
        "tickmode": "array",
        "tickvals": list(range(len(tokens))),
        "ticktext": [escape(label(token)) for token in tokens],
        "tickfont": {"size": size},
        "ticks": "",
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
