"""No end before a number of tokens, as in Hugging Face."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment
from seq2seq_core.decoding.length import MAX_TOKENS, USUAL, OutputLength
from seq2seq_core.types import CoreError


@dataclass(frozen=True, kw_only=True)
class MinNewTokens(Filter):
    """How long an output must be."""

    min_new_tokens: int = option(
        0, label="Shortest output", min=0, max=MAX_TOKENS, step=1, soft_max=50, common=True,
        help="Fewest tokens after the prefix, EOS counted.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``min_new_tokens``."""
        return min_new_tokens(scores, self.min_new_tokens, moment.fresh, moment.eos)

    def check(self) -> None:
        """Shortest and longest output must leave room for each other."""
        super().check()
        if self.max_new_tokens and self.min_new_tokens > self.max_new_tokens:
            raise CoreError(
                f"min_new_tokens is {self.min_new_tokens}; it must be from 0 to max_new_tokens, {self.max_new_tokens}"
            )

    def limit(self, source_length: int, usual: OutputLength = USUAL) -> int:
        """Most tokens to generate, at least ``min_new_tokens``."""
        return max(super().limit(source_length, usual), self.min_new_tokens)


def min_new_tokens(scores: Tensor, least: int, fresh: Tensor, eos: int) -> Tensor:
    """Removes EOS until it would be token number ``least`` or later; ``fresh`` [N] tokens follow the prefix so far."""
    early = (fresh + 1 < least).unsqueeze(1)
    is_eos = torch.arange(scores.shape[1], device=scores.device) == eos
    return scores.masked_fill(early & is_eos, REMOVED)
