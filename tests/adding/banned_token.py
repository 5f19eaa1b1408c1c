"""A toy filter: one token that may not be said."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment


@dataclass(frozen=True, kw_only=True)
class BannedToken(Filter):
    """Which token may not be said."""

    banned_token: int = option(0, label="Banned token", min=0, max=9999, step=1, help="Id never said; 0 = off.")

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``banned_token``."""
        return banned_token(scores, self.banned_token)


def banned_token(scores: Tensor, token: int) -> Tensor:
    """Removes this token."""
    return scores.index_fill(1, scores.new_tensor([token]).long(), REMOVED)
