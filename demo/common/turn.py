"""Which request may still write to a person's page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock

from demo.common.stopping import present


@dataclass
class Turn:
    """Whose turn it is on one person's page: a new request ends the one before it, and Stop ends the present one.

    live: whether the person wants to see each step of the search.
    stopped_at: when Stop was pressed last, on the monotonic clock.
    asked_in: the turn in which the present question was asked, where a view lets a person go on about its answer.

    Gradio's own ``cancels`` does neither reliably: an update already on its way arrives after the one that says
    "stopped". Here the request itself has the last word.
    """

    number: int = 0
    stopped: int = 0
    live: bool = False
    stopped_at: float = 0.0
    asked_in: int = 0

    def take(self) -> int:
        """The number of a request that begins now; whatever ran before has no more to say."""
        with _LOCK:  # two requests of one person run in two threads
            self.number += 1
            if present().since < self.stopped_at:  # it was still waiting when Stop was pressed
                self.stopped = self.number
            return self.number

    def stop(self) -> None:
        """Ends the present request, after the step it is at, and all that still wait."""
        with _LOCK:
            self.stopped, self.stopped_at = self.number, time.monotonic()


_LOCK = Lock()
"""One for all people: it is held for nothing but an addition, and Gradio could not copy a lock of one's own."""
