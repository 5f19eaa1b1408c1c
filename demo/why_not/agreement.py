"""Minimum Bayes risk beside it: the candidates that the model draws, how well they agree, and which wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from demo.common.markup import Html, join, tag
from demo.common.pieces import NO_WORDS, clip
from demo.common.plot_style import WEIGHTS, escape, layout

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.why_not import Agreement

ABOUT = (
    "Minimum Bayes risk draws candidates from the model and takes the one that agrees best with all of them. Beside "
    "them stand what you expected and what the search found, compared with the same candidates."
)
NAMES = {"chrf": "chrF", "bleu": "sentence BLEU"}
ROW = 22
"""Pixels of a text's row."""

SHOWN = 12
"""Texts in the table besides the two that are always there."""

HEADS = (("Place", True), ("Text", False), ("Drawn", True), ("Expected utility", True))


def about() -> Html:
    """Before it was asked for."""
    return tag("p", ABOUT, class_="caption")


def figure(shown: Explained) -> go.Figure:
    """Rows are texts, columns the candidates that were drawn: how well each row agrees with each column."""
    known = shown.agreement
    if known is None:
        hidden = {"visible": False}
        return go.Figure(layout=layout(24, margin={"l": 0, "r": 0, "t": 0, "b": 0}, xaxis=hidden, yaxis=hidden))
    rows, columns = list(range(len(known.texts))), list(range(len(known.references)))
    hover = [
        [escape(f"{clip(text, 60)} / {clip(known.texts[place], 60)}") for place in known.references]
        for text in known.texts
    ]
    axis: dict[str, Any] = {"tickmode": "array", "ticks": "", "showgrid": False, "zeroline": False}
    heat = go.Heatmap(
        x=columns, y=rows, z=np.round(known.matrix, 2), zmin=0, zmax=100, colorscale=WEIGHTS, customdata=hover,
        hovertemplate="%{customdata}<br>%{z:.1f}<extra></extra>", xgap=1, ygap=1,
        # Plotly lays it out once while the figure is still as low as that of nothing, where a title above has no room.
        colorbar={"title": {"text": NAMES[known.utility], "side": "right"}, "ypad": 0},
    )  # fmt: skip
    names = [escape(_name(known, place)) for place in rows]
    return go.Figure(
        [heat],
        layout(
            90 + ROW * len(rows),
            margin={"l": 96, "r": 16, "t": 40, "b": 16},
            xaxis={**axis, "side": "top", "tickvals": columns, "ticktext": [str(p + 1) for p in known.references]},
            yaxis={**axis, "autorange": "reversed", "tickvals": rows, "ticktext": names},
        ),
    )


def table(shown: Explained) -> Html:
    """Who wins and by how much, and the best texts with the two that one asks about."""
    known = shown.agreement
    if known is None:
        return about()
    places = [place for place in range(len(known.texts)) if place < SHOWN or place in (known.expected, known.found)]
    heads = [tag("th", head, scope="col", class_="number" if number else None) for head, number in HEADS]
    rows = [_row(known, place, shown.languages.target_code) for place in places]
    inside = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates why-agreement")
    scroll = tag("div", inside, class_="scroll", tabindex=0, role="group", aria_label="By expected utility")
    return join([tag("p", said(known), class_="verdict"), scroll, about()])


def said(known: Agreement) -> str:
    """Which text wins, by how much, and where the expected translation stands."""
    means, winner = known.utilities, _called(known, 0)
    lead = f"{winner} wins with an expected {NAMES[known.utility]} of {means[0]:.1f}, {known.ahead:.1f} before the next"
    if known.expected == 0:
        return f"{lead}."
    return f"{lead}; what you expected is at place {known.expected + 1} with {means[known.expected]:.1f}."


def _called(known: Agreement, place: int) -> str:
    if place == known.expected:
        return "What you expected"
    return "What the search found" if place == known.found else f"“{clip(known.texts[place], 80)}”"


def _name(known: Agreement, place: int) -> str:
    mark = "expected" if place == known.expected else "found" if place == known.found else ""
    return f"{mark} {place + 1}".strip()


def _row(known: Agreement, place: int, lang: str | None) -> Html:
    mark = [name for name, at in (("expected", known.expected), ("found", known.found)) if at == place]
    return tag(
        "tr",
        tag("td", str(place + 1), class_="number"),
        tag("td", known.texts[place] or NO_WORDS, *(tag("small", name) for name in mark), class_="text", lang=lang),
        tag("td", f"{known.counts[place]} of {known.drawn}", class_="number"),
        tag("td", f"{known.utilities[place]:.1f}", class_="number"),
        class_="chosen" if mark else None,
    )
