"""Attention of one hypothesis: rows target, columns source; piece by piece or word by word."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from demo.common.languages import UNKNOWN
from demo.common.pieces import Word, clip, label, letters, percent, runs
from demo.common.plot_style import BAR, QUIET, WEIGHTS, escape, layout

if TYPE_CHECKING:  # the core brings torch, which a plot has no use for
    from seq2seq_core.decoding import DecodeResult

LEAST_HEIGHT = 600
ROOMS = (10, 16, 24, 36, 50, 70, 100, 150, 300)
"""Numbers of source pieces; a figure for more of them is wider than a phone, and scrolls within its card."""

MOVED = "#f2a03d"
"""Around what was moved by hand; it shows in light and dark."""

HEADROOM = 84
"""Pixels above and below the cells, for the source's pieces."""

ROW = 18
"""Least pixels of a row."""

IN_ALL, GAP = 44, 12
"""Pixels of the bars below the cells, and of what parts the two."""

MOST_NUMBERS = 18
"""Bars that have room for their number."""

NUMBERS = {"data": {"bar": [{"textfont": {"size": 10}}]}}
"""How large the bars' numbers are; said in the layout, which the page enlarges with its type (assets/screens.js)."""

TITLE = 22
"""Pixels of an axis's title."""

SUMMARISED = 20
"""Rows that a summary names."""


def attention_heatmap(result: DecodeResult, index: int, words: bool = False, **look: Any) -> go.Figure:
    """The figure that ``heatmap_parts`` describes."""
    return go.Figure(heatmap_parts(result, index, words, **look))


def heatmap_parts(result: DecodeResult, index: int, words: bool = False, **look: Any) -> dict[str, Any]:
    """The attention of hypothesis ``index``, which must have one, as data and layout: a go.Figure, whose checks take
    as long as some steps of the search, is not needed to draw.

    Args:
        result: what was decoded.
        index: which of its hypotheses.
        words: join pieces into words on both axes, as ``by_words`` does.
        look: sides, row and below, see ``matrix_parts``.
    """
    hypothesis = result.hypotheses[index]
    assert hypothesis.attention is not None
    parts = matrix_parts(np.asarray(hypothesis.attention), hypothesis.tokens, result.source_tokens, words, **look)
    down, across = (runs(tokens) if words else _pieces(tokens) for tokens in (hypothesis.tokens, result.source_tokens))
    shapes = [
        _outline(_at(down, each.step), _at(across, each.first), _at(across, each.last))
        for each in result.moved
        if each.step < len(hypothesis.tokens)
    ]
    return parts | ({"layout": {**parts["layout"], "shapes": shapes}} if shapes else {})


def _at(entries: Sequence[Word], place: int) -> int:
    """The entry that a token is in."""
    return next(i for i, entry in enumerate(entries) if entry.first <= place <= entry.last)


def _outline(row: int, first: int, last: int) -> dict[str, Any]:
    """Around cells whose weight was moved by hand."""
    edges = {"x0": first - 0.5, "x1": last + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    return {"type": "rect", **edges, "line": {"color": MOVED, "width": 2}, "fillcolor": "rgba(0,0,0,0)"}


def matrix_parts(
    weights: np.ndarray,
    down: Sequence[str],
    across: Sequence[str],
    words: bool = False,
    *,
    sides: tuple[str, str] = UNKNOWN.sides,
    row: int | None = None,
    below: int = 8,
) -> dict[str, Any]:
    """Any weights [rows, columns] as data and layout; below the cells what each column got in all, as bars.

    Args:
        weights: each row sums to 1.
        down, across: tokens of the rows and of the columns.
        words: see ``heatmap_parts``.
        sides: titles of the axes, down and across.
        row: pixels of each row; None fills a card.
        below: pixels below everything.
    """
    target, source = _pieces(down), _pieces(across)
    got = in_all(weights, source)
    if words:
        target, source = runs(down), runs(across)
        got = in_all(weights, source)
        weights = by_words(weights, target, source)
    rows, columns = len(target), len(source)
    gap = 2 if max(rows, columns) <= 30 else 1
    trace = {
        "type": "heatmap",
        "z": weights,
        "zmin": 0,
        "zmax": 1,
        "colorscale": WEIGHTS,
        "showscale": False,
        "xgap": gap,
        "ygap": gap,
        "customdata": [[f"{escape(t.text)} ← {escape(s.text)}" for s in source] for t in target],
        "hovertemplate": "<b>%{customdata}</b><br>weight %{z:.3f}<extra></extra>",
    }
    angle = 0 if all(len(entry.text) == 1 for entry in source) else -45 if columns <= 16 else -90
    tall = 1.3 * _font_size(source) if angle == 0 else _width(source) * (0.7 if angle == -45 else 1)
    above = 12 + int(tall) + TITLE
    bars = GAP + IN_ALL
    height = above + rows * row + bars + below if row else max(LEAST_HEIGHT, HEADROOM + TITLE + rows * ROW + bars)
    inside = height - above - below
    return {
        "data": [trace, _bars(got, source, len(down))],
        "layout": layout(
            height,
            margin={
                "l": 12 + max(_width(target), _width(_LABEL)) + TITLE,
                "r": 8 + (int(0.7 * _width(source[-3:])) if angle == -45 else 0),
                "t": above,
                "b": below,
            },
            xaxis={**_axis(source), **_title(sides[1]), "side": "top", "tickangle": angle},
            yaxis={**_axis(target), **_title(sides[0]), "autorange": "reversed", "domain": [bars / inside, 1]},
            yaxis2=_axis_of_bars(got, IN_ALL / inside),
            showlegend=False,
            bargap=0.3,
            template=NUMBERS,
        ),
    }


def summary(parts: Mapping[str, Any]) -> str:
    """A heatmap in a sentence, for whoever does not see it: of each row the column that has most of it."""
    rows, columns = (list(map(html.unescape, parts["layout"][axis]["ticktext"])) for axis in ("yaxis", "xaxis"))
    weights = np.asarray(parts["data"][0]["z"])
    most = [
        f"{name} at {columns[int(row.argmax())]} ({percent(float(row.max()))})"
        for name, row in zip(rows, weights, strict=False)
    ]
    more = f"; and {len(most) - SUMMARISED} more" if len(most) > SUMMARISED else ""
    return f"Looked at most: {', '.join(most[:SUMMARISED])}{more}."


def in_all(weights: np.ndarray, source: Sequence[Word]) -> np.ndarray:
    """What each source word got from all rows [T, S] together: its coverage (Tu et al. 2016, arXiv 1601.04811)."""
    got: np.ndarray = np.add.reduceat(weights.sum(0, dtype=float), [word.first for word in source])
    return got


def by_words(weights: np.ndarray, target: Sequence[Word], source: Sequence[Word]) -> np.ndarray:
    """Attention [T, S] of tokens as attention [words, words].

    A source word counts all that its pieces were given, so their weights are added. A target word was written piece by
    piece, each with a distribution of its own, so the mean of these is taken. Every row therefore still sums to 1.
    """
    across = np.add.reduceat(weights, [word.first for word in source], axis=1)
    down = np.add.reduceat(across, [word.first for word in target], axis=0)
    mean: np.ndarray = down / np.array([[word.last - word.first + 1] for word in target], dtype=down.dtype)
    return mean


def room(across: Sequence[str], words: bool = False) -> str:
    """The class, in ``assets/app.css``, of the width that so many tokens across need to stay legible."""
    columns = len(runs(across) if words else across)
    return f"room-{next((most for most in ROOMS if columns <= most), ROOMS[-1])}"


def blank() -> go.Figure:
    """An empty figure of the usual height: it fetches plotly.js before the first result needs it."""
    hidden = {"visible": False}
    return go.Figure(layout=layout(LEAST_HEIGHT, xaxis=hidden, yaxis=hidden))


_LABEL = (Word("in all", 0, 0),)


def _bars(got: np.ndarray, source: Sequence[Word], rows: int) -> dict[str, Any]:
    """A bar below each column, with its number where there is room; one for each of ``rows`` pieces is all there is."""
    return {
        "type": "bar",
        "y": got,
        "yaxis": "y2",
        "marker": {"color": BAR},
        "text": [f"{value:.1f}" for value in got] if len(source) <= MOST_NUMBERS else None,
        "textposition": "outside",
        "textangle": 0,
        "textfont": {"color": QUIET},
        "cliponaxis": False,
        "customdata": [escape(entry.text) for entry in source],
        "hovertemplate": f"<b>%{{customdata}}</b><br>got %{{y:.2f}} in all, of {rows}<extra></extra>",
    }


def _axis_of_bars(got: np.ndarray, share: float) -> dict[str, Any]:
    most = max(float(got.max(initial=0)), 1.0)
    return {
        "domain": [0, share],
        "range": [0, 1.4 * most],  # room for the numbers
        "tickmode": "array",
        "tickvals": [most / 2],
        "ticktext": [_LABEL[0].text],
        "tickfont": {"size": 11},
        "ticks": "",
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": "rgba(128,128,128,0.4)",
        "fixedrange": True,
    }


def _title(text: str) -> dict[str, Any]:
    return {"title": {"text": escape(text), "font": {"size": 12, "color": QUIET}, "standoff": 6}}


def _pieces(tokens: Sequence[str]) -> list[Word]:
    letter = letters(tokens)
    return [Word(label(token, longest=40, letter=letter), i, i) for i, token in enumerate(tokens)]


def _font_size(entries: Sequence[Word]) -> int:
    return 13 if len(entries) <= 22 else 11 if len(entries) <= 36 else 10


def _width(entries: Sequence[Word]) -> int:
    """Pixels that the longest label needs. Plotly could find out, but draws the figure a second time for it."""
    ems = max((sum(_ems(character) for character in clip(entry.text)) for entry in entries), default=0.0)
    return int(ems * _font_size(entries)) + 1


def _ems(character: str) -> float:
    """Width of a character in Inter, in ems: none for a combining mark, one for those that East Asia writes wide."""
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3
    return (
        0.92
        if character in "mwMW@%—"
        else 0.32
        if character in "iljtf.,;:!'|I "
        else 0.66
        if character.isupper()
        else 0.58
    )


def _axis(entries: Sequence[Word]) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickvals": list(range(len(entries))),
        "ticktext": [escape(clip(entry.text)) for entry in entries],
        "tickfont": {"size": _font_size(entries)},
        "ticks": "",
        "ticklabeloverflow": "allow",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
