"""What decoding a request may take at most, told before it is begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_core.decoding.config import Config
from seq2seq_core.decoding.length import USUAL, OutputLength
from seq2seq_core.decoding.record.recorder import OF_A_ROW
from seq2seq_core.decoding.strategies import strategy_of
from seq2seq_core.decoding.strategy import Outcome, Strategy

OF_A_LOGIT = 96
"""Bytes for each of the V scores of a row while its next token is chosen: several of 8 in stochastic beam search."""

OF_ATTENTION = 16
"""Bytes for each source piece of a row at a step: float32, while the history is read off into hypotheses."""

RECORDED = 2
"""Times as much attention is held where the trace is on."""

STATES = 3
"""How many a row has at a time where its state grows: before a step, after it, and as the rows that go on."""


@dataclass(frozen=True)
class Demand:
    """The most that decoding one batch may take.

    pieces: of the longest source. rows: decoded at once, those of all sentences. steps: until the last is cut off.
    """

    pieces: int
    rows: int
    steps: int
    bytes: int


def cost_of(
    config: Config,
    lengths: Sequence[int],
    *,
    vocab_size: int,
    output_length: OutputLength = USUAL,
    prefix: int = 0,
    trace: bool = False,
    bytes_a_step: int = 0,
) -> Demand:
    """What a batch may take, were no hypothesis to end before the limit.

    Args:
        config: of a strategy, which says how many rows it decodes for each sentence (``Strategy.rows``).
        lengths: of each source, in pieces, EOS included.
        vocab_size: V.
        output_length: of the model, where the settings leave it open.
        prefix: pieces that are given.
        trace: whether each step is recorded.
        bytes_a_step: by how much the model's state of a row grows with each step.
    """
    rows = len(lengths) * strategy_of(config).rows_of(config)
    pieces = max(lengths, default=0)
    steps = prefix + config.limit(pieces, output_length)
    of_a_step = pieces * OF_ATTENTION * (RECORDED if trace else 1) + bytes_a_step * STATES
    if trace:
        of_a_step += OF_A_ROW
    beside = len(lengths) * strategy_of(config).keeps(config, trace)
    return Demand(pieces, rows, steps, rows * (vocab_size * OF_A_LOGIT + steps * of_a_step) + beside)


def rows_decoded(strategy: Strategy[Any], config: Config, outcome: Outcome) -> int:
    """Rows of a sentence over all calls of the model: what a machine has to compute, known without a record of steps.

    One at first, then as many as the strategy decodes at once. Exact search expands hypotheses after a beam search of
    such steps, which its record leaves out.
    """
    details = outcome.details
    at_once = int(getattr(config, strategy.rows)) if strategy.rows else 1
    expanded, steps = int(details.get("expanded", 0)), int(details.get("bound_calls", outcome.forward_calls))
    return expanded + 1 + at_once * (steps - 1)
