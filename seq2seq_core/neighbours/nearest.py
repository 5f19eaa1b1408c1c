"""Finds the training sentences in which the decoder was in nearly the same state as before a piece of a translation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from seq2seq_core.data.batches import padded
from seq2seq_core.data.tokenizer import SPACE
from seq2seq_core.decoding.record.json_values import to_plain
from seq2seq_core.neighbours.index import NeighbourIndex
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError

DEFAULT_COUNT = 10
"""Sentences that are told."""


@dataclass(frozen=True)
class Neighbour:
    """A training sentence, and the place in it where the decoder's state was near.

    tokens: pieces of the target, its end included. place: of the piece that came next there, from 0.
    likeness: cosine of the angle between the two states, along the index's directions; 1 = the same.
    same: the same piece came next there.
    """

    source: str
    target: str
    tokens: tuple[str, ...]
    place: int
    likeness: float
    same: bool

    @property
    def around(self) -> tuple[str, str, str]:
        """The target: what stands before the word that came next there, the word, "" for the end, and what follows."""
        pieces = (*self.tokens[:-1], "")
        first, last = word_at(pieces, self.place)
        parts = pieces[:first], pieces[first:last], pieces[last:]
        before, word, after = ("".join(part).replace(SPACE, " ") for part in parts)
        return (before + " " * word.startswith(" ")).lstrip(), word.lstrip(), after


@dataclass(frozen=True)
class Neighbours:
    """What is near to the state before a piece of a translation.

    source: the sentence. tokens: pieces of its translation. place: of the piece that came next, from 0.
    found: one neighbour a sentence, the nearest first.
    states, sentences: in the index. trained: sentences that those are a sample of. credit: whose they are.
    """

    source: str
    tokens: tuple[str, ...]
    place: int
    found: tuple[Neighbour, ...]
    states: int
    sentences: int
    trained: int
    credit: str

    @property
    def same(self) -> int:
        """Neighbours after which the same piece came."""
        return sum(one.same for one in self.found)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        plain: dict[str, Any] = to_plain(self)
        for one, told in zip(self.found, plain["found"], strict=True):
            told["word"] = one.around[1]
        return plain | {"same": self.same}


def nearest(
    translator: Translator,
    index: NeighbourIndex,
    source: str,
    token_ids: Sequence[int],
    place: int,
    count: int = DEFAULT_COUNT,
) -> Neighbours:
    """Up to ``count`` sentences of the index, no two the same.

    Args:
        translator: the model.
        index: of the same model.
        source: a sentence.
        token_ids: of a translation of it.
        place: of the piece that came after the state that is looked at, from 0.
        count: sentences to find.

    Raises:
        CoreError: there is no such place, nothing is read, or the index does not fit the model.
    """
    ids, tokenizer = translator.source_ids(source), translator.tokenizer
    if not ids or not 0 <= place < len(token_ids):
        raise CoreError(f"there is no piece {place + 1} of this translation; it has {len(token_ids)}")
    if not translator.model.tells_states:
        raise CoreError("models of this family do not tell the decoder's states, so nothing can be near to them")
    read = [tokenizer.specials.bos, *token_ids[:place]]
    batch, lengths = padded([ids], tokenizer.specials)
    with torch.inference_mode():
        given = torch.tensor([read], device=translator.device)
        state = translator.model.decoder_states(batch.to(translator.device), lengths, given)[0, -1].cpu()
        if len(state) != len(index.basis):
            raise CoreError("the index is of another model; build it again")
        likeness = index.likeness(state)
    # Some sentences have several near states, and some texts come twice: there is enough to choose from.
    best = likeness.topk(min(8 * count, len(likeness)))
    found: dict[tuple[str, str], Neighbour] = {}
    for value, row in zip(best.values.tolist(), best.indices.tolist(), strict=True):
        sentence, at = index.where(row)
        pair = index.pairs[sentence]
        if pair not in found and len(found) < count:
            found[pair] = _neighbour(translator, pair, at, value, token_ids[place])
    return Neighbours(
        source=source,
        tokens=tuple(tokenizer.pieces(token_ids)),
        place=place,
        found=tuple(found.values()),
        states=len(index.states),
        sentences=len(index.pairs),
        trained=index.trained,
        credit=index.credit,
    )


def word_at(tokens: Sequence[str], place: int) -> tuple[int, int]:
    """First piece of the word that a piece belongs to, and the one behind its last; a sign, and the end, are words."""

    def begins(i: int) -> bool:
        return i == 0 or tokens[i].startswith(SPACE) or not (_lettered(tokens[i]) and _lettered(tokens[i - 1]))

    first = next(i for i in range(place, -1, -1) if begins(i))
    return first, next((i for i in range(place + 1, len(tokens)) if begins(i)), len(tokens))


def _lettered(piece: str) -> bool:
    return any(map(str.isalnum, piece)) or piece == SPACE


def _neighbour(translator: Translator, pair: tuple[str, str], place: int, likeness: float, said: int) -> Neighbour:
    ids = translator.target_ids(*pair)
    if place >= len(ids):
        raise CoreError("the index is of another tokenizer; build it again")
    tokens = tuple(translator.tokenizer.pieces(ids))
    return Neighbour(*pair, tokens, place, likeness, ids[place] == said)
