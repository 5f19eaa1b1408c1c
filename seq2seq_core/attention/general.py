"""General attention (Luong et al. 2015, arXiv 1508.04025, equation 8, "general")."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seq2seq_core.attention.base import Attention


class GeneralAttention(Attention):
    """score(s, h) = s . W h. W is applied to the memory, once per sentence, rather than to every query."""

    name = label = "general"
    reference = "Luong et al. 2015"

    def __init__(self, *, query_size: int, memory_size: int) -> None:
        super().__init__(query_size=query_size, memory_size=memory_size)
        self.key_projection = nn.Linear(memory_size, query_size, bias=False)

    def keys(self, memory: Tensor) -> Tensor:
        """W h for every source position, [B, S, H]."""
        return self.key_projection(memory)

    def score(self, query: Tensor, keys: Tensor) -> Tensor:
        """[B, Q, S] from queries [B, Q, H] and keys [B, S, H]."""
        return torch.bmm(query, keys.transpose(1, 2))
