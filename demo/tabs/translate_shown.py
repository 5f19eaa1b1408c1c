"""What one person's Translate tab shows, and the updates that show it."""

from __future__ import annotations

from dataclasses import dataclass
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

Updates = list[Any]


@dataclass(frozen=True)
class Shown:
    """A request and what came of it.

    languages: of its model.
    index: the candidate looked into.
    before: what the model chose by itself, where the request forces a beginning; one click goes back to it.
    """

    request: Request
    result: DecodeResult
    languages: Languages
    index: int = 0
    before: Shown | None = None


def show(shown: Shown, unit: Any) -> Updates:
    """Everything that shows the chosen candidate, in the order of ``View.shown``."""
    result, index, lang = shown.result, shown.index, shown.languages.target_code
    given = len(shown.request.prefix)
    attends = result.hypotheses[index].attention is not None
    return [
        translation.translation(result, index, given, lang),
        heatmap(shown, unit),
        gr.update(visible=not attends),
        candidates.candidates(result, index, lang),
        tree.tree(result, index),
        lens.lens(result, index),
        lens.detail(result, index, max(given - 1, 0), lang),
    ]


def heatmap(shown: Shown, unit: Any) -> Any:
    """The chosen candidate's attention, by pieces or by words; hidden where there is none."""
    result, words = shown.result, unit == WORDS
    if result.hypotheses[shown.index].attention is None:
        return gr.update(visible=False)
    figure = attention_heatmap(result, shown.index, words)
    return gr.update(value=figure, visible=True, elem_classes=["heatmap", room(result, words)])


def weighed(shown: Shown) -> Updates:
    """The ledger as the search itself ranked: alpha, beta, table."""
    alpha, beta = searched_with(shown.result)
    return [alpha, beta, ledger.ledger(shown.result, alpha, beta, shown.languages.target_code)]
