"""The finished hypotheses of a beam search, apart from the live ones, so that neither can block the other."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True)
class Pool:
    """The best k finished hypotheses of each group of each sentence, best first; every tensor is [L, G, k].

    score: after length and coverage; -inf = an empty place.
    total: accumulated search score before either.
    covered: coverage, 0 where it has no weight.
    sentence, step, parent, token, log_prob: as in ``history.Ends``.
    """

    score: Tensor
    total: Tensor
    covered: Tensor
    log_prob: Tensor
    sentence: Tensor
    step: Tensor
    parent: Tensor
    token: Tensor

    @classmethod
    def empty(cls, sentences: Tensor, groups: int, width: int) -> Self:
        """Empty places only."""
        shape, device = (len(sentences), groups, width), sentences.device
        nothing, zeros = torch.zeros(shape, device=device), torch.zeros(shape, dtype=torch.long, device=device)
        of = sentences.view(-1, 1, 1).expand(shape)
        return cls(torch.full_like(nothing, float("-inf")), nothing, nothing, nothing, of, zeros, zeros, zeros)

    def merge(self, new: Pool) -> tuple[Self, Tensor]:
        """The best of both, and which of the new [L, G, C] are among them."""
        width, count = self.score.shape[-1], new.score.shape[-1]
        best = torch.cat((self.score, new.score), -1).topk(width).indices
        merged = {
            field.name: torch.cat((getattr(self, field.name), getattr(new, field.name)), -1).gather(-1, best)
            for field in fields(self)
        }
        taken = torch.zeros(*best.shape[:2], width + count, dtype=torch.bool, device=best.device)
        return type(self)(**merged), taken.scatter(-1, best, True)[..., width:]

    def select(self, sentences: Tensor) -> Self:
        """The pools of the live sentences at these positions."""
        return type(self)(*(getattr(self, field.name)[sentences] for field in fields(self)))

    @classmethod
    def gather(cls, pools: list[Self]) -> Self:
        """Every hypothesis of all these pools, each tensor [H], empty places left out."""
        flat = {field.name: torch.cat([getattr(pool, field.name).flatten() for pool in pools]) for field in fields(cls)}
        there = flat["score"] > float("-inf")
        return cls(**{name: tensor[there] for name, tensor in flat.items()})
