"""Does it matter where it looked? What each source word is worth to each token, beside the attention that it got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from demo.common.markup import Html, join, tag
from demo.common.pieces import clip, label, letters, minus
from demo.common.plot_style import WEIGHTS, escape, layout

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.why_not import Occlusion

ROW = 24
"""Pixels of a token's row."""

ONE_WORD = "Of a single word nothing can be left out."
NO_ATTENTION = "The model has no attention to set beside it."
UNSEEN = "hardly looked at, yet needed"
HEADS = (("Word", False), ("Attention", True), ("Lost without", True), ("Gradient × input", True))

LOST, LOOKED, SLOPE = "lost", "attention", "gradient"
SHOWS = {
    LOST: ("without", "nats less likely", "nats"),
    LOOKED: ("looking at", "of its attention", ""),
    SLOPE: ("and the embedding of", "nats, gradient × input", "nats"),
}
"""Of each heatmap what stands between token and word, what its numbers are, and over its colours."""

NOTHING = {
    LOST: ONE_WORD,
    LOOKED: NO_ATTENTION,
    SLOPE: "Models of this family do not tell their gradients.",
}


def figure(shown: Explained, what: str = LOST) -> go.Figure:
    """Rows are tokens, columns source words; what is below 0 is left white.

    Args:
        shown: what is known.
        what: ``LOST``, nats that a token loses without the word; ``LOOKED``, its attention; or ``SLOPE``.
    """
    occluded = shown.known.left_out
    values = None if occluded is None else getattr(occluded, what)
    if occluded is None or values is None:
        note = {"text": NOTHING[LOST if occluded is None else what], "showarrow": False, "x": 0.5, "y": 0.5}
        blank = {"visible": False, "range": [0, 1]}
        sides = {"l": 0, "r": 0, "t": 0, "b": 0}
        return go.Figure(layout=layout(80, margin=sides, annotations=[note], xaxis=blank, yaxis=blank))
    letter = letters(shown.known.found.source_tokens)
    tokens = [label(token, letter=letter) for token in occluded.tokens]
    rows, columns = list(range(len(tokens))), list(range(len(occluded.words)))
    between, unit, title = SHOWS[what]
    hover = [[escape(f"{token} {between} {word}") for word in occluded.words] for token in tokens]
    cells: dict[str, Any] = {
        "zmin": 0,
        "zmax": max(float(values.max()), 1e-3),
        "colorscale": WEIGHTS,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"title": {"text": title}, "thickness": 12},
    }
    heat = go.Heatmap(
        x=columns, y=rows, z=np.round(values, 3), customdata=hover,
        hovertemplate=f"<b>%{{customdata}}</b><br>%{{z:.2f}} {unit}<extra></extra>", **cells,
    )  # fmt: skip
    axis: dict[str, Any] = {"tickmode": "array", "ticks": "", "showgrid": False, "zeroline": False}
    return go.Figure(
        [heat],
        layout(
            130 + ROW * len(rows),
            margin={"l": 84, "r": 16, "t": 90, "b": 16},
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
    lang = shown.languages.source_code
    rows = [_row(occluded, place, lang) for place in range(len(occluded.words))]
    inside = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates why-words")
    scroll = tag("div", inside, class_="scroll", tabindex=0, role="group", aria_label="Word by word")
    return join([scroll, tag("p", _agreement(occluded), class_="caption")])


def _row(occluded: Occlusion, place: int, lang: str | None) -> Html:
    unseen = place in occluded.unseen
    columns = (occluded.coverage, occluded.worth, occluded.slope)
    numbers = ["–" if column is None else f"{column[place]:.2f}".replace("-", "−") for column in columns]
    return tag(
        "tr",
        tag("td", occluded.words[place], tag("small", UNSEEN) if unseen else "", class_="text", lang=lang, dir="auto"),
        [tag("td", number, class_="number") for number in numbers],
        class_="chosen" if unseen else None,
    )


def _agreement(occluded: Occlusion) -> str:
    pairs = (
        ("attention and loss", occluded.agreement),
        ("gradient × input and loss", occluded.gradient_and_loss),
        ("gradient × input and attention", occluded.gradient_and_attention),
    )
    told = [minus(f"{name} {value:.2f}") for name, value in pairs if value is not None]
    said = [f"Spearman's rank correlation over all tokens and words: {', '.join(told)}."] if told else []
    said += [NO_ATTENTION] if occluded.attention is None else []
    said += [
        "Marked are words without which at least an even share of all nats is lost, and which got less than half an "
        "even share of attention."
    ] * bool(occluded.unseen)
    said += [
        "Attention is where the model looked; the loss is what it needed; the gradient is what it added, near here."
    ]
    return " ".join(said)
