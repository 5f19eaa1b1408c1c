"""From log-probabilities to a hypothesis's score, and how good a live one can still become.

score = log P / divisor(t) + beta * coverage, with t generated tokens, EOS counted, BOS not.
"""

from __future__ import annotations

from typing import Protocol, overload

from torch import Tensor

from seq2seq_core.decoding.trace import ScoreParts

LENGTH_PENALTIES = ("none", "avg", "gnmt")


class Normalised(Protocol):
    """A config whose strategy normalises scores."""

    @property
    def length_penalty(self) -> float: ...
    @property
    def length_penalty_type(self) -> str: ...
    @property
    def coverage_penalty(self) -> float: ...


@overload
def length_divisor(length: float, kind: str, alpha: float) -> float: ...
@overload
def length_divisor(length: Tensor, kind: str, alpha: float) -> Tensor: ...
def length_divisor(length: float | Tensor, kind: str, alpha: float) -> float | Tensor:
    """What log P is divided by.

    none: 1. avg: t^alpha. gnmt: ((5 + t) / 6)^alpha (Wu et al. 2016, eq. 14).
    """
    base = (length + 5) / 6 if kind == "gnmt" else length
    result: float | Tensor = base ** (0.0 if kind == "none" else alpha)
    return result


def coverage(attention: Tensor, mask: Tensor) -> Tensor:
    """sum over source positions i of log min(sum over t of a[t,i], 1) (Wu et al. 2016, eq. 14, without beta).

    Args:
        attention: [..., S], attention summed over the generated tokens.
        mask: [..., S], True = real token; padding has no share in the sum.

    Returns:
        [...], 0 where every source token was attended to fully, less where not.
    """
    # A position never attended to at all would make every score -inf, and so all of them equal.
    return (attention.clamp(1e-10, 1.0).log() * mask).sum(-1)


def parts_of(config: Normalised, *, log_prob: float, length: int, adjustment: float, covered: float) -> ScoreParts:
    """The parts of a finished hypothesis's score under this config."""
    kind, alpha, beta = config.length_penalty_type, config.length_penalty, config.coverage_penalty
    return ScoreParts(
        log_prob=log_prob,
        length=length,
        adjustment=adjustment,
        length_penalty_type=kind,
        length_penalty=alpha,
        length_divisor=length_divisor(float(length), kind, alpha),
        coverage_penalty=beta,
        coverage=covered if beta else 0.0,
    )


def plain_parts(*, log_prob: float, length: int, adjustment: float, covered: float) -> ScoreParts:
    """The parts of a score that is log P, adjusted or not: neither length nor coverage has a share in it."""
    return ScoreParts(log_prob=log_prob, length=length, adjustment=adjustment)
