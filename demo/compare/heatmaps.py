"""The attention of several cards, each in a figure of its own, all on one scale from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from demo.common.attention import attention_heatmap
from demo.common.pieces import clip
from demo.common.plot_style import INK, escape

if TYPE_CHECKING:  # the core brings torch, which a plot has no use for
    from demo.common.languages import Languages
    from seq2seq_core.decoding import DecodeResult

ROW = 21
TITLE = 36
"""Pixels below the cells."""


def draw(result: DecodeResult, cards: Sequence[tuple[int, str]], known: Languages) -> go.Figure:
    """The attention of a card's best output; cells of all cards are equally high, so that they can be compared.

    Args:
        result: its first hypothesis must have attention.
        cards: number, counted from 0, and name of each card that gave it, as typed.
        known: what their model reads and writes.
    """
    numbers = ", ".join(str(place + 1) for place, _ in cards)
    names = escape(clip(", ".join(name for _, name in cards), 44))
    figure = attention_heatmap(result, 0, sides=known.sides, row=ROW, below=TITLE)
    # Below, since the source's pieces stand above.
    title = {"text": f"<b>{numbers}</b>  {names}", "font": {"size": 13, "color": INK}, "x": 0,
             "xref": "paper", "y": 0, "yref": "container", "yanchor": "bottom", "pad": {"b": 6}}  # fmt: skip
    return figure.update_layout(title=title)
