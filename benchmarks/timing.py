"""Seconds that may be compared on a machine that others use too: the process's own, by turns, the median."""

from __future__ import annotations

import datetime
import importlib.metadata
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch

from seq2seq_core.types import describe_machine


def in_turn(contestants: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Median CPU seconds of each, all threads of this process together, after one run of each to warm up.

    They take turns, and each round begins with another, so that all see the same machine.
    """
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for name in names:
        contestants[name]()
    for round_ in range(runs):
        first = round_ % len(names)
        for name in names[first:] + names[:first]:
            start = time.process_time()
            contestants[name]()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch computes on one thread meanwhile, so that CPU seconds are the seconds that somebody would wait."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def setting(*packages: str) -> str:
    """Where and with what something was measured: machine, versions, date."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("torch", *packages))
    return f"{describe_machine()}, one thread, CPU seconds; {versions}; {datetime.date.today().isoformat()}"
