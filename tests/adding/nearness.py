"""A toy attention mechanism: to what lies near."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seq2seq_core.attention.base import Attention


class NearnessAttention(Attention):
    """score(s, h) = -|W s - h|, W learnt."""

    name = "nearness"
    label = "nearness"
    reference = "a test, 2026"

    def __init__(self, *, query_size: int, memory_size: int) -> None:
        super().__init__(query_size=query_size, memory_size=memory_size)
        self.projection = nn.Linear(query_size, memory_size)

    def score(self, query: Tensor, keys: Tensor) -> Tensor:
        """[B, Q, S] from queries [B, Q, H] and keys [B, S, M]."""
        return -torch.cdist(self.projection(query), keys)
