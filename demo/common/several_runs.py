"""Times of several runs: their range, and what may be called the fastest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from demo.common import status
from demo.common.markup import Html

RUNS = 6
"""Of each strategy that is timed again: the range of six is a 97% interval of the median (``range_of``)."""

OVERLAP = " The ranges of the fastest overlap: what lies between them may be noise, so none is called the fastest."

Range = tuple[float, float]


def while_time(seconds: float, begun: float) -> Iterator[int]:
    """How many runs are done before each of them, as long as the next one would end in time.

    Args:
        seconds: for all runs together; the first begins anyway.
        begun: when they were asked for, on the monotonic clock.
    """
    for done in range(RUNS):
        spent = time.monotonic() - begun
        if done and spent * (done + 1) / done > seconds:
            return
        yield done


def range_of(times: Sequence[float]) -> Range | None:
    """The shortest and the longest time; None where it was timed once.

    Of n runs these enclose the true median with a probability of 1 - 2 / 2^n, 97% for 6 (David & Nagaraja 2003,
    Order Statistics, 7.1).
    """
    return (min(times), max(times)) if len(times) > 1 else None


def fastest(ranges: Sequence[Range | None]) -> int | None:
    """The place of what took less in its longest run than any other in its shortest; None where there is no such, or
    where some were timed once."""
    known = [ends for ends in ranges if ends]
    if len(known) < 2 or len(known) < len(ranges):
        return None
    first = min(range(len(known)), key=lambda place: known[place][1])
    others = [low for place, (low, _) in enumerate(known) if place != first]
    return first if known[first][1] < min(others) else None


def under_way(what: str, done: int) -> Html:
    """While each ``what``, a card for instance, is timed again, after so many runs."""
    return status.line("busy", f"Timing every {what}, run {done + 1} of {RUNS} …")


def over(what: str, done: int) -> Html:
    """After timing: how many runs there were, of those that were to be."""
    if not done:
        return status.line("stopped", "Stopped before a run was done; the times are as they were.")
    few = "" if done == RUNS else f", not {RUNS}: it was stopped, or its time was over"
    return status.line("done", f"{done} {'run' if done == 1 else 'runs'} of each {what}{few}.")


def broken_off(problem: str, done: int) -> str:
    """What ended the timing, and that so many runs before it count."""
    kept = f"The {done} runs before it count." if done > 1 else "The run before it counts."
    return f"{problem} {kept}" if done else problem
