"""No n-gram twice (Paulus, Xiong & Socher 2018, arXiv 1705.04304)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment


@dataclass(frozen=True, kw_only=True)
class NoRepeatNgram(Filter):
    """Which n-grams may not occur twice."""

    looks_back: ClassVar[bool] = True

    no_repeat_ngram_size: int = option(
        0, label="No repeated n-gram", min=0, max=100, step=1, soft_max=6, common=True,
        help="No sequence of this many tokens may occur twice in the output; 0 = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``no_repeat_ngram``."""
        return no_repeat_ngram(scores, self.no_repeat_ngram_size, moment.history)


def no_repeat_ngram(scores: Tensor, size: int, history: Tensor) -> Tensor:
    """Removes each token that would complete an n-gram already generated (Paulus, Xiong & Socher 2018, section 2.5)."""
    if history.shape[1] < size:
        return scores
    grams = history.unfold(1, size, 1)  # [N, windows, size]
    context = history[:, history.shape[1] - size + 1 :].unsqueeze(1)
    repeats = (grams[..., :-1] == context).all(-1)
    # One token may end a matching and a different window: the others write into a column beyond the vocabulary.
    width = scores.shape[1]
    tokens = torch.where(repeats, grams[..., -1], width)
    banned = torch.zeros(len(scores), width + 1, dtype=torch.bool, device=scores.device)
    return scores.masked_fill(banned.scatter(1, tokens, True)[:, :width], REMOVED)
