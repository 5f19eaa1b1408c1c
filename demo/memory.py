"""Gives the system back what requests no longer need: the C library keeps what traces freed, for the next ones."""

from __future__ import annotations

import ctypes
import gc
import threading
import time
from collections.abc import Callable
from contextlib import suppress

PAUSE = 2.0
"""Seconds between two looks at whether there is nothing to do."""

BUSY = 0.1
"""Processor seconds in each second from which on the app is at work."""

PATIENCE = 60.0
"""Seconds after which memory is given back in the midst of work."""


ARENAS = 2
"""Heaps of the C library: about as many as people decode at a time. By default each of many threads has its own, and
what is free in one serves none of the others: 25 MB of 610 after a hundred visits."""

M_ARENA_MAX = -8
"""What glibc's malloc.h calls the setting."""


def share_heaps() -> None:
    """Has all threads share ``ARENAS`` heaps; to be called before there are threads. Only glibc has the setting."""
    with suppress(AttributeError, OSError, TypeError):  # of macOS, musl and Windows
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Collects garbage, and has the C library return free memory; 30 ms for some hundred MB.

    Where it is not glibc, which alone has the call, only the former.
    """
    gc.collect()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # of macOS, musl and Windows
        return
    trim(0)


class Caretaker:
    """Says when it is time to give back: after work, as soon as there is none, or when there was some for long.

    Looking at the processor's time keeps it out of every request's way.
    """

    def __init__(self, used: float, now: float, *, worked: bool = False) -> None:
        self._used, self._now = used, now
        self._since = now if worked else None

    def due(self, used: float, now: float) -> bool:
        """Whether it is, with ``used`` processor seconds so far at the time ``now``."""
        at_work = used - self._used > BUSY * (now - self._now)
        self._used, self._now = used, now
        if at_work and self._since is None:
            self._since = now
        if self._since is None or (at_work and now - self._since < PATIENCE):
            return False
        self._since = None
        return True


def keep_giving_back(rest: Callable[[], None]) -> None:
    """Begins to give back whenever it is time, as long as the process lives; ``rest`` drops what it can before."""

    def look() -> None:
        caretaker = Caretaker(time.process_time(), time.monotonic(), worked=True)  # models are being loaded
        while True:
            time.sleep(PAUSE)
            if caretaker.due(time.process_time(), time.monotonic()):
                rest()
                give_back()
                caretaker = Caretaker(time.process_time(), time.monotonic())  # giving back is no work

    threading.Thread(target=look, name="memory", daemon=True).start()
