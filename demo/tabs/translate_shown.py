"""What one person's Translate tab shows, and the updates that show it."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.languages import Languages
from demo.ledger import searched_with
from demo.panels import candidates, ledger, lens, translation, tree
from demo.plots.heatmap import attention_heatmap, room

if TYPE_CHECKING:
    from demo.service import Request
    from seq2seq_core.decoding import DecodeResult

PIECES, WORDS = "Pieces", "Words"

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

    request: Request
    result: DecodeResult
    languages: Languages
    index: int = 0
    before: Shown | None = None
    number: int = field(default_factory=itertools.count(1).__next__)


def show(shown: Shown, unit: Any) -> Updates:
    """Everything that shows a result, in the order of ``View.shown``."""
    attends = shown.result.hypotheses[shown.index].attention is not None
    return [heatmap(shown, unit), gr.update(visible=not attends), *panels(shown)]


def panels(shown: Shown) -> Updates:
    """What shows the chosen candidate in words and lines, in the order of ``View.panels``."""
    result, index, lang = shown.result, shown.index, shown.languages.target_code
    given = len(shown.request.prefix)
    return [
        translation.translation(result, index, given, lang),
        candidates.candidates(result, index, lang, shown.number),
        tree.tree(result, index),
        lens.lens(result, index),
        lens.detail(result, index, max(given - 1, 0), lang),
    ]


def heatmap(shown: Shown, unit: Any) -> Any:
    """The chosen candidate's attention, by pieces or by words; hidden where there is none."""
    result, words = shown.result, unit == WORDS
    if result.hypotheses[shown.index].attention is None:
        return gr.update(visible=False)
    # A number of its own, because Gradio draws nothing where it sees no change, and does not see what ``redrawn`` did.
    number = time.monotonic_ns()
    figure = attention_heatmap(result, shown.index, words).update_layout(meta=number)
    return gr.update(value=figure, visible=True, elem_classes=["heatmap", room(result, words), f"drawn-{number}"])


def redrawn(shown: Shown, unit: Any) -> str:
    """The same as JSON, for the figure that is there already; "" without attention.

    ``redraw`` in ``assets/figures.js`` gives it to Plotly, which takes a quarter of the time that a gr.Plot takes.
    """
    result, words = shown.result, unit == WORDS
    if result.hypotheses[shown.index].attention is None:
        return ""
    figure = attention_heatmap(result, shown.index, words)
    return f'{{"room": "{room(result, words)}", "figure": {figure.to_json()}}}'


def views(shown: Shown) -> str:
    """Every candidate's panels and heatmaps as JSON, for the page to show at once when one is chosen.

    ``MOST`` characters at most: what is beyond comes from the server when it is asked for.
    """
    held: list[str] = []
    for index in range(len(shown.result.hypotheses)):
        each = replace(shown, index=index)
        drawn = {unit: redrawn(each, unit) for unit in (PIECES, WORDS)}
        held.append(json.dumps({"panels": panels(each), "heatmaps": drawn}))
        if sum(map(len, held)) > MOST:
            break
    return f'{{"result": {shown.number}, "candidates": [{", ".join(held)}]}}'


def weighed(shown: Shown) -> Updates:
    """The ledger as the search itself ranked: alpha, beta, table."""
    alpha, beta = searched_with(shown.result)
    return [alpha, beta, ledger.ledger(shown.result, alpha, beta, shown.languages.target_code)]
