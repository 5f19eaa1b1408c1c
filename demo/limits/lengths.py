"""BLEU by source length on held-out sentences, with the present sentence's own point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.limits.lines import band, figure, line, point
from demo.limits.measured import measured

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from demo.limits.state import BesideEachOther


WORDS = [2, 3, 5, 10, 20, 40]
"""Named on the axis, which is logarithmic."""


def draw(shown: BesideEachOther | None, names: Mapping[str, str]) -> go.Figure:
    """A line for each model that was measured and is here; a star for each model's translation of the sentence.

    ``names``: of the models that are here, with their titles.
    """
    traces: list[Any] = []
    places = _places(shown)
    for name, known in measured()["models"].items():
        if name not in names:
            continue
        place, groups = places.setdefault(name, len(places)), sorted(known["lengths"], key=lambda group: group["words"])
        xs, ys = [group["words"] for group in groups], [group["bleu"] for group in groups]
        margins = [group["margin"] or 0.0 for group in groups]
        low, high = ([y + side * m for y, m in zip(ys, margins, strict=True)] for side in (-1, 1))
        traces += [
            band(place, xs, low, high),
            line(
                names[name],
                place,
                xs,
                ys,
                hover=[f"{group['group']}, {group['sentences']} of them" for group in groups],
            ),
        ]
    if shown is not None:
        words = len(shown.source.split())
        for one, (bleu, _) in zip(shown.found, shown.scores, strict=False):
            if bleu is not None:
                traces.append(point(shown.title(one.model), places[one.model], words, bleu))
    return figure(traces, "words of the source", "BLEU", type="log", tickvals=WORDS, ticktext=list(map(str, WORDS)))


def _places(shown: BesideEachOther | None) -> dict[str, int]:
    """Colours of the models that were asked, the same as in the other figures."""
    return {name: place for place, name in enumerate(shown.models)} if shown else {}
