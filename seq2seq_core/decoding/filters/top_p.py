"""Top-p, or nucleus sampling (Holtzman et al. 2020, arXiv 1904.09751)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment, unsorted


@dataclass(frozen=True, kw_only=True)
class TopP(Filter):
    """How much probability to draw from."""

    top_p: float = option(
        1.0, label="Top-p (nucleus)", min=0.001, max=1.0, step=0.01,
        help="Draw from the smallest set of likeliest tokens that together have this probability; 1 = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``top_p``."""
        return top_p(scores, self.top_p)


def top_p(logits: Tensor, p: float) -> Tensor:
    """Keeps the smallest set of likeliest tokens whose probabilities reach p (Holtzman et al. 2020, eq. 2)."""
    probabilities, order = logits.softmax(-1).sort(descending=True, stable=True)
    before = probabilities.cumsum(-1) - probabilities
    outside = before >= p
    outside[..., 0] = False
    return logits.masked_fill(unsorted(outside, order), REMOVED)
