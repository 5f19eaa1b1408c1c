"""Temperature (Ackley, Hinton & Sejnowski 1985)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import Filter, Moment


@dataclass(frozen=True, kw_only=True)
class Temperature(Filter):
    """How sharp the distribution is."""

    temperature: float = option(
        1.0, label="Temperature", min=0.01, max=100.0, step=0.05, soft_max=2.0,
        help="Below 1 favours likely tokens, above 1 unlikely ones.",
        hint="for the likeliest token each time choose the strategy greedy",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``temperature``."""
        return temperature(scores, self.temperature)


def temperature(logits: Tensor, value: float) -> Tensor:
    """logits / T: below 1 sharpens the distribution, above 1 flattens it (Ackley, Hinton & Sejnowski 1985)."""
    return logits / value
