"""The score of each candidate taken apart, and put together again under another alpha and beta.

score = (log P + adjustment) / divisor(t) + beta * coverage, with the divisor and t as the core has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from demo.service import length_divisor
from seq2seq_core.decoding import DecodeResult, Hypothesis

MAX_ALPHA, MAX_BETA = 2.0, 2.0
GRID = 200
LEAST = 1e-10
"""Attention that a source token counts as having had at least, as in the core: log 0 would make all scores equal."""


@dataclass(frozen=True)
class Ranked:
    """One candidate under some alpha and beta.

    place: among the result's hypotheses, 0 for its first.
    """

    place: int
    text: str
    log_prob: float
    adjustment: float
    length: int
    divisor: float
    coverage: float
    score: float


def normalisation(result: DecodeResult) -> str:
    """Which divisor re-ranking uses: the search's own, or "avg" where the search divided by nothing."""
    kind = str(result.config.get("length_penalty_type", "none"))
    return "avg" if kind == "none" else kind


def searched_with(result: DecodeResult) -> tuple[float, float]:
    """Alpha and beta of the search itself."""
    none = result.config.get("length_penalty_type", "none") == "none"
    alpha = 0.0 if none else float(result.config.get("length_penalty", 0.0))
    return alpha, float(result.config.get("coverage_penalty", 0.0))


def by_parts(result: DecodeResult) -> bool:
    """Whether the strategy ranks by the score that the parts make; Minimum Bayes risk, say, does not."""
    return all(math.isclose(h.score, h.parts.score, abs_tol=1e-4) for h in result.hypotheses)


def entries(result: DecodeResult, alpha: float, beta: float) -> list[Ranked]:
    """The candidates, best first under this alpha and beta."""
    return _ranked(result, [coverage(h.attention) for h in result.hypotheses], alpha, beta)


def flips(result: DecodeResult, beta: float) -> list[float]:
    """The values of alpha, rising, at which another candidate takes the first place."""
    covered = [coverage(h.attention) for h in result.hypotheses]

    def leader(alpha: float) -> int:
        return _ranked(result, covered, alpha, beta)[0].place

    grid = [MAX_ALPHA * i / GRID for i in range(GRID + 1)]
    leaders = [leader(alpha) for alpha in grid]
    return [_between(leader, grid[i], grid[i + 1]) for i in range(GRID) if leaders[i] != leaders[i + 1]]


def _between(leader: Callable[[float], int], low: float, high: float) -> float:
    before = leader(low)
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if leader(middle) == before else (low, middle)
    return high


def _ranked(result: DecodeResult, covered: Sequence[float], alpha: float, beta: float) -> list[Ranked]:
    kind = normalisation(result)
    pairs = enumerate(zip(result.hypotheses, covered, strict=True))
    listed = [_entry(place, hypothesis, had, kind, alpha, beta) for place, (hypothesis, had) in pairs]
    return sorted(listed, key=lambda entry: -entry.score)


def _entry(place: int, hypothesis: Hypothesis, covered: float, kind: str, alpha: float, beta: float) -> Ranked:
    parts = hypothesis.parts
    divisor = length_divisor(float(parts.length), kind, alpha) if parts.length else 1.0
    score = (parts.log_prob + parts.adjustment) / divisor + beta * covered
    return Ranked(
        place, hypothesis.text, parts.log_prob, parts.adjustment, parts.length, divisor, covered, score
    )  # fmt: skip


def coverage(attention: np.ndarray | Sequence[Sequence[float]] | None) -> float:
    """Sum over source tokens of log min(attention they had in all, 1); 0 for a model without attention."""
    if attention is None:
        return 0.0
    had = np.asarray(attention, dtype=np.float64).sum(axis=0)
    return float(np.log(np.clip(had, LEAST, 1.0)).sum())
