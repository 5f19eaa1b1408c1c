"""What the attention mechanisms share: masking, normalising, and the weighted sum of the memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from seq2seq_core.types import Steer

Reads = Literal["nothing", "previous_state", "current_state"]


@dataclass(frozen=True)
class EncodedSource:
    """What a decoder may look at, one entry a sentence: computed once, whatever the number of beams and steps.

    memory: [B, S, M], the encoder's states.
    keys: [B, S, *], what the scores are computed against; the part of a mechanism that depends on the source alone.
    mask: [B, S], True = real token.
    context: [B, M], the fixed context vector.
    """

    memory: Tensor
    keys: Tensor
    mask: Tensor
    context: Tensor

    @cached_property
    def penalty(self) -> Tensor:
        """[B, 1, S], what is added to scores: 0 at a real token, -inf at padding."""
        return torch.zeros_like(self.mask, dtype=torch.float32).masked_fill_(~self.mask, -torch.inf).unsqueeze(1)

    def select(self, sentences: Tensor) -> EncodedSource:
        """Only the given sentences, [B'] indices, in that order."""
        return replace(
            self,
            memory=self.memory[sentences],
            keys=self.keys[sentences],
            mask=self.mask[sentences],
            context=self.context[sentences],
        )


class Attention(nn.Module):
    """Base of all mechanisms: a subclass supplies only its score.

    Q queries of one sentence are answered together. In training they are its T target positions, in decoding its K
    beams, so the memory of a sentence is never copied.
    """

    name: ClassVar[str]
    """In the registry, in recipes and in config.json."""

    label: ClassVar[str]
    """As people call it, on the model card."""

    reference: ClassVar[str]
    """Who described it first: authors and year."""

    equal_widths: ClassVar[bool] = False
    """Whether decoder and memory must be equally wide."""

    reads: ClassVar[Reads] = "current_state"
    """The query: the decoder's state after the step (Luong), before it (Bahdanau), or none at all."""

    def __init__(self, *, query_size: int, memory_size: int) -> None:
        super().__init__()
        self.query_size = query_size
        self.memory_size = memory_size

    def keys(self, memory: Tensor) -> Tensor:
        """What ``score`` compares queries with, [B, S, *], computed once per sentence from memory [B, S, M]."""
        return memory

    def score(self, query: Tensor, keys: Tensor) -> Tensor:
        """Unnormalised scores [B, Q, S] of queries [B, Q, H] against keys [B, S, *]."""
        raise NotImplementedError

    def forward(self, query: Tensor, source: EncodedSource, steer: Steer | None = None) -> tuple[Tensor, Tensor | None]:
        """The context [B, Q, M] for queries [B, Q, H], and the weights [B, Q, S] it was summed with.

        Weights are exactly 0 at padding and sum to 1, unless ``steer`` makes others of them.
        """
        weights = torch.softmax(self.score(query, source.keys).float() + source.penalty, dim=-1)
        if steer is not None:
            weights = steer(weights)
        return torch.bmm(weights.to(source.memory.dtype), source.memory), weights
