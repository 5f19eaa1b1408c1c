"""The finished hypotheses of a search, apart from the live ones, so that neither can block the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor

from seq2seq_core.decoding.search.continuations import DEAD


@dataclass(frozen=True)
class Ended:
    """Hypotheses that ended: all tensors have one shape.

    score: after length and coverage; DEAD = an empty place.
    search_score: what beams were ranked by while it lived.
    sentence: place in the request. step: index of the step that chose the last token. parent: the row it continues
        there. token, log_prob: the last token and its log P under the model.
    """

    score: Tensor
    search_score: Tensor
    log_prob: Tensor
    sentence: Tensor
    step: Tensor
    parent: Tensor
    token: Tensor

    @classmethod
    def nothing(cls, sentences: Tensor, groups: int, width: int) -> Self:
        """Empty places only, [L, G, k]."""
        shape, device = (len(sentences), groups, width), sentences.device
        nothing, zeros = torch.zeros(shape, device=device), torch.zeros(shape, dtype=torch.long, device=device)
        of = sentences.view(-1, 1, 1).expand(shape)
        return cls(torch.full_like(nothing, DEAD), nothing, nothing, of, zeros, zeros, zeros)

    def __getitem__(self, index: Tensor) -> Self:
        """Those that the index picks, in each tensor alike."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))


class Finished:
    """The best k finished hypotheses of each of G groups, of the sentences in the batch and of those that left it.

    Behind them are kept as many more as ``spare`` says, for where some of the k turn out to be the same text.
    """

    def __init__(self, sentences: Tensor, *, groups: int, width: int, spare: int = 0) -> None:
        self._width, self._best = width, Ended.nothing(sentences, groups, width + spare)
        self._over: list[Ended] = []

    @property
    def score(self) -> Tensor:
        """[L, G, k], best first; DEAD for an empty place."""
        return self._best.score[..., : self._width]

    def offer(self, ended: Ended) -> Tensor:
        """Takes of what ended, [L, G, C], what is better than what is here; returns which found a place, [L, G, C]."""
        places, count = self._best.score.shape[-1], ended.score.shape[-1]
        best = torch.cat((self._best.score, ended.score), -1).topk(places).indices
        self._best = Ended(
            *(
                torch.cat((getattr(self._best, field.name), getattr(ended, field.name)), -1).gather(-1, best)
                for field in fields(Ended)
            )
        )
        taken = torch.zeros(*best.shape[:2], places + count, dtype=torch.bool, device=best.device)
        return taken.scatter(-1, best, True)[..., places:]

    def remove(self, where: Tensor) -> None:
        """Empties these places, [L, G, k]; there must be none to spare, which would move up."""
        values = {field.name: getattr(self._best, field.name) for field in fields(Ended)}
        self._best = Ended(**{**values, "score": self.score.masked_fill(where, DEAD)})

    def leave(self, keep: Tensor) -> None:
        """Goes on with the sentences at these positions; those of the others are as they will be."""
        gone = torch.ones(len(self.score), dtype=torch.bool, device=keep.device).index_fill(0, keep, False)
        self._over.append(self._best[gone])
        self._best = self._best[keep]

    def everything(self) -> Ended:
        """Every hypothesis of all sentences, tensors [H], empty places left out."""
        return _joined([*self._over, self._best])


def _joined(parts: Sequence[Ended]) -> Ended:
    flat = Ended(*(torch.cat([getattr(part, field.name).flatten() for part in parts]) for field in fields(Ended)))
    return flat[flat.score > DEAD]
