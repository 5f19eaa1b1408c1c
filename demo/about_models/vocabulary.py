"""How a model cuts text into pieces: a typed text, and how long the pieces of its vocabulary are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.common.markup import Html, join, tag
from demo.common.pieces import SPACE, label, letters
from demo.common.plot_style import layout
from demo.common.series import colour

if TYPE_CHECKING:  # the service brings torch, which a picture has no use for
    from demo.service import PieceLengths

HEIGHT = 260
LAST = 16
"""Letters of the last bar, which stands for longer ones, too."""

NOTHING = "Type something above to see its pieces."


def split(pieces: Sequence[str], lang: str | None) -> Html:
    """A chip for each piece; a piece that goes on with a word hangs on to the one before."""
    if not pieces:
        return tag("p", NOTHING, class_="caption")
    letter = letters(pieces)
    chips = [
        tag("span", label(piece, longest=24, letter=letter), class_="piece" if piece.startswith(SPACE) else "piece on")
        for piece in pieces
    ]
    words = sum(piece.startswith(SPACE) for piece in pieces)
    count = f"{len(pieces):,} pieces" + ("" if letter or not words else f", {len(pieces) / words:.2f} a word")
    return join([tag("p", join(chips, " "), class_="pieces", lang=lang, dir="auto"), tag("p", count, class_="caption")])


def lengths(known: Sequence[PieceLengths]) -> go.Figure:
    """A bar for each length in letters, beside each other where source and target have a vocabulary each."""
    axis: dict[str, Any] = {"zeroline": False, "gridcolor": "rgba(128,128,128,0.2)", "ticks": ""}
    return go.Figure(
        [_bars(each, place) for place, each in enumerate(known)],
        layout(
            HEIGHT,
            margin={"l": 56, "r": 16, "t": 12, "b": 48},
            bargap=0.25,
            barmode="group",
            showlegend=len(known) > 1,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis={"title": {"text": "letters"}, "type": "category", **axis, "gridcolor": "rgba(0,0,0,0)"},
            yaxis={"title": {"text": "pieces"}, **axis},
        ),
    )


def told(known: Sequence[PieceLengths]) -> Html:
    """The same in a sentence for each vocabulary."""
    return join([tag("p", each.said, class_="caption") for each in known])


def _bars(known: PieceLengths, place: int) -> go.Bar:
    shown = dict.fromkeys(range(1, LAST + 1), 0)
    for length, count in known.characters.items():
        shown[min(length, LAST)] += count
    fill, _ = colour(place)
    whose = "" if known.of == "both" else f", {known.of}"
    return go.Bar(
        x=[*map(str, range(1, LAST)), f"{LAST}+"], y=list(shown.values()), marker={"color": fill}, name=known.of,
        hovertemplate=f"%{{x}} letters{whose}: %{{y:,}} pieces<extra></extra>",
    )  # fmt: skip
