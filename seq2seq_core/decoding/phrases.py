"""Words that must or must not be said, in whatever pieces: where each row is in each of them.

A phrase is read byte by byte, so that every way to cut it into pieces leads through the same places: bytes and rare
cuts as well as the tokenizer's own. It counts as said where it stands as whole words: it begins where a word begins,
with the mark of a word's beginning or behind a sign, and what follows it goes on with no word.

Q is the number of places of all phrases together, P the number of phrases, E that of their edges. Other letters: see
``seq2seq_core.types``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import torch
from torch import Tensor

from seq2seq_core.types import CoreError, Ways

BETWEEN_PHRASES = ";"


class Lexicon(Protocol):
    """How texts are written in target ids; the same object always in the same way."""

    def __hash__(self) -> int:
        """So that what is worked out of a text can be kept."""

    @property
    def goes_on(self) -> frozenset[int]:
        """Ids that go on with a word that stands right before them."""

    @property
    def left_open(self) -> frozenset[int]:
        """Ids that end in a word, which what follows may go on with."""

    def ways(self, text: str) -> Ways:
        """Every way to write a text of whole words."""


@dataclass(frozen=True)
class Followed:
    """How far N rows are.

    at: [N, Q], True = the row has come to this place. said: [N, P]. fresh: [N], True = a word may begin without a mark.
    """

    at: Tensor
    said: Tensor
    fresh: Tensor

    def select(self, rows: Tensor) -> Followed:
        """That of these rows."""
        return Followed(self.at[rows], self.said[rows], self.fresh[rows])


class Sought:
    """The phrases that are asked for, followed at once.

    total: [P], pieces of each phrase. tokens: [U], every id on an edge. longest: pieces that a phrase can have at most.
    """

    def __init__(self, ways: Sequence[Ways], lexicon: Lexicon, width: int, device: torch.device) -> None:
        """
        Args:
            ways: of each phrase.
            lexicon: what the ids are.
            width: V.
            device: where the rows are.
        """
        first, edges, units, ends, start, behind = 0, list[tuple[int, int, int, int]](), list[int](), [], [], []
        for number, each in enumerate(ways):
            edges += [(first + place, token, first + after, number) for place, token, after in each.edges]
            units += each.units
            start.append(first)
            behind.append(first + 1)
            first += len(each.units)
            ends.append(first - 1)
        self._from, self._token, self._to, self._of = (
            torch.tensor(column, device=device) for column in zip(*edges, strict=True)
        )
        self._units, self._ends = torch.tensor(units, device=device), torch.tensor(ends, device=device)
        self._sign_last = torch.tensor([each.sign_last for each in ways], device=device)
        self._always, self._where_fresh = (torch.zeros(first, dtype=torch.bool, device=device) for _ in range(2))
        self._always[start] = True
        self._where_fresh[behind] = True
        self._always[[place for place, each in zip(behind, ways, strict=True) if each.sign_first]] = True
        self._goes_on, self._left_open = (_flags(ids, width, device) for ids in (lexicon.goes_on, lexicon.left_open))
        self.total = self._units[self._ends]
        self.tokens, self._place = torch.unique(self._token, return_inverse=True)
        self.longest = max(len(each.units) for each in ways)
        self._arrives = torch.zeros(len(edges), first, device=device)
        self._arrives[torch.arange(len(edges)), self._to] = 1.0

    def begin(self, rows: int) -> Followed:
        """Before the first token."""
        device, places = self._units.device, len(self._units)
        nothing = torch.zeros(rows, places, dtype=torch.bool, device=device)
        return Followed(nothing, nothing[:, : len(self.total)], torch.ones(rows, dtype=torch.bool, device=device))

    def after(self, before: Followed, tokens: Tensor) -> Followed:
        """When each row has gone on with its token, [N]."""
        hit = self._open(before) & (tokens.unsqueeze(1) == self._token)
        at = (hit.to(self._arrives) @ self._arrives) > 0
        said = self.said_with(before, tokens.unsqueeze(1)).squeeze(1) | (at[:, self._ends] & self._sign_last)
        return Followed(at, said, ~self._left_open[tokens])

    def said_with(self, before: Followed, tokens: Tensor) -> Tensor:
        """[N, C, P], which phrases are said before tokens [N, C], whatever these themselves begin or go on with."""
        closed = ~self._goes_on[tokens].unsqueeze(-1)
        return before.said.unsqueeze(1) | (before.at[:, self._ends].unsqueeze(1) & closed)

    def reached_with(self, before: Followed) -> Tensor:
        """[N, U, P], pieces of each phrase that are there once a row went on with each of ``tokens``."""
        value = torch.where(self._open(before), self._units[self._to], 0)  # [N, E]
        shape = len(value), len(self.tokens) * len(self.total)
        index = (self._place * len(self.total) + self._of).expand_as(value)
        reached = value.new_zeros(shape).scatter_reduce(1, index, value, "amax")
        return reached.view(len(value), len(self.tokens), len(self.total))

    def completed_by(self, before: Followed) -> Tensor:
        """[N, V], True = the token would complete a phrase."""
        ends = torch.isin(self._to, self._ends)
        hit = (self._open(before) & ends).to(torch.uint8)
        made = hit.new_zeros(len(hit), len(self._goes_on))
        return made.scatter_reduce(1, self._token.expand_as(hit), hit, "amax").bool()

    def finished(self, progress: Followed) -> Tensor:
        """[N], True = all are said if nothing follows."""
        return (progress.said | progress.at[:, self._ends]).all(1)

    def _open(self, before: Followed) -> Tensor:
        """[N, E], which edges a row may take."""
        begun = self._always | (before.fresh.unsqueeze(1) & self._where_fresh)
        return (before.at | begun)[:, self._from]


def phrases_of(text: str) -> tuple[str, ...]:
    """What a person typed, parted by semicolons, each phrase once."""
    typed = (" ".join(part.split()) for part in text.split(BETWEEN_PHRASES))
    return tuple(dict.fromkeys(part for part in typed if part))


@lru_cache(maxsize=16)  # the same for all steps of a request
def phrases(text: str, lexicon: Lexicon | None, width: int, device: torch.device) -> Sought | None:
    """The phrases that a person typed; None where there are none.

    Raises:
        CoreError: there are some, and nobody knows how texts are written in ids.
    """
    typed = phrases_of(text)
    if not typed:
        return None
    if lexicon is None:
        raise CoreError("words cannot be asked for here: nothing says how texts are written in this model's pieces")
    return Sought([lexicon.ways(part) for part in typed], lexicon, width, device)


def _flags(ids: frozenset[int], width: int, device: torch.device) -> Tensor:
    """[V], True for these ids."""
    flags = torch.zeros(width, dtype=torch.bool)
    flags[[number for number in ids if number < width]] = True
    return flags.to(device)
