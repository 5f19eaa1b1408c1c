"""Exact search: depth first through every hypothesis that can still beat the best one found.

Stahlberg & Byrne 2019, arXiv 1908.10090, algorithm 1. log P only falls as a hypothesis grows, so a beginning of
log P l leads to no score above l / d, where d is the largest divisor up to the length limit: l itself for plain
log P, which is tight, and l / limit^alpha and the like for normalised scores, which is valid but loose, so that they
are seldom proven within a budget. The score of a beam search is the first bound.

The paper expands one hypothesis at a time. Here one call of the step function expands up to 16 brothers and
cousins, the likeliest first; the order does not change what is proven.
"""

from __future__ import annotations

import time

from seq2seq_core.decoding.record.recorder import OF_A_ROW, Recorder
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.exact_config import ExactConfig
from seq2seq_core.decoding.search.open_tree import BLOCK, OpenTree
from seq2seq_core.decoding.strategies import beam
from seq2seq_core.decoding.strategy import Search, Strategy
from seq2seq_core.types import StateT

MOST_WAITING = 4_000_000
"""Beginnings of one sentence that are kept to be opened later; with more the search is stopped."""

OF_ONE_WAITING = 32
"""Bytes of such a beginning."""

MOST_RECORDED = 250_000
"""Rows of one sentence that are recorded, where there is a trace; with more the search is stopped."""


def search(request: Request[StateT, ExactConfig], recorder: Recorder | None) -> Search:
    """The best hypothesis of all, ``proven`` if the budget sufficed; ``details`` say how far it got."""
    bounds = yield from beam.search(request.under(request.config.of_first_bound()), None)
    outcomes = []
    for sentence, bound in enumerate(bounds):
        tree, budget = OpenTree(request, sentence, bound), _Budget(request.config)
        while budget.lasts(tree) and (block := tree.next_block()) is not None:
            opened = tree.expand(block)  # one call of the model
            needed = tree.needed
            tree.take_better(opened)  # a hypothesis that ends here and beats the best found
            tree.grow(opened)  # beginnings that can still lead to something better
            if recorder is not None:
                tree.record(recorder, opened, needed)
            yield 1
        outcomes.append(tree.outcome(budget.stopped_by))
    return outcomes


class _Budget:
    """What the search for one sentence may cost, from now on. stopped_by: which limit was reached; "proven": none."""

    def __init__(self, config: ExactConfig) -> None:
        self._config, self._start = config, time.perf_counter()
        self.stopped_by = "proven"

    def lasts(self, tree: OpenTree[StateT]) -> bool:
        """Whether there is something left of it for this tree."""
        if tree.calls >= self._config.max_forward_calls:
            self.stopped_by = "calls"
        elif tree.waiting > MOST_WAITING or tree.recorded > MOST_RECORDED:
            self.stopped_by = "memory"
        elif time.perf_counter() - self._start > self._config.max_seconds:
            self.stopped_by = "seconds"
        return self.stopped_by == "proven"


def _kept(config: ExactConfig, trace: bool) -> int:
    """The most bytes of one sentence's tree, and of its record."""
    recorded = min(config.max_forward_calls * BLOCK, MOST_RECORDED) if trace else 0
    return MOST_WAITING * OF_ONE_WAITING + recorded * OF_A_ROW


STRATEGY = Strategy(
    name="exact",
    label="Exact search",
    everyday="Leave nothing out",
    summary="Searches until no output can be more probable than the best one found, or its budget is spent.",
    Config=ExactConfig,
    search=search,
    rows="num_beams",
    keeps=_kept,
)
