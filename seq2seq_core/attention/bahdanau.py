"""Additive attention (Bahdanau et al. 2015, arXiv 1409.0473)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from seq2seq_core.attention.base import Attention, Reads


class BahdanauAttention(Attention):
    """score(s, h) = v . tanh(W s + U h), s the decoder's state before the step: appendix A.1.2, equation for e_ij."""

    name = "bahdanau"
    label = "additive"
    reference = "Bahdanau et al. 2015"
    reads: ClassVar[Reads] = "previous_state"

    def __init__(self, *, query_size: int, memory_size: int) -> None:
        super().__init__(query_size=query_size, memory_size=memory_size)
        self.query_projection = nn.Linear(query_size, query_size)
        self.key_projection = nn.Linear(memory_size, query_size, bias=False)
        self.energy = nn.Linear(query_size, 1, bias=False)

    def keys(self, memory: Tensor) -> Tensor:
        """U h for every source position, [B, S, H]."""
        return self.key_projection(memory)

    def score(self, query: Tensor, keys: Tensor) -> Tensor:
        """[B, Q, S] from queries [B, Q, H] and keys [B, S, H]."""
        hidden = torch.tanh(self.query_projection(query)[:, :, None, :] + keys[:, None, :, :])  # [B, Q, S, H]
        return self.energy(hidden).squeeze(-1)
