"""Does it matter where it looked? What each source word is worth to each token, beside the attention that it got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from demo.common.markup import Html, join, tag
from demo.common.pieces import clip, label, letters
from demo.common.plot_style import WEIGHTS, escape, layout

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.why_not import Occlusion

ROW = 24
"""Pixels of a token's row."""

ONE_WORD = "Of a single word nothing can be left out."
NO_ATTENTION = "The model has no attention to set beside it."
HEADS = (("Word", False), ("Attention in all", True), ("Lost without it", True))


def figure(shown: Explained) -> go.Figure:
    """Rows are tokens, columns source words: nats that a token loses without the word; what it gains is left white."""
    occluded = shown.known.left_out
    if occluded is None:
        return go.Figure(layout=layout(80, xaxis={"visible": False}, yaxis={"visible": False}))
    letter = letters(shown.known.found.source_tokens)
    tokens = [label(token, letter=letter) for token in occluded.tokens]
    rows, columns = list(range(len(tokens))), list(range(len(occluded.words)))
    hover = [[escape(f"{token} without {word}") for word in occluded.words] for token in tokens]
    cells: dict[str, Any] = {
        "zmin": 0,
        "colorscale": WEIGHTS,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"title": {"text": "nats"}},
    }
    heat = go.Heatmap(
        x=columns, y=rows, z=np.round(occluded.lost, 3), customdata=hover,
        hovertemplate="<b>%{customdata}</b><br>%{z:.2f} nats less likely<extra></extra>", **cells,
    )  # fmt: skip
    axis: dict[str, Any] = {"tickmode": "array", "ticks": "", "showgrid": False, "zeroline": False}
    return go.Figure(
        [heat],
        layout(
            130 + ROW * len(rows),
            margin={"l": 110, "r": 16, "t": 90, "b": 16},
            xaxis={**axis, "side": "top", "tickangle": -45, "tickvals": columns,
                   "ticktext": [escape(clip(word)) for word in occluded.words]},
            yaxis={**axis, "autorange": "reversed", "tickvals": rows, "ticktext": [escape(token) for token in tokens]},
        ),
    )  # fmt: skip


def table(shown: Explained) -> Html:
    """A row for each source word, and how far attention and loss agree."""
    occluded = shown.known.left_out
    if occluded is None:
        return tag("p", ONE_WORD, class_="caption")
    heads = [tag("th", head, scope="col", class_="number" if number else None) for head, number in HEADS]
    rows = [_row(occluded, place, shown.languages.source_code) for place in range(len(occluded.words))]
    inside = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates why-words")
    scroll = tag("div", inside, class_="scroll", tabindex=0, role="group", aria_label="Word by word")
    return join([scroll, tag("p", _agreement(occluded), class_="caption")])


def _row(occluded: Occlusion, place: int, lang: str | None) -> Html:
    looked, worth = occluded.coverage, occluded.worth[place]
    return tag(
        "tr",
        tag("td", occluded.words[place], class_="text", lang=lang, dir="auto"),
        tag("td", f"{looked[place]:.2f}" if looked else "–", class_="number"),
        tag("td", f"{worth:.2f}".replace("-", "−"), class_="number"),
    )


def _agreement(occluded: Occlusion) -> str:
    if occluded.attention is None:
        return NO_ATTENTION
    if occluded.agreement is None:
        return "Attention and loss cannot be compared: one of them is the same everywhere."
    return (
        f"Spearman's rank correlation of attention and loss, over all tokens and words: {occluded.agreement:.2f}. "
        "Attention is where the model looked; the loss is what it needed."
    )
