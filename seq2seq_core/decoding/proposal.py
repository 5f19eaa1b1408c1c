"""Continuations that a beam search may choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import pad

DEAD = float("-inf")
"""Score of what is no hypothesis: an empty place in the beam, a finished or a forbidden continuation."""


@dataclass(frozen=True)
class Proposal:
    """Continuations of each group's rows, best first, [L, G, C] each.

    score: accumulated; DEAD where there are fewer than C. parent: row within the group. token: id.
    """

    score: Tensor
    parent: Tensor
    token: Tensor


Propose = Callable[[Tensor, Tensor, int], Proposal]
"""``(totals [L, G, R], scores [L, G, R, V], C) -> Proposal`` of the best C by total + score, or by something alike."""


def best(totals: Tensor, scores: Tensor, count: int) -> Proposal:
    """The ``count`` continuations of highest total + score.

    Row by row first: what is outside its row's best ``count`` is outside the group's too, and a top-k of V for each
    row needs no sum over V.
    """
    top = scores.topk(min(count, scores.shape[-1]))
    values, tokens = (totals.unsqueeze(-1) + top.values).flatten(-2), top.indices.flatten(-2)
    short = max(count - values.shape[-1], 0)  # a width beyond the vocabulary
    chosen = pad(values, (0, short), value=DEAD).topk(count)
    tokens = pad(tokens, (0, short)).gather(-1, chosen.indices)
    parent = (chosen.indices // top.indices.shape[-1]).clamp(max=totals.shape[-1] - 1)
    return Proposal(chosen.values, parent, tokens)
