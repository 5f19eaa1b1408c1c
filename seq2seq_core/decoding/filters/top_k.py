"""Top-k sampling (Fan, Lewis & Dauphin 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from seq2seq_core.decoding.config import MAX_PIECES, option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment


@dataclass(frozen=True, kw_only=True)
class TopK(Filter):
    """How many of the likeliest tokens to draw from."""

    top_k: int = option(
        0, label="Top-k", min=0, max=MAX_PIECES, step=1, soft_max=100,
        help="Draw from the k likeliest tokens only; 0 = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``top_k``."""
        return top_k(scores, self.top_k)


def top_k(logits: Tensor, k: int) -> Tensor:
    """Keeps the k likeliest tokens, and whatever ties with the last of them (Fan, Lewis & Dauphin 2018)."""
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < kth, REMOVED)
