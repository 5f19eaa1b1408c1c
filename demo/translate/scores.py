"""The score of each candidate taken apart, and put together again under another alpha and beta.

The formula is the core's: ``ScoreParts``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from seq2seq_core.decoding import DecodeResult, ScoreParts

MAX_ALPHA, MAX_BETA = 2.0, 2.0
GRID = 200


@dataclass(frozen=True)
class Ranked:
    """One candidate under some alpha and beta.

    place: among the result's hypotheses, 0 for its first.
    parts: of its score under these.
    """

    place: int
    text: str
    parts: ScoreParts


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
    from seq2seq_core.decoding import STRATEGIES  # here and not above: see there

    return STRATEGIES[result.strategy].ranks_by == "score"


def ranked(result: DecodeResult, alpha: float, beta: float) -> list[Ranked]:
    """The candidates, best first under this alpha and beta."""
    kind = normalisation(result)
    listed = [
        Ranked(place, hypothesis.text, hypothesis.parts.under(kind, alpha, beta))
        for place, hypothesis in enumerate(result.hypotheses)
    ]
    return sorted(listed, key=lambda one: -one.parts.score)


def flips(result: DecodeResult, beta: float) -> list[float]:
    """The values of alpha, rising, at which another candidate takes the first place."""

    def leader(alpha: float) -> int:
        return ranked(result, alpha, beta)[0].place

    grid = [MAX_ALPHA * i / GRID for i in range(GRID + 1)]
    leaders = [leader(alpha) for alpha in grid]
    return [_between(leader, grid[i], grid[i + 1]) for i in range(GRID) if leaders[i] != leaders[i + 1]]


def _between(leader: Callable[[float], int], low: float, high: float) -> float:
    before = leader(low)
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if leader(middle) == before else (low, middle)
    return high
