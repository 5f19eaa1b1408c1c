"""From log-probabilities to a hypothesis's score: one formula, for searches, results and whoever shows them.

score = (log P + adjustment) / divisor(t) + beta * coverage, with t generated tokens, EOS counted, BOS not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, overload

from torch import Tensor

LENGTH_PENALTIES = ("none", "avg", "gnmt")


@dataclass(frozen=True)
class ScoreParts:
    """Everything a score is made of, so that whoever shows it can work it out again.

    score = (log_prob + adjustment) / length_divisor + coverage_penalty * coverage

    log_prob: sum of the tokens' log P under the model.
    adjustment: what penalties on tokens (repetition, diversity) added to log_prob during the search; 0 without them.
    length: t, generated tokens, EOS counted, BOS not; a given prefix counts.
    length_penalty_type, length_penalty: which normalisation and its alpha.
    length_divisor: 1, t^alpha or ((5+t)/6)^alpha.
    coverage_penalty: beta.
    coverage: sum over source positions i of log min(sum over t of a[t,i], 1); 0 where the model has no attention.
    """

    log_prob: float
    length: int
    adjustment: float = 0.0
    length_penalty_type: str = "none"
    length_penalty: float = 0.0
    length_divisor: float = 1.0
    coverage_penalty: float = 0.0
    coverage: float = 0.0

    @property
    def score(self) -> float:
        """The score, from its parts."""
        return (self.log_prob + self.adjustment) / self.length_divisor + self.coverage_penalty * self.coverage

    def under(self, length_penalty_type: str, length_penalty: float, coverage_penalty: float) -> ScoreParts:
        """The parts of the same hypothesis's score under another normalisation."""
        return replace(
            self,
            length_penalty_type=length_penalty_type,
            length_penalty=length_penalty,
            # An empty text was decoded without a single token; there is nothing to divide.
            length_divisor=length_divisor(float(self.length), length_penalty_type, length_penalty)
            if self.length
            else 1.0,
            coverage_penalty=coverage_penalty,
        )


class Normalised(Protocol):
    """A config whose strategy normalises scores."""

    @property
    def length_penalty(self) -> float: ...
    @property
    def length_penalty_type(self) -> str: ...
    @property
    def coverage_penalty(self) -> float: ...


def normalised(parts: ScoreParts, config: Normalised) -> ScoreParts:
    """The parts of a hypothesis's score under this config."""
    return parts.under(config.length_penalty_type, config.length_penalty, config.coverage_penalty)


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


def coverage(attention: Tensor, mask: Tensor | None = None) -> Tensor:
    """sum over source positions i of log min(sum over t of a[t,i], 1) (Wu et al. 2016, eq. 14, without beta).

    Args:
        attention: [..., S], attention summed over the generated tokens.
        mask: [..., S], True = real token; padding has no share in the sum. None where there is no padding.

    Returns:
        [...], 0 where every source token was attended to fully, less where not.
    """
    # A position never attended to at all would make every score -inf, and so all of them equal.
    had = attention.clamp(1e-10, 1.0).log()
    return (had if mask is None else had * mask).sum(-1)
