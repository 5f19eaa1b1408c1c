"""What changes with the step: the learning rate, and how often the decoder is given the reference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class TeacherForcingConfig:
    """Scheduled sampling (Bengio et al. 2015, arXiv 1506.03099, section 2.4): epsilon at step i.

    constant: start
    linear: start - slope * i
    exponential: k ** i, k below 1
    inverse_sigmoid: k / (k + exp(i / k)), k at least 1

    floor: epsilon never falls below it. 1.0 throughout is plain teacher forcing.
    """

    schedule: Literal["constant", "linear", "exponential", "inverse_sigmoid"] = "constant"
    start: float = 1.0
    slope: float = 0.0
    k: float = 1.0
    floor: float = 0.0

    def __post_init__(self) -> None:
        for name in ("start", "floor"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise CoreError(f"teacher_forcing.{name} is a probability, from 0 to 1, not {getattr(self, name)}")
        if self.schedule == "exponential" and not 0.0 < self.k < 1.0:
            raise CoreError(f"teacher_forcing.k must lie between 0 and 1 for exponential decay, not {self.k}")
        if self.schedule == "inverse_sigmoid" and self.k < 1.0:
            raise CoreError(f"teacher_forcing.k must be at least 1 for inverse sigmoid decay, not {self.k}")

    def ratio(self, step: int) -> float:
        """The probability epsilon that a position is given the reference at ``step``, counted from 0."""
        if self.schedule == "linear":
            value = self.start - self.slope * step
        elif self.schedule == "exponential":
            value = self.k**step
        elif self.schedule == "inverse_sigmoid":
            # The same fraction with exp(-i / k), which cannot overflow.
            decay = math.exp(-step / self.k)
            value = self.k * decay / (self.k * decay + 1.0)
        else:
            value = self.start
        return max(self.floor, min(1.0, value))


def average_decay(step: int, decay: float) -> float:
    """Of the moving average of the weights: small at first, so that the random weights of the start are soon forgotten.

    As TensorFlow's ExponentialMovingAverage has it, with ``step`` updates done.
    """
    return min(decay, (1 + step) / (10 + step))


def learning_rate_factor(step: int, *, warmup: int, total: int, final: float) -> float:
    """Linear warm-up to 1, then a half cosine down to ``final`` at step ``total`` (Loshchilov & Hutter 2017)."""
    if step < warmup:
        return (step + 1) / warmup
    progress = min(1.0, (step - warmup) / max(1, total - warmup))
    return final + (1.0 - final) * 0.5 * (1.0 + math.cos(math.pi * progress))
