"""Which beam would have kept it: how far each width carries the translation that was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.common.markup import Html, tag
from demo.common.pieces import clip, label, letters
from demo.common.plot_style import escape, layout
from demo.common.series import colour

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.why_not import AtWidth

HEIGHT = 300
OUTCOMES = {
    "first": "it is what this beam says",
    "finished": "kept to its end, but others score higher",
    "pushed out": "completed, but so many score higher that it is not among those returned",
    "dropped": "its beginning fell out of the beam",
    "stopped": "the search was over before its end",
}
HEADS = (("Width", True), ("What became of it", False), ("Short by", True), ("Instead", False))
"""Of the table: name, and whether it is a column of numbers."""


def figure(shown: Explained) -> go.Figure:
    """A bar for each width: tokens of the translation that stayed in the beam, all of them where it was kept."""
    known = shown.known
    length = len(known.expected.tokens)
    kept = [one.kept for one in known.widths]
    axis: dict[str, Any] = {"zeroline": False, "gridcolor": "rgba(128,128,128,0.2)", "ticks": ""}
    bars = go.Bar(
        x=[one.width for one in known.widths],
        y=[length if one.step is None else one.step for one in known.widths],
        marker={"color": [colour(0 if stays else 7)[0] for stays in kept], "line": {"width": 0}},
        hovertext=[escape(_what(shown, one)) for one in known.widths],
        hovertemplate="width %{x}: %{hovertext}<extra></extra>",
    )
    return go.Figure(
        [bars],
        layout(
            HEIGHT,
            margin={"l": 56, "r": 16, "t": 12, "b": 48},
            bargap=0.25,
            xaxis={"title": {"text": "beam width"}, "dtick": 5, **axis, "showgrid": False},
            yaxis={"title": {"text": "tokens kept"}, "range": [0, length], **axis},
        ),
    )


def table(shown: Explained) -> Html:
    """A row for each run of widths to which the same happened."""
    runs: list[list[AtWidth]] = []
    for one in shown.known.widths:
        if runs and _fate(runs[-1][-1]) == _fate(one):
            runs[-1].append(one)
        else:
            runs.append([one])
    heads = [tag("th", head, scope="col", class_="number" if number else None) for head, number in HEADS]
    body = tag("tbody", [_row(shown, run) for run in runs])
    inside = tag("table", tag("thead", tag("tr", heads)), body, class_="candidates why-beams")
    return tag("div", inside, class_="scroll", tabindex=0, role="group", aria_label="Beam by beam")


def _fate(one: AtWidth) -> tuple[object, ...]:
    return one.outcome, one.step, one.place, one.rivals


def _row(shown: Explained, run: list[AtWidth]) -> Html:
    first, last = run[0], run[-1]
    widths = str(first.width) if first is last else f"{first.width}–{last.width}"
    shorts = [one.short_by for one in run if one.short_by is not None]
    low, high = (f"{bound(shorts):.2f}" if shorts else "" for bound in (min, max))
    short = low if low == high else f"{low}–{high}"
    lang = shown.languages.target_code
    rivals = [tag("li", clip(text, 90), lang=lang, dir="auto") for text in first.rivals]
    return tag(
        "tr",
        tag("td", widths, class_="number"),
        tag("td", _what(shown, first)),
        tag("td", f"{short} nats" if short else "", class_="number"),
        tag("td", tag("ol", rivals) if rivals else "", class_="text"),
        class_="chosen" if first.kept else None,
    )


def _what(shown: Explained, one: AtWidth) -> str:
    said = OUTCOMES[one.outcome]
    if one.outcome == "finished":
        return f"{said}: place {one.place}"
    if one.step is None:
        return said
    token = label(shown.known.expected.tokens[one.step].token, letter=letters(shown.known.found.source_tokens))
    return f"{said} at token {one.step + 1}, {token}"
