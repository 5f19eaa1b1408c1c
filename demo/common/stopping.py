"""Whether the work for a request is still wanted: whoever works long for it asks between two steps.

A request is no longer wanted when nobody listens for its answer, or when its time is over. Python cannot end a thread
from outside, so all that may take longer than half a second asks by itself.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

from demo.common.text_input import InputError

T = TypeVar("T")

GONE = "Stopped, since nobody waits for the answer any more."


class Stop:
    """Of one request: whether somebody still listens for its answer.

    since: when it was asked for, on the monotonic clock, however long it waited afterwards.
    """

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.gone = False

    def leave(self) -> None:
        """Nobody listens any more."""
        self.gone = True


PRESENT: ContextVar[Stop] = ContextVar("PRESENT")
"""Of the request that this thread or task works for; the queue sets it (``demo.waiting.places``)."""


def present() -> Stop:
    """Of the request that is being answered; outside of any a new one, which nobody leaves."""
    return PRESENT.get(None) or Stop()


class Watch:
    """How long the work for a request may go on, from now.

    stop: of the request.
    """

    def __init__(self, seconds: float, late: str) -> None:
        """``late``: what its author is told when the time is over."""
        self.stop = present()
        self._end, self._late = time.monotonic() + seconds, late

    def check(self, late: str = "") -> None:
        """Asked between two steps. ``late``: what its author is told now when the time is over, where it is another.

        Raises:
            InputError: the time is over, or nobody listens any more.
        """
        if self.stop.gone:
            raise InputError(GONE)
        if time.monotonic() > self._end:
            raise InputError(late or self._late)

    def each(self, items: Iterable[T]) -> Iterator[T]:
        """The items one by one, for as long as the work may go on.

        Raises:
            InputError: see ``check``.
        """
        for item in items:
            self.check()
            yield item

    def through(self, work: Generator[object, None, T]) -> T:
        """What a generator returns that yields now and then.

        Raises:
            InputError: see ``check``.
        """
        while True:
            try:
                next(work)
            except StopIteration as done:
                self.check()  # what comes too late is not handed out
                result: T = done.value
                return result
            self.check()
