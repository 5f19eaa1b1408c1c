"""Locally typical sampling (Meister et al. 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment, unsorted


@dataclass(frozen=True, kw_only=True)
class TypicalP(Filter):
    """How much probability of typical tokens to draw from."""

    typical_p: float = option(
        1.0, label="Locally typical", min=0.001, max=1.0, step=0.01,
        help="Draw from the tokens whose surprise is nearest to the expected one, up to this probability; 1 = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``typical_p``."""
        return typical_p(scores, self.typical_p)


def typical_p(logits: Tensor, p: float) -> Tensor:
    """Keeps the smallest set, of total p, whose surprise is nearest to the entropy (Meister et al. 2023, eq. 8)."""
    log_probs = logits.log_softmax(-1)
    probabilities = log_probs.exp()
    entropy = -(probabilities * log_probs).nansum(-1, keepdim=True)
    order = (-log_probs - entropy).abs().argsort(stable=True)
    ordered = probabilities.gather(-1, order)
    outside = ordered.cumsum(-1) - ordered >= p
    outside[..., 0] = False
    return logits.masked_fill(unsorted(outside, order), REMOVED)
