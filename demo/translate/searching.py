"""A search of the Translate view from its request to its result, one update of the page after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common import status
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


def search(service: Service, view: TranslateView, wanted: Search) -> Iterator[Updates]:
    """Drafts while the search runs, then everything that shows the result. The page itself says that it is busy."""
    mine = wanted.said.turn.take()
    try:
        request = wanted.make_request()
        with closing(service.run(request)) as events:
            yield from _followed(service, view, wanted, request, events, mine)
    except InputError as error:
        yield {view.status: status.error(str(error))}
    except Exception:
        logging.exception("a request failed")  # without the person's text
        yield {view.status: status.error(OURS)}


def _followed(
    service: Service,
    view: TranslateView,
    wanted: Search,
    request: Asked,
    events: Iterator[Draft | DecodeResult],
    mine: int,
) -> Iterator[Updates]:
    turn, known = wanted.said.turn, service.languages(request.model)
    next_draft, paused, seen = time.monotonic() + PATIENCE, 0.0, 0
    steps: list[DecodeStep] = []
    for event in events:
        if turn.number != mine:
            yield UNCHANGED
            return
        if turn.stopped == mine:
            yield {view.status: status.stopped(seen)}
            return
        if not isinstance(event, Draft):
            index = min(wanted.candidate, len(event.hypotheses) - 1)
            yield show.everything(view, Shown(request, event, known, index, wanted.before), wanted.said.words)
            return
        if event.step:
            steps.append(event.step)
        if turn.live:
            seen = event.steps
            yield show.draft(view, event, known.target_code, steps)
            if paused < LIVE:
                paused += LIVE_PAUSE
                time.sleep(LIVE_PAUSE)
        elif time.monotonic() > next_draft:
            next_draft = time.monotonic() + REPAINT
            yield show.draft(view, event, known.target_code)
