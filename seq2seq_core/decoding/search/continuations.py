"""Continuations that a step may choose from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor
from torch.nn.functional import pad

DEAD = float("-inf")
"""Score of what is no hypothesis: an empty place in the beam, a finished or a forbidden continuation."""


@dataclass(frozen=True)
class Best:
    """The best C continuations of each group's rows, best first, [L, G, C] each.

    search_score: with the continuation; DEAD where there are fewer than C. parent: row within the group. token: id.
    """

    search_score: Tensor
    parent: Tensor
    token: Tensor


def best(before: Tensor, scores: Tensor, count: int) -> Best:
    """The ``count`` continuations of highest search score.

    Row by row first: what is outside its row's best ``count`` is outside the group's too, and a top-k of V for each
    row needs no sum over V.

    Args:
        before: [L, G, R], search score of each row.
        scores: [L, G, R, V], what each token adds to it.
        count: C.
    """
    top = scores.topk(min(count, scores.shape[-1]))
    values, tokens = (before.unsqueeze(-1) + top.values).flatten(-2), top.indices.flatten(-2)
    short = max(count - values.shape[-1], 0)  # a width beyond the vocabulary
    chosen = pad(values, (0, short), value=DEAD).topk(count)
    tokens = pad(tokens, (0, short)).gather(-1, chosen.indices)
    parent = (chosen.indices // top.indices.shape[-1]).clamp(max=before.shape[-1] - 1)
    return Best(chosen.values, parent, tokens)


@dataclass(frozen=True)
class Continuations:
    """Tokens appended to rows of L sentences: [L, C] each, or [L, G, C] where they are in groups.

    search_score: with the token, what they are ranked by while they live. parent: row of the sentence that is
    continued. row: the same among all N. token: id. log_prob: of the token, under the model. complete: True = it ends a
    hypothesis, with EOS or at the length limit.
    """

    search_score: Tensor
    parent: Tensor
    row: Tensor
    token: Tensor
    log_prob: Tensor
    complete: Tensor

    def take(self, place: Tensor) -> Self:
        """Those at these places of the last dimension, the groups side by side: [L, C']."""
        return type(self)(*(getattr(self, field.name).gather(-1, place).flatten(1) for field in fields(self)))


@dataclass(frozen=True)
class GoingOn:
    """Which continuations become rows: their places [..., k], and their search scores, DEAD where there are fewer."""

    place: Tensor
    search_score: Tensor

    def rows(self, considered: int) -> Tensor:
        """[..., C]: of each of the C continuations the number of the row it becomes, k to a group; -1 for none."""
        width = self.place[0].numel()
        own = torch.arange(width, device=self.place.device).view(self.place.shape[1:]).expand_as(self.place)
        nothing = self.place.new_full((*self.place.shape[:-1], considered), -1)
        return nothing.scatter(-1, self.place, torch.where(self.search_score > DEAD, own, -1))


def best_unfinished(found: Continuations, count: int, among: Tensor | None = None) -> GoingOn:
    """The best ``count`` of each group that do not end, best first; of those that are True in ``among``, if given."""
    out = found.complete if among is None else found.complete | ~among
    best = found.search_score.masked_fill(out, DEAD).topk(count)
    return GoingOn(best.indices, best.values)


def among_all(parent: Tensor, each: int) -> Tensor:
    """Rows of their sentences, [L, ...] with ``each`` of them to a sentence, as rows among all N."""
    first = torch.arange(len(parent), device=parent.device) * each
    return parent + first.view(-1, *(1,) * (parent.dim() - 1))
