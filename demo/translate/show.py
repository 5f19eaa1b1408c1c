"""The updates that show a result, or a search under way, in the Translate view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common import status
from demo.common.markup import Html
from demo.common.wiring import Updates
from demo.service import Draft
from demo.translate import ledger, link, translation, tree
from demo.translate.layout import TranslateView
from demo.translate.scores import searched_with
from demo.translate.state import Shown
from seq2seq_core.decoding import STRATEGIES

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeStep


def everything(view: TranslateView, shown: Shown, words: bool) -> Updates:
    """After a search: all that shows its result, the ledger as the search itself ranked."""
    alpha, beta = searched_with(shown.result)
    weights: Updates = {view.alpha: alpha, view.beta: beta}
    return candidate(view, shown, words) | weights | ranked(view, shown, alpha, beta)


def candidate(view: TranslateView, shown: Shown, words: bool) -> Updates:
    """All that shows the candidate that is looked into."""
    drawn: Updates = {part.html: part.draw(shown, words) for part in view.parts.values()}
    return {view.status: line(shown, words), view.present: shown} | drawn


def heatmap(view: TranslateView, shown: Shown, words: bool) -> Updates:
    """The heatmap, by pieces or by words."""
    part = view.parts["drawn"]
    return {view.status: line(shown, words), part.html: part.draw(shown, words)}


def ranked(view: TranslateView, shown: Shown, alpha: float, beta: float) -> Updates:
    """The ledger under these weights."""
    return {view.ledger: ledger.draw(shown.result, alpha, beta, shown.languages.target_code)}


def draft(view: TranslateView, found: Draft, lang: str | None, steps: Sequence[DecodeStep] = ()) -> Updates:
    """The search as it stands: the step it is at, the beginning that leads, and the tree of ``steps``, if any."""
    updates: Updates = {view.status: status.busy(found.steps)}
    if found.tokens:
        updates[view.parts["translation"].html] = translation.draft(found.tokens, lang)
    if steps:
        updates[view.parts["tree"].html] = tree.growing(steps, found.token_ids)
    return updates


def line(shown: Shown, words: bool) -> Html:
    """How the result came about, and the link to what is looked at of it."""
    request, result = shown.request, shown.result
    address = link.write(request, result.strategy, candidate=shown.index, words=words)
    return status.done(
        result, STRATEGIES[result.strategy].label, request.note,
        given=shown.given, back=shown.before is not None, link=address,
    )  # fmt: skip
