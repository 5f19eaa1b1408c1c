"""The one function by which these models attend: rows of a sentence share its keys, and the weights can be looked at.

Scaled dot products as in Vaswani et al. 2017 (arXiv 1706.03762), equation 1; T5 adds a bias for relative positions
instead of scaling (Raffel et al. 2020, arXiv 1910.10683, section 2.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface

NAME = "shared_source"
"""Under which ``transformers`` knows it."""


@dataclass
class Attending:
    """What one pass through an encoder or a decoder attends to, and what is seen of it.

    mask: [B, 1, 1, S], 0 at real tokens and -inf at padding, added to the scores over the source.
    encodes: the pass is the encoder's, whose only attention is over the source itself.
    keeps: the weights of every head are wanted.
    across, within: [B, heads, positions, S or T] of each layer, kept where they are wanted; ``across`` the source.
    """

    mask: Tensor
    encodes: bool = False
    keeps: bool = False
    across: list[Tensor] = field(default_factory=list)
    within: list[Tensor] = field(default_factory=list)
    _sum: Tensor | None = None
    _count: int = 0

    def see(self, weights: Tensor) -> None:
        """Takes in what one layer gave to the source, [B, heads, rows, S]."""
        mean = weights.mean(1)
        self._sum = mean if self._sum is None else self._sum + mean
        self._count += 1
        if self.keeps:
            self.across.append(weights)

    @property
    def mean(self) -> Tensor:
        """[N, S], over all layers and heads seen."""
        assert self._sum is not None
        return (self._sum / self._count).flatten(0, 1)


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    attending: Attending,
    scaling: float,
    position_bias: Tensor | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """What ``transformers`` calls in place of its own attention.

    Args:
        module: the layer's attention; ``is_causal`` says that it is over the target so far.
        query: [N, heads, T, width]; T is 1 in a step.
        key, value: [N, heads, t, width] of the target, or [B, heads, S, width] of the source: once for each sentence,
            however many rows it has.
        attention_mask: not looked at; ``attending`` knows.
        attending: what this pass is.
        scaling: of the scores.
        position_bias: added to the scores over the target, [1, heads, T, t], and over the source in an encoder.

    Returns:
        [N, T, heads, width], and nothing, as the weights went to ``attending``.
    """
    if module.is_causal:
        return _within(query, key, value, scaling, position_bias, attending).transpose(1, 2), None
    if attending.encodes:
        bias = attending.mask if position_bias is None else attending.mask + position_bias
        if attending.keeps:
            weights = _weights(query, key, scaling, bias)
            attending.see(weights)
            return (weights @ value).transpose(1, 2), None
        attended = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=scaling)
        return attended.transpose(1, 2), None
    rows, heads, positions, width = query.shape
    # [B, heads, K * T, width]: the rows of a sentence as so many positions of one row
    together = query.view(len(key), -1, heads, positions, width).transpose(1, 2).flatten(2, 3)
    weights = _weights(together, key, scaling, attending.mask)
    attending.see(weights)
    apart = (weights @ value).view(len(key), heads, -1, positions, width)
    return apart.permute(0, 2, 3, 1, 4).reshape(rows, positions, heads, width), None


def _within(
    query: Tensor, key: Tensor, value: Tensor, scaling: float, position_bias: Tensor | None, attending: Attending
) -> Tensor:
    """Over the target so far: in a step all of it, in a pass over the whole target what stands before."""
    if not attending.keeps:
        return nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=position_bias, scale=scaling)
    before = torch.ones(query.size(2), key.size(2), dtype=torch.bool, device=query.device).tril()
    bias = query.new_zeros(before.shape).masked_fill(~before, float("-inf"))
    weights = _weights(query, key, scaling, bias if position_bias is None else bias + position_bias)
    attending.within.append(weights)
    return weights @ value


def _weights(query: Tensor, key: Tensor, scaling: float, bias: Tensor) -> Tensor:
    return (torch.matmul(query, key.transpose(2, 3)) * scaling + bias).softmax(-1)


AttentionInterface.register(NAME, attend)
