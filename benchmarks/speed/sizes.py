"""Figures without a goal: one sentence by the width of the beam, and sentences a second by the size of the batch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from benchmarks.goals import Goal
from benchmarks.speed.subject import STRATEGIES, Subject, forced, of_length, run_of
from benchmarks.timing import in_turn

WIDTHS = (1, 2, 5, 10, 16, 30, 50, 100)
BATCHES = (1, 4, 16, 64, 256, 512)
PIECES = 15


def measure(subject: Subject) -> Iterator[Goal]:
    """Prints two tables; gives no goal."""
    translator, runs = subject.plain, max(1, subject.runs // 2)
    text = of_length(translator, subject.texts, PIECES)
    print(f"\nOne sentence of {PIECES} pieces, a target as long:\n\n| beam | ms |\n|---|---|")
    spent = in_turn(
        {str(width): run_of(translator, [text], forced("beam", PIECES, width), batch=1) for width in WIDTHS}, runs
    )
    for width, seconds in spent.items():
        print(f"| {width} | {seconds * 1000:.1f} |")
    print("\nBeam 5, sentences of the set:\n\n| batch | sentences a CPU second |\n|---|---|", flush=True)
    for size in BATCHES:
        texts = list(itertools.islice(itertools.cycle(subject.texts), max(size, 16)))
        seconds = in_turn({"": run_of(subject.fast, texts, STRATEGIES["beam 5"], batch=size)}, runs)[""]
        print(f"| {size} | {len(texts) / seconds:.1f} |", flush=True)
    yield from ()
