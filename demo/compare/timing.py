"""Cards of a comparison timed again: several runs each, in turn, so that the machine's mood meets all alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from demo.common.contestant import Contestant
from demo.common.several_runs import while_time
from demo.compare.desk import Desk
from demo.service import Asked, Service
from seq2seq_core.decoding import DecodeResult

SECONDS = 30.0
"""For all runs together: no further round begins that would take longer."""

Times = tuple[tuple[Contestant, tuple[float, ...]], ...]
"""Of each card the milliseconds of decoding alone, of each run."""


def rounds(service: Service, desk: Desk, request: Callable[[Contestant], Asked], begun: float) -> Iterator[Times]:
    """Decodes all cards that have a result, round by round; yields all times so far after each.

    It ends early where another comparison or timing begins, where Stop is pressed, and where the time is over.

    Args:
        service: what decodes.
        desk: with the cards; those that come meanwhile are left out.
        request: what a card asks for.
        begun: when it was asked for, on the monotonic clock.

    Raises:
        InputError: a search was refused.
    """
    desk.timings += 1
    mine, run = desk.timings, desk.number
    times: Times = tuple((each.card, ()) for each in desk.finished())
    for _ in while_time(SECONDS, begun):
        further = []
        for card, _ in times:
            with closing(service.run(request(card), trace=False, watched=False)) as events:
                for event in events:
                    if (mine, run) != (desk.timings, desk.number) or desk.stopped_at > begun:
                        return
                    if isinstance(event, DecodeResult):
                        further.append(1000 * event.seconds)
        times = tuple((card, (*so_far, took)) for (card, so_far), took in zip(times, further, strict=True))
        yield times
