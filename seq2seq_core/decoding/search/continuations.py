"""Continuations that a step may choose from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Self

import torch
from torch import Tensor
from torch.nn.functional import pad

DEAD = float("-inf")
"""Score of what is no hypothesis: an empty place in the beam, a finished or a forbidden continuation."""

MOST_IN_COLUMN = 20
"""Measured with 6,000 tokens: 10 to 30 are alike for 1 to 64 sentences and 5 to 16 beams."""


@dataclass(frozen=True)
class Best:
    """The best C continuations of each group's rows, best first, [L, G, C] each.

    search_score: with the continuation; DEAD where there are fewer than C. parent: row within the group. token: id.
    """

    search_score: Tensor
    parent: Tensor
    token: Tensor

    def filled_up(self, count: int) -> Self:
        """As many as ``count``, with dead continuations of the first row behind those that there are."""
        short = count - self.token.shape[-1]
        score = pad(self.search_score, (0, short), value=DEAD)
        return type(self)(score, pad(self.parent, (0, short)), pad(self.token, (0, short)))


def best(before: Tensor, scores: Tensor, count: int) -> Best:
    """The ``count`` continuations of highest search score.

    The tokens of a row are columns of ``_height`` each. One whose column is not among the best ``count`` columns of the
    group is not among its best ``count`` continuations either, so that all but these are only ever looked at once, by
    a maximum; finding the best of V for each row takes up to four times as long.

    Args:
        before: [L, G, R], search score of each row.
        scores: [L, G, R, V], what each token adds to it.
        count: C.
    """
    vocabulary = scores.shape[-1]
    height = _height(vocabulary, count)
    columns = vocabulary // height
    highest = scores.view(*scores.shape[:-1], height, columns).amax(-2)
    # A width beyond the vocabulary: fewer than C are there.
    found = min(count, before.shape[-1] * columns)
    column = (before.unsqueeze(-1) + highest).flatten(-2).topk(found).indices
    first = (column // columns * vocabulary + column % columns).unsqueeze(-1)
    places = (first + torch.arange(0, vocabulary, columns, device=first.device)).flatten(-2)  # in a group's [R, V]
    row = places // vocabulary
    chosen = (before.gather(-1, row) + scores.flatten(-2).gather(-1, places)).topk(found)
    place = places.gather(-1, chosen.indices)
    made = Best(chosen.values, place // vocabulary, place % vocabulary)
    return made if found == count else made.filled_up(count)


@lru_cache(maxsize=64)
def _height(vocabulary: int, count: int) -> int:
    """Tokens of a column: a divisor of V, large as long as there are far more columns than ``count``; else 1."""
    heights = (height for height in range(MOST_IN_COLUMN, 1, -1) if vocabulary % height == 0)
    return next((height for height in heights if vocabulary // height >= 4 * count), 1)


@dataclass(frozen=True, kw_only=True)
class Appended:
    """Tokens appended to rows of L sentences: [L, C] each, or [L, G, C] where they are in groups.

    parent: row of the sentence that is continued. row: the same among all N; None where each row goes on in its own
    place. token: id. log_prob: of the token, under the model.
    """

    parent: Tensor
    row: Tensor | None
    token: Tensor
    log_prob: Tensor


@dataclass(frozen=True, kw_only=True)
class Continuations(Appended):
    """Tokens that a search may choose from.

    search_score: with the token, what they are ranked by while they live. complete: True = it ends a hypothesis, with
    EOS or at the length limit.
    """

    row: Tensor
    search_score: Tensor
    complete: Tensor

    def take(self, place: Tensor) -> Appended:
        """Those at these places of the last dimension, the groups side by side: [L, C']."""
        names = (field.name for field in fields(Appended))
        return Appended(**{name: getattr(self, name).gather(-1, place).flatten(1) for name in names})


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
    if len(parent) == 1:
        return parent
    first = torch.arange(len(parent), device=parent.device) * each
    return parent + first.view(-1, *(1,) * (parent.dim() - 1))
