"""A search of the Translate view from its request to its result, one update of the page after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Protocol

from demo.common import status
from demo.common.languages import Languages
from demo.common.text_input import InputError
from demo.common.wiring import UNCHANGED, Updates
from demo.service import Asked, Draft, Service
from demo.translate import show
from demo.translate.layout import TranslateView
from demo.translate.said import Said
from demo.translate.state import Shown

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
    before: what the model chose by itself, where the request forces a beginning.
    candidate: the one to look into, if there are as many.
    """

    said: Said
    make_request: Callable[[], Asked]
    before: Shown | None = None
    candidate: int = 0


class Searcher(Protocol):
    """Whose handlers search."""

    _service: Service
    _view: TranslateView


def searches(ask: Callable[..., Search | Updates]) -> Callable[..., Iterator[Updates]]:
    """A handler that decodes what ``ask`` wants: drafts while the search runs, then everything that shows the result.

    Where ``ask`` gives updates there is nothing to decode, and they are all. The page itself says that it is busy.
    """

    @wraps(ask)
    def handler(self: Searcher, *values: object, **sent: object) -> Iterator[Updates]:
        wanted = ask(self, *values, **sent)
        if not isinstance(wanted, Search):
            yield wanted
            return
        mine = wanted.said.turn.take()
        try:
            request = wanted.make_request()
            progress = _Progress(self._view, wanted, request, self._service.languages(request.model), mine)
            with closing(self._service.run(request)) as events:
                for event in events:
                    if (update := progress.after(event)) is not None:
                        yield update
                    if progress.over:
                        return
                    if progress.pause:
                        time.sleep(progress.pause)
        except InputError as error:
            yield {self._view.status: status.error(str(error))}
        except Exception:
            logging.exception("a request failed")  # without the person's text
            yield {self._view.status: status.error(OURS)}

    return handler


@dataclass
class _Progress:
    """How far a search is, and what the page is told of it.

    mine: the turn of this search. over: there is nothing more to tell. pause: seconds to wait for whoever looks on.
    seen: steps that were shown. paused: seconds in all.
    """

    view: TranslateView
    wanted: Search
    request: Asked
    known: Languages
    mine: int
    over: bool = False
    pause: float = 0.0
    seen: int = 0
    paused: float = 0.0
    next_draft: float = field(default_factory=lambda: time.monotonic() + PATIENCE)
    steps: list[DecodeStep] = field(default_factory=list)

    def after(self, event: Draft | DecodeResult) -> Updates | None:
        """What there is to tell after one more step, or at the end; None for nothing."""
        turn, self.pause = self.wanted.said.turn, 0.0
        if turn.number != self.mine:
            self.over = True
            return UNCHANGED
        if turn.stopped == self.mine:
            self.over = True
            return {self.view.status: status.stopped(self.seen)}
        if not isinstance(event, Draft):
            self.over = True
            return self._everything(event)
        if event.step:
            self.steps.append(event.step)
        return self._drafted(event, turn.live)

    def _everything(self, result: DecodeResult) -> Updates:
        index = min(self.wanted.candidate, len(result.hypotheses) - 1)
        shown = Shown(self.request, result, self.known, index, self.wanted.before)
        return show.everything(self.view, shown, self.wanted.said.words)

    def _drafted(self, draft: Draft, live: bool) -> Updates | None:
        if live:
            self.seen = draft.steps
            self.pause = LIVE_PAUSE if self.paused < LIVE else 0.0
            self.paused += self.pause
            return show.draft(self.view, draft, self.known.target_code, self.steps)
        if time.monotonic() <= self.next_draft:
            return None
        self.next_draft = time.monotonic() + REPAINT
        return show.draft(self.view, draft, self.known.target_code)
