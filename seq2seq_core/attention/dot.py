"""Dot-product attention (Luong et al. 2015, arXiv 1508.04025, equation 8, "dot")."""

from __future__ import annotations

import torch
from torch import Tensor

from seq2seq_core.attention.base import Attention


class DotAttention(Attention):
    """score(s, h) = s . h; the decoder and the memory must be of one width."""

    name = label = "dot"
    reference = "Luong et al. 2015"
    equal_widths = True

    def __init__(self, *, query_size: int, memory_size: int) -> None:
        if query_size != memory_size:
            raise ValueError(
                f"dot attention needs a decoder as wide as the memory, not {query_size} and {memory_size}; "
                "choose equal widths or general attention"
            )
        super().__init__(query_size=query_size, memory_size=memory_size)

    def score(self, query: Tensor, keys: Tensor) -> Tensor:
        """[B, Q, S] from queries [B, Q, H] and keys [B, S, H]."""
        return torch.bmm(query, keys.transpose(1, 2))
