"""A search of the Translate view from its request to its result, one update of the page after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Protocol

from demo.common import status
from demo.common.languages import Languages
from demo.common.question import PageQuestion
from demo.common.text_input import InputError
from demo.common.wiring import UNCHANGED, Updates
from demo.service import AskedText, Draft, Service
from demo.translate import lens, link, show
from demo.translate.layout import TranslateView, headings
from demo.translate.said import Said
from demo.translate.state import Shown, ShownText

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeResult, DecodeStep

REPAINT = 0.12
"""Seconds between two drafts on the page while the search runs."""

PATIENCE = 0.4
"""Seconds before the first draft. A search that ends before is over sooner without: a browser that paints a draft holds
up the result behind it by as much as some steps take."""

LIVE_PAUSE = 0.15
"""Seconds between two steps for someone who wants to see each."""

LIVE = 8.0
"""Seconds a search pauses in all; others wait for their turn meanwhile."""

OURS = "Something went wrong on our side; try another sentence or strategy."


@dataclass(frozen=True)
class Search:
    """What to decode, for whom, and what to look at of what comes of it.

    make_request: raises InputError where there is no valid one.
    within: the text whose sentence looked into is translated again; None for a new text.
    before: what the model chose by itself, where the request forces a beginning.
    candidates: of each sentence the one to look into, if there are as many; the first of those that are not named.
    sentence: the one to look into, if there are as many.
    near: the token of its candidate, from 0, of which is asked where it was learnt.
    asked: what the page's widgets said; None leaves it to ``within``.
    also: what else changes on the page once there is a result.
    linked: the page's address asks for it.
    """

    said: Said
    make_request: Callable[[], AskedText]
    within: ShownText | None = None
    before: Shown | None = None
    candidates: tuple[int, ...] = ()
    sentence: int = 0
    near: int | None = None
    asked: PageQuestion | None = None
    also: Callable[[], Updates] = dict
    linked: bool = False


class Searcher(Protocol):
    """Whose handlers search."""

    _service: Service
    _view: TranslateView


def searches(ask: Callable[..., Search | Updates]) -> Callable[..., Iterator[Updates]]:
    """A handler that decodes what ``ask`` wants: drafts while the search runs, then everything that shows the result.

    Where ``ask`` gives updates there is nothing to decode, and they are all. The page itself says that it is busy.
    """

    @wraps(ask)
    def handler(self: Searcher, *pressed: object, **sent: object) -> Iterator[Updates]:
        wanted = ask(self, *pressed, **sent)
        if not isinstance(wanted, Search):
            yield wanted
            return
        mine, progress = wanted.said.turn.take(), None
        try:
            asked = wanted.make_request()
            known = self._service.languages(asked.sentences[0].model)
            opened = partial(_opened, self._service, wanted)
            progress = _Progress(self._view, wanted, asked, known, mine, opened, _asking(wanted, asked))
            with closing(self._service.run_text(asked)) as events:
                for event in events:
                    if (update := progress.after(event)) is not None:
                        yield update
                    if progress.over:
                        return
                    if progress.pause:
                        time.sleep(progress.pause)
        except InputError as error:
            yield _failed(self._view, wanted, progress, error)
        except Exception:
            logging.exception("a request failed")  # without the person's text
            yield _failed(self._view, wanted, progress, InputError(OURS))

    return handler


def _asking(wanted: Search, asked: AskedText) -> str:
    """A query that asks the same; "" where the address by which the page was opened is one."""
    if wanted.linked:
        return ""
    if wanted.within is None:
        return link.asking(asked, wanted.said.words)
    shown = replace(wanted.within.shown, request=asked.sentences[0], index=0, near=None)
    return link.write(wanted.within.changed(shown), wanted.said.words)


def _opened(service: Service, wanted: Search, place: int, shown: Shown) -> Shown:
    """Sentence number ``place`` with all that the step lens shows of it at first."""
    try:
        asked = with_neighbours(service, shown, wanted.near) if place == wanted.sentence else shown
    except InputError:  # a link is only a wish, and the button says what is wrong
        asked = shown
    return looked_into(service, asked)


def with_neighbours(service: Service, shown: Shown, place: int | None) -> Shown:
    """With training sentences that are near to the state before this token, if there are such a token and an index.

    Raises:
        InputError: the index cannot be used, or it took too long.
    """
    ids = shown.result.hypotheses[shown.index].token_ids
    if place is None or place >= len(ids) or not shown.languages.neighbours:
        return shown
    return replace(shown, near=service.run_neighbours(shown.request, ids, place))


def looked_into(service: Service, shown: Shown) -> Shown:
    """With what the record does not have: the rank of the token that the step lens opens at, and the measures."""
    opened = rank(service, shown, shown.index, shown.opened)
    return replace(shown, rank=opened, signs=service.signs(shown.request.model, shown.result, shown.index))


def rank(service: Service, shown: Shown, of: int, place: int) -> int | None:
    """Of token number ``place`` of candidate ``of`` under the model, where the record does not have it."""
    if not lens.unlisted(shown.result, of, place):
        return None
    try:
        return service.ranks(shown.request, shown.result.hypotheses[of].token_ids)[place]
    except InputError:  # there was no time for it
        return None


def _failed(view: TranslateView, wanted: Search, progress: _Progress | None, error: InputError) -> Updates:
    """What went wrong, beside the sentences that were translated before it did, or what was shown before."""
    wrong: Updates = {view.status: status.wrong(error)}
    if progress is None:  # it has ended a search before it, which may have written drafts
        before = wanted.said.present
        return (show.everything(view, before, wanted.said.words) if before else {}) | wrong
    if not progress.done:
        return progress.as_before() | wrong
    present = progress.present()
    kept = f"{len(present.sentences)} of {present.count} sentences are done."
    return {**show.everything(view, present, progress.words), view.status: status.error(f"{error} {kept}")}


@dataclass
class _Progress:
    """How far a search is, and what the page is told of it.

    mine: the turn of this search. over: there is nothing more to tell. pause: seconds to wait for whoever looks on.
    opened: finds out what the step lens needs to know.
    asking: a query that asks the same, by which the address names the question before there is a result: who opens the
        page anew meanwhile asks it again. "" where the address is one already.
    named: it does by now.
    done: the sentences that have a result. seen: steps that were shown of the one after them. paused: seconds in all.
    drafted: the translation's card shows a draft. watched: all others show nothing but the search, too.
    """

    view: TranslateView
    wanted: Search
    asked: AskedText
    known: Languages
    mine: int
    opened: Callable[[int, Shown], Shown]
    asking: str
    named: bool = False
    done: list[Shown] = field(default_factory=list)
    over: bool = False
    pause: float = 0.0
    seen: int = 0
    drafted: bool = False
    watched: bool = False
    paused: float = 0.0
    next_draft: float = field(default_factory=lambda: time.monotonic() + PATIENCE)
    steps: list[DecodeStep] = field(default_factory=list)

    def after(self, event: Draft | DecodeResult | None) -> Updates | None:
        """What there is to tell after one more step, or at the end; None for nothing.

        Args:
            event: None where nothing happened for a while.
        """
        turn, self.pause = self.wanted.said.turn, 0.0
        if turn.number != self.mine:
            self.over = True
            return UNCHANGED
        if turn.stopped == self.mine:
            self.over = True
            if self.done:
                return show.everything(self.view, self.present(), self.words)
            seen = self.seen if self._alone else 0
            stopped = status.stopped(seen, self.known.noun, self.known.verb, self.asking)
            return self.as_before() | {self.view.status: stopped}
        if event is None:
            return self._waiting()
        if not isinstance(event, Draft):
            return self._finished(event)
        if event.step:
            self.steps.append(event.step)
        return self._drafted(event, turn.live)

    @property
    def words(self) -> bool:
        """Whether the heatmap is by words."""
        return self.wanted.said.words

    def present(self) -> ShownText:
        """The text with all sentences that have a result; there must be one."""
        if self.wanted.within:
            return replace(self.wanted.within.changed(self.done[0]), asked=self.question)
        sentence = min(self.wanted.sentence, len(self.done) - 1)
        undone = tuple(request.text for request in self.asked.sentences[len(self.done) :])
        return ShownText(tuple(self.done), self.asked.between, sentence, self.asked.note, undone, self.question)

    @property
    def question(self) -> PageQuestion | None:
        """What a result answers."""
        within = self.wanted.within
        return self.wanted.asked or (within.asked if within else None)

    def as_before(self) -> Updates:
        """What was shown when the search began, where drafts wrote over it; what was watched of a new text stays."""
        present = self.wanted.said.present
        if self._alone:
            return show.broken_off(self.view)
        if present is None or not self.drafted:
            return {}
        return show.everything(self.view, present, self.words)

    @property
    def _alone(self) -> bool:
        """Whether nothing on the page is of another search: this one is watched, and of a new text."""
        return self.watched and self.wanted.within is None

    def _finished(self, result: DecodeResult) -> Updates:
        """Everything at the end; before it the first sentence, and what of the text is translated."""
        place, self.steps, self.seen = len(self.done), [], 0
        wish = self.wanted.candidates[place] if place < len(self.wanted.candidates) else 0
        index = min(wish, len(result.hypotheses) - 1)
        shown = Shown(self.asked.sentences[place], result, self.known, index, self.wanted.before)
        self.done.append(self.opened(place, shown))
        self.over = len(self.done) == len(self.asked.sentences)
        present = self.present()
        if self.over:
            return show.everything(self.view, present, self.words) | self.wanted.also()
        return show.growing(self.view, present, self.words, self.asking)

    def _waiting(self) -> Updates | None:
        """Once, the question's name, where the search has nothing to show so far."""
        if self.named or not self.asking or time.monotonic() <= self.next_draft:
            return None
        self.named = True
        return {self.view.status: status.busy(doing=self.known.doing, link=self.asking)}

    def _drafted(self, draft: Draft, live: bool) -> Updates | None:
        self.named, place, count = True, len(self.done) + 1, len(self.asked.sentences)
        if live:
            return self._watched(draft.steps) | show.draft(
                self.view, draft, self.known, self.steps, place=place, count=count, asking=self.asking
            )
        if time.monotonic() <= self.next_draft:
            return None
        self.next_draft = time.monotonic() + REPAINT
        if self.done:  # the first sentence is shown, and stays
            return {self.view.status: status.busy(draft.steps, place, count, self.known.doing, self.asking)}
        drawn = show.draft(self.view, draft, self.known, place=place, count=count, asking=self.asking)
        return self._begun() | drawn

    def _begun(self) -> Updates:
        """With the first draft, what stands over it."""
        first, self.drafted = not self.drafted, True
        return {self.view.target: headings(self.view, self.known)[self.view.target]} if first else {}

    def _watched(self, steps: int) -> Updates:
        """With each step that is shown; the first takes the page for this search."""
        self.seen = steps
        self.pause = LIVE_PAUSE if self.paused < LIVE else 0.0
        self.paused += self.pause
        if self.watched:
            return {}
        self.watched = self.drafted = True
        return show.emptied(self.view, self.question, self.known.verb) | headings(self.view, self.known)
