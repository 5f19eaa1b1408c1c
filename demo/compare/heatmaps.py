"""The attention of several cards, each in a figure of its own, all on one scale from 0 to 1."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from demo.common.attention import heatmap_parts, summary
from demo.common.plot_style import INK, escape

if TYPE_CHECKING:  # the core brings torch, which a plot has no use for
    from demo.common.languages import Languages
    from seq2seq_core.decoding import DecodeResult

ROW = 21
TITLE, LINE = 36, 17
"""Pixels below the cells, for a name of one line and for each further one."""

ACROSS, DOWN = 30, 2
"""Letters of a line that fit below the cells on a phone, and lines; Plotly breaks none by itself."""


def draw(result: DecodeResult, cards: Sequence[tuple[int, str]], known: Languages) -> go.Figure:
    """The attention of a card's best output; cells of all cards are equally high, so that they can be compared.

    Args:
        result: its first hypothesis must have attention.
        cards: number, counted from 0, and name of each card that gave it, as typed.
        known: what their model reads and writes.
    """
    numbers = ", ".join(str(place + 1) for place, _ in cards)
    lines = textwrap.wrap(", ".join(name for _, name in cards), ACROSS, max_lines=DOWN, placeholder=" …")
    names = "<br>".join(map(escape, lines))
    more = LINE * max(0, len(lines) - 1)
    parts = heatmap_parts(result, 0, sides=known.sides, row=ROW, below=TITLE + more)
    # Below, since the source's pieces stand above; Plotly anchors its first line.
    title = {"text": f"<b>{numbers}</b>  {names}", "font": {"size": 13, "color": INK}, "x": 0,
             "xref": "paper", "y": 0, "yref": "container", "yanchor": "bottom", "pad": {"b": 6 + more}}  # fmt: skip
    of = ", ".join(name for _, name in cards)
    # Both are read aloud by whoever does not see it (assets/take_figure.js).
    return go.Figure(parts).update_layout(title=title, meta={"of": of, "summary": summary(parts)})
