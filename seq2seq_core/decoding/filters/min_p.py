"""Min-p sampling (Nguyen et al. 2024)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment


@dataclass(frozen=True, kw_only=True)
class MinP(Filter):
    """How likely a token must be beside the likeliest."""

    min_p: float = option(
        0.0, label="Min-p", min=0.0, max=1.0, step=0.01,
        help="Draw from tokens at least this share as likely as the likeliest; 0 = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``min_p``."""
        return min_p(scores, self.min_p)


def min_p(logits: Tensor, share: float) -> Tensor:
    """Keeps tokens at least ``share`` as likely as the likeliest (Nguyen et al. 2024)."""
    probabilities = logits.softmax(-1)
    return logits.masked_fill(probabilities < share * probabilities.amax(-1, keepdim=True), REMOVED)
