"""What decoding a request may take at most, told before it is begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seq2seq_core.decoding.config import Config
from seq2seq_core.decoding.strategies import strategy_of

OF_A_LOGIT = 96
"""Bytes for each of the V scores of a row while its next token is chosen: several of 8 in stochastic beam search."""

OF_ATTENTION = 16
"""Bytes for each source piece of a row at a step: float32, while the history is read off into hypotheses."""

RECORDED = 2
"""Times as much attention is held where the trace is on."""

OF_A_RECORDED_ROW = 2000
"""Bytes for the likeliest tokens of a row at a step, before and after the filters."""

OF_A_RECORDED_TOKEN = 16
"""Bytes for each token that a recorded row begins with."""


@dataclass(frozen=True)
class Demand:
    """The most that decoding one batch may take.

    pieces: of the longest source. rows: decoded at once, those of all sentences. steps: until the last is cut off.
    """

    pieces: int
    rows: int
    steps: int
    bytes: int


MOVED = 2
"""Times as much of a state is held while its rows are put into another order."""


def cost_of(
    config: Config,
    lengths: Sequence[int],
    *,
    vocab_size: int,
    prefix: int = 0,
    trace: bool = False,
    growth: int = 0,
) -> Demand:
    """What a batch may take, were no hypothesis to end before the limit.

    Args:
        config: of a strategy, which says how many rows it decodes for each sentence (``Strategy.rows``).
        lengths: of each source, in pieces, EOS included.
        vocab_size: V.
        prefix: pieces that are given.
        trace: whether each step is recorded.
        growth: bytes by which the model's state of a row grows with each step.
    """
    rows = len(lengths) * strategy_of(config).rows_of(config)
    pieces = max(lengths, default=0)
    steps = prefix + config.limit(pieces)
    of_a_step = pieces * OF_ATTENTION * (RECORDED if trace else 1) + growth * MOVED
    if trace:
        of_a_step += OF_A_RECORDED_ROW + OF_A_RECORDED_TOKEN * steps // 2
    return Demand(pieces, rows, steps, rows * (vocab_size * OF_A_LOGIT + steps * of_a_step))
