"""How the time of one sentence grows with its length and with the width of the beam."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.goals import Goal
from benchmarks.speed.subject import Subject, forced, of_length, run_of
from benchmarks.timing import in_turn

LENGTHS = (10, 160)
WIDTHS = (5, 16)
SLACK = 1.1
"""Of linear growth: what a measurement may be off by."""


def measure(subject: Subject) -> Iterator[Goal]:
    """The target is as long as the source; wider beams are measured at 15 pieces."""
    translator = subject.plain
    runs = {
        pieces: run_of(translator, [of_length(translator, subject.texts, pieces)], forced("beam", pieces), batch=1)
        for pieces in LENGTHS
    }
    spent = in_turn({str(pieces): run for pieces, run in runs.items()}, subject.runs)
    short, long = LENGTHS
    growth = (spent[str(long)] / long) / (spent[str(short)] / short)
    yield Goal(f"beam 5, time of a piece at {long} pieces, times that at {short}", growth, "at most", SLACK)
    text = of_length(translator, subject.texts, 15)
    spent = in_turn(
        {str(width): run_of(translator, [text] * 4, forced("beam", 15, width), batch=1) for width in WIDTHS},
        subject.runs,
    )
    narrow, wide = (spent[str(width)] for width in WIDTHS)
    yield Goal(f"one sentence, beam {WIDTHS[1]}, times beam {WIDTHS[0]}", wide / narrow, "at most", 2)
