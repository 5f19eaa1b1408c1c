"""Beams that must say certain words: each step's places are shared out among banks of how much has been said.

Dynamic beam allocation (Post & Vilar 2018, arXiv 1804.06609, section 3), which keeps the number of beams of Hokamp &
Liu 2017 (arXiv 1704.07138), whose grid has as many beams for each bank. Besides its likeliest tokens every row may go
on with every token of a phrase that can come next, in whatever pieces; a bank holds what has said as many of the pieces
that are asked for, a phrase that is begun counting as far as it is there; and nothing ends before all is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.phrases import Sought
from seq2seq_core.decoding.search.continuations import DEAD, Best, best
from seq2seq_core.decoding.search.live import Live
from seq2seq_core.types import StateT


@dataclass(frozen=True)
class _Banked:
    """Continuations of L groups, [L, C] each: token, parent row and search score, how many pieces are said with it, and
    whether it ends its hypothesis."""

    score: Tensor
    parent: Tensor
    token: Tensor
    bank: Tensor
    ends: Tensor


class Banks(Generic[StateT]):
    """What each live row has said of the words that must be said, and which continuations that leaves room for."""

    def __init__(self, phrases: Sought, live: Live[StateT]) -> None:
        self._phrases, self._live = phrases, live
        self._progress = phrases.begin(len(live))
        self._most = int(phrases.total.sum())
        self._eos = live.request.specials.eos

    def best(self, before: Tensor, scores: Tensor, width: int, *, group: int | None = None) -> Best:
        """Of each group 2 k continuations that may become its rows: the best that end, then those that go on.

        Args:
            before: [L, G, R], search score of each row.
            scores: [L, G, R, V], what each token adds to it.
            width: k.
            group: the one group whose rows these are; None for all.
        """
        shape = scores.shape[:3]
        found = self._continuations(before, scores, width, self._rows(shape, group))
        ranks = _ranks(found.bank, found.score, self._most)
        ending = found.score.masked_fill(~(found.ends & (ranks < width)), DEAD)
        going = found.score.masked_fill(found.ends, DEAD)
        allowed = _allocated(found.bank, going > DEAD, width, self._most)
        among = _ranks(found.bank, going, self._most) < allowed.gather(1, found.bank)
        halves = [half.topk(min(width, half.shape[1])) for half in (ending, going.masked_fill(~among, DEAD))]
        places = [half.indices for half in halves]
        parts = [
            Best(half.values, found.parent.gather(1, place), found.token.gather(1, place)).filled_up(width)
            for half, place in zip(halves, places, strict=True)
        ]
        names = Best.__dataclass_fields__
        joined = (torch.cat([getattr(part, name) for part in parts], 1).view(*shape[:2], -1) for name in names)
        return Best(*joined)

    def go_on(self, row: Tensor, token: Tensor) -> None:
        """The rows are now these rows, [N'], gone on with these tokens."""
        self._progress = self._phrases.after(self._progress.select(row), token)

    def pick(self, rows: Tensor) -> None:
        """Goes on with these rows alone."""
        self._progress = self._progress.select(rows)

    def _rows(self, shape: tuple[int, ...], group: int | None) -> Tensor:
        """[L, G, R], the places of these rows among all; at first the one row of a sentence is every group's."""
        sentences, groups, rows = shape
        device, each = self._progress.fresh.device, self._live.each
        first = torch.arange(sentences, device=device).view(-1, 1, 1) * each
        if not len(self._live.history):
            return first.expand(sentences, groups, rows)
        of = torch.arange(groups, device=device).view(1, -1, 1) + (group or 0)
        return first + of * rows + torch.arange(rows, device=device)

    def _continuations(self, before: Tensor, scores: Tensor, width: int, rows: Tensor) -> _Banked:
        """Of each row its likeliest tokens and those that a phrase goes on with, as _Banked with L * G groups."""
        phrases, (sentences, groups, each, vocabulary) = self._phrases, scores.shape
        progress, wanted = self._progress.select(rows.flatten()), phrases.tokens
        flat, start = scores.reshape(-1, 1, 1, vocabulary), before.reshape(-1, 1, 1)
        likeliest = best(start, flat, min(2 * width, vocabulary))
        is_wanted = torch.isin(likeliest.token, wanted)
        likely = likeliest.search_score.masked_fill(is_wanted, DEAD).flatten(1), likeliest.token.flatten(1)
        asked = start.flatten(1) + flat[:, 0, 0, wanted], wanted.expand(len(flat), -1)
        score, token = (torch.cat(pair, 1) for pair in zip(likely, asked, strict=True))
        said = phrases.said_with(progress, token)
        reached = torch.zeros_like(said, dtype=phrases.total.dtype)
        reached[:, likely[1].shape[1] :] = phrases.reached_with(progress)
        reached = torch.where(said, phrases.total, reached)
        ends = self._live.complete(token.view(sentences, -1)).view_as(token)
        is_eos = token == self._eos
        # What is cut off at the limit has said a word that stands at its very end.
        satisfied = torch.where(is_eos, said.all(-1), (reached == phrases.total).all(-1))
        score = score.masked_fill(ends & ~satisfied, DEAD)
        parent = torch.arange(each, device=score.device).view(1, -1, 1).expand(sentences * groups, -1, score.shape[1])
        bank = reached.sum(-1)
        columns = (score, parent, token, bank, ends)
        return _Banked(*(column.reshape(sentences * groups, -1) for column in columns))


def _ranks(bank: Tensor, score: Tensor, most: int) -> Tensor:
    """[L, C], of each its place by score in its own bank, from 0; banks [L, C] go from 0 to ``most``."""
    by_score = score.argsort(dim=1, descending=True, stable=True)
    by_bank = bank.gather(1, by_score).argsort(dim=1, stable=True)
    order = by_score.gather(1, by_bank)
    counts = bank.new_zeros(len(bank), most + 1).scatter_add(1, bank, torch.ones_like(bank))
    first = counts.cumsum(1) - counts
    places = torch.arange(bank.shape[1], device=bank.device) - first.gather(1, bank.gather(1, order))
    return torch.zeros_like(bank).scatter(1, order, places)


def _allocated(bank: Tensor, there: Tensor, width: int, most: int) -> Tensor:
    """[L, most + 1], how many of ``width`` places each bank gets.

    An equal share each, the fullest also what is left over; places for which a bank has nothing go to the next emptier
    one, and from the emptiest round again to the fullest (Post & Vilar 2018, section 3.2).

    Args:
        bank: [L, C], the bank of each continuation.
        there: [L, C], which of them there are.
    """
    counts = bank.new_zeros(len(bank), most + 1).scatter_add(1, bank, there.long())
    places = torch.full_like(counts, width // (most + 1))
    places[:, most] += width % (most + 1)
    for _ in range(2):  # once round, and what the emptiest hands on to the fullest once more
        for number in range(most, -1, -1):
            spare = (places[:, number] - counts[:, number]).clamp(min=0)
            places[:, number] -= spare
            places[:, number - 1] += spare
    return places
