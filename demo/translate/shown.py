"""What one person's Translate tab shows, and the updates that show it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from plotly.io.json import to_json_plotly

from demo.common.attention import heatmap_parts, room
from demo.common.languages import Languages
from demo.common.markup import Html, tag
from demo.translate import candidates, ledger, lens, translation, tree
from demo.translate.scores import searched_with

if TYPE_CHECKING:
    from demo.service import Asked
    from seq2seq_core.decoding import DecodeResult

PIECES, WORDS = "Pieces", "Words"

NO_ATTENTION = (
    "This model has no attention: it squeezes the whole sentence into one vector, so while it writes there is no "
    "place in the source to point at. Choose a model with attention to see where it looks."
)

MOST = 800_000

Updates = list[Any]


@dataclass(frozen=True)
class Shown:
    """A request and what came of it.

    languages: of its model.
    index: the candidate looked into.
    before: what the model chose by itself, where the request forces a beginning; one click goes back to it.
    number: names it among all that this process has shown.
    """

    request: Asked
    result: DecodeResult
    languages: Languages
    index: int = 0
    before: Shown | None = None
    number: int = field(default_factory=itertools.count(1).__next__)


def show(shown: Shown, unit: Any) -> Updates:
    """Everything that shows a result, in the order of ``TranslateView.shown``."""
    return [heatmap(shown, unit), *panels(shown)]


def panels(shown: Shown) -> Updates:
    """What shows the chosen candidate in words and lines, in the order of ``TranslateView.panels``."""
    result, index, lang = shown.result, shown.index, shown.languages.target_code
    given = len(shown.request.prefix)
    looked_at = max(given - 1, 0)
    return [
        translation.translation(result, index, given, lang),
        candidates.candidates(result, index, lang, shown.number),
        tree.tree(result, index),
        lens.lens(result, index, looked_at),
        lens.detail(result, index, looked_at, lang),
    ]


def heatmap(shown: Shown, unit: Any) -> Html:
    """The chosen candidate's attention, by pieces or by words, or why there is none.

    ``draw`` in ``assets/figures.js`` gives it to Plotly, which changes the figure that is there: a quarter of the work
    of a gr.Plot, which draws a new one.
    """
    result, words = shown.result, unit == WORDS
    if result.hypotheses[shown.index].attention is None:
        return tag("p", NO_ATTENTION, class_="instead")
    figure = to_json_plotly(heatmap_parts(result, shown.index, words))
    return tag("div", data_room=room(result, words), data_figure=figure)


def views(shown: Shown) -> str:
    """Every candidate's panels and heatmaps as JSON, for the page to show at once when one is chosen.

    ``MOST`` characters at most: what is beyond comes from the server when it is asked for.
    """
    held: list[str] = []
    for index in range(len(shown.result.hypotheses)):
        each = replace(shown, index=index)
        drawn = {unit: heatmap(each, unit) for unit in (PIECES, WORDS)}
        held.append(json.dumps({"panels": panels(each), "heatmaps": drawn}))
        if sum(map(len, held)) > MOST:
            break
    return f'{{"result": {shown.number}, "candidates": [{", ".join(held)}]}}'


def weighed(shown: Shown) -> Updates:
    """The ledger as the search itself ranked: alpha, beta, table."""
    alpha, beta = searched_with(shown.result)
    return [alpha, beta, ledger.ledger(shown.result, alpha, beta, shown.languages.target_code)]
