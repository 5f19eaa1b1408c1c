"""The updates that show a result, or a search under way, in the Translate view."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from demo.common import question, status
from demo.common.languages import Languages
from demo.common.markup import Html, tag
from demo.common.pieces import runs
from demo.common.question import PageQuestion
from demo.common.wiring import Updates
from demo.service import Draft
from demo.translate import ledger, link, translation, tree, whole
from demo.translate.layout import VIEW, TranslateView, headings, mean_of_heads
from demo.translate.scores import searched_with
from demo.translate.state import Shown, ShownText
from seq2seq_core.decoding import STRATEGIES

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeStep
    from seq2seq_core.types import MovedWeight

UNFINISHED = "This shows when the search has come to its end."
STOPPED = "The search was stopped before its end; search again to see this."

SAID_SO_FAR = ("translation", "tree")
"""Cards that show a search under way."""

ASKED_OF = ("slim", "source_words", "signs", "shaping", "detail", "learnt", "cell")
"""Cards that show nothing but what was asked of a result."""

OF_ALL = ("tree", "shaping")
"""Cards that are the same for each candidate of a result: whose path the tree marks the page itself follows."""

READ = 120
"""Characters of what the model read that are shown where it is not what was typed."""


def everything(view: TranslateView, present: ShownText, words: bool) -> Updates:
    """After a search, or for another sentence: all that shows its result, the ledger as the search itself ranked."""
    alpha, beta = searched_with(present.shown.result)
    bar = earlier(present.asked, present.shown.languages.verb, present.shown)
    weights: Updates = {view.alpha: alpha, view.beta: beta, view.earlier: bar}
    over = headings(view, present.shown.languages)
    return candidate(view, present, words) | weights | over | ranked(view, present.shown, alpha, beta)


def earlier(asked: PageQuestion | None, verb: str, shown: Shown | None = None) -> Html:
    """The bar that says what is shown answers this, once the page asks something else."""
    said = replace(asked, caption=_caption(asked, shown)) if asked and shown else asked
    return question.bar(VIEW, said, "translate", f"{verb} again")


def _caption(asked: PageQuestion, shown: Shown) -> tuple[str, ...]:
    """What files of the figures say: the whole sentence, model, strategy and settings, and what was chosen by hand."""
    begun = shown.result.hypotheses[0].tokens[: shown.given]
    chosen = "beginning held as it was before a weight was moved" if shown.request.moved else "beginning chosen by hand"
    by_hand = (f"{chosen}: {translation.spelled(begun)}",) if begun else ()
    return (
        question.whole(shown.request.text),
        *asked.said[1:],
        *by_hand,
        *(_moved(each, shown) for each in shown.request.moved),
    )


def _moved(weight: MovedWeight, shown: Shown) -> str:
    """A weight of the heatmap that a person set: on which words, at which row."""
    on = " ".join(word.text for word in runs(shown.result.source_tokens[weight.first : weight.last + 1]))
    return f"attention on “{on}” at step {weight.step + 1} set to {weight.weight:.2f} by hand"


def emptied(view: TranslateView, asked: PageQuestion | None, verb: str) -> Updates:
    """When a search that is watched takes the page: whatever shows the result of another goes until there is one."""
    empty: Updates = {view.parts[name].html: "" for name in ASKED_OF}
    over: Updates = {view.whole: "", view.present: None, view.earlier: earlier(asked, verb)}
    return _instead(view, UNFINISHED) | empty | over


def broken_off(view: TranslateView) -> Updates:
    """After a search that had the page to itself has no result: what waited for one says that there is none."""
    return _instead(view, STOPPED)


def _instead(view: TranslateView, said: str) -> Updates:
    """In each card that shows nothing without a result, what there is to say."""
    line, kept = tag("p", said, class_="instead"), (*SAID_SO_FAR, *ASKED_OF)
    return {part.html: line for name, part in view.parts.items() if name not in kept} | {view.ledger: line}


def candidate(view: TranslateView, present: ShownText, words: bool, kept: Collection[str] = ()) -> Updates:
    """All that shows the candidate that is looked into, but for the parts that are kept as they are."""
    drawn: Updates = {
        part.html: part.draw(present.shown, words) for name, part in view.parts.items() if name not in kept
    }
    text: Updates = {view.present: present, view.whole: whole.draw(present)}
    return {view.status: line(present, words)} | text | drawn | _mean(view, present)


def another(view: TranslateView, present: ShownText, words: bool) -> Updates:
    """When another candidate of the same result is looked into: all that is not there yet."""
    return candidate(view, present, words, kept=OF_ALL)


def growing(view: TranslateView, present: ShownText, words: bool, asking: str = "") -> Updates:
    """While further sentences are translated: what is there of the text and, once, everything of its first.

    ``asking`` is a query that asks for all of it.
    """
    first = everything(view, present, words) if len(present.sentences) == 1 else {}
    doing = present.shown.languages.doing
    busy = status.busy(sentence=len(present.sentences) + 1, of=present.count, doing=doing, link=asking)
    return first | {view.status: busy, view.present: present, view.whole: whole.growing(present)}


def heatmap(view: TranslateView, present: ShownText, words: bool) -> Updates:
    """The heatmap, by pieces or by words."""
    drawn: Updates = {part.html: part.draw(present.shown, words) for part in (view.parts["drawn"], view.parts["cell"])}
    return {view.status: line(present, words), **drawn, **_mean(view, present)}


def _mean(view: TranslateView, present: ShownText) -> Updates:
    """What stands over the heatmap of a model of many heads whose mean is shown; nothing of it is there for another."""
    known = present.shown.languages
    return mean_of_heads(view, known) if known.heads else {}


def ranked(view: TranslateView, shown: Shown, alpha: float, beta: float) -> Updates:
    """The ledger under these weights."""
    return {view.ledger: ledger.draw(shown.result, alpha, beta, shown.languages.target_code)}


def draft(
    view: TranslateView,
    found: Draft,
    known: Languages,
    steps: Sequence[DecodeStep] = (),
    *,
    place: int = 1,
    count: int = 1,
    asking: str = "",
) -> Updates:
    """The search as it stands: the step it is at, the beginning that leads, and the tree of ``steps``, if any.

    ``known`` are the model's languages; ``place`` is the number of the sentence that is decoded, of ``count``;
    ``asking`` is a query that asks for all of it.
    """
    updates: Updates = {view.status: status.busy(found.steps, place, count, known.doing, asking)}
    if found.tokens:
        updates[view.parts["translation"].html] = translation.draft(found.tokens, known.target_code)
    if steps:
        updates[view.parts["tree"].html] = tree.growing(steps, found.token_ids)
    return updates


def line(present: ShownText, words: bool) -> Html:
    """How the result came about, and the link to what is looked at of it."""
    shown = present.shown
    result = shown.result
    return status.done(
        result, STRATEGIES[result.strategy].label, " ".join(filter(None, _notes(present))),
        given=shown.given, held=bool(shown.request.moved), back=shown.before is not None,
        link=link.write(present, words), button=shown.languages.verb,
    )  # fmt: skip


def _notes(present: ShownText) -> Iterator[str]:
    """What there is to know of the text and of the sentence looked into."""
    yield present.note
    if not present.shown.result.source_tokens:
        yield translation.NOTHING_READ
    if present.undone:
        ready = f"{len(present.sentences)} of {present.count} sentences"
        yield f"Only {ready} are done; press {present.shown.languages.verb} for all."
    yield from dict.fromkeys(each.request.note for each in present.sentences)
    result = present.shown.result
    yield from result.notes
    if result.read_as and not result.notes:
        yield f"The model read: “{textwrap.shorten(result.read_as, READ, placeholder=' …')}”."
    if any(each.request.config != present.shown.request.config for each in present.sentences):
        yield "Not all sentences were searched with the same penalties; the link searches all as it did this one."
