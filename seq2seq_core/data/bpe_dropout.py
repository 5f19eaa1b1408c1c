"""BPE dropout (Provilkov et al. 2020, arXiv 1910.13267) whose choices follow from a seed alone, in every process.

SentencePiece draws otherwise in each process, whatever the seed. What is left out here is chosen as there: a merge that
is due is passed over with a probability, and comes up again only when a neighbour has changed.
"""

from __future__ import annotations

import heapq
import itertools
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from sentencepiece import sentencepiece_model_pb2

from seq2seq_core.types import CoreError

SPACE = "\u2581"
REMEMBERED = 100_000
"""Words whose pieces without dropout are kept at hand."""

Passed = Callable[[], bool]
"""Whether the merge that is due is left out."""


class BpeDropout:
    """The pieces of texts, cut by the merges of a SentencePiece model."""

    def __init__(self, model: bytes) -> None:
        """
        Args:
            model: of SentencePiece, serialised.

        Raises:
            CoreError: its pieces were not learnt by byte-pair encoding.
        """
        schema: Any = sentencepiece_model_pb2
        proto = schema.ModelProto.FromString(model)
        if proto.trainer_spec.model_type != proto.trainer_spec.BPE:
            raise CoreError("this tokenizer's pieces were not learnt by merging; set training.bpe_dropout to 0")
        kinds = schema.ModelProto.SentencePiece
        by_kind: dict[int, dict[str, int]] = {
            kinds.NORMAL: {},
            kinds.USER_DEFINED: {},
            kinds.BYTE: {},
            kinds.UNKNOWN: {},
        }
        for index, piece in enumerate(proto.pieces):
            by_kind.setdefault(piece.type, {})[piece.piece] = index
        self._ids, self._whole = by_kind[kinds.NORMAL], by_kind[kinds.USER_DEFINED]
        self._scores = {piece: proto.pieces[index].score for piece, index in self._ids.items()}
        self._bytes = list(by_kind[kinds.BYTE].values())  # of 0 to 255
        self._unknown = next(iter(by_kind[kinds.UNKNOWN].values()))
        known = sorted(self._whole, key=len, reverse=True)
        self._symbols = re.compile("|".join([*map(re.escape, known), "."]), re.DOTALL)
        joined = any(SPACE in piece[1:] for piece in (*self._ids, *self._whole))  # no merge passes over a space
        self._words = re.compile(".+" if joined else f"{SPACE}[^{SPACE}]*|[^{SPACE}]+", re.DOTALL)
        self._remembered: dict[str, tuple[list[int], int]] = {}

    def encode(self, text: str, probability: float, rng: random.Random) -> list[int]:
        """Piece ids.

        Args:
            text: as SentencePiece normalises it.
            probability: that a merge is left out, each time that it is due.
            rng: chooses which.
        """
        draw, ids = rng.random, list[int]()
        for word in self._words.findall(text):
            whole, merges = self._remember(word)
            for before in range(merges):
                if draw() < probability:
                    ids += self._ids_of(self._merged(word, _after(before, lambda: draw() < probability)))
                    break
            else:
                ids += whole
        return ids

    def _remember(self, word: str) -> tuple[list[int], int]:
        """Its ids without dropout, and how many merges they take."""
        if (found := self._remembered.get(word)) is None:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            merges = itertools.count()
            ids = self._ids_of(self._merged(word, lambda: next(merges) < 0))
            found = self._remembered[word] = (ids, next(merges))
        return found

    def _merged(self, word: str, passed: Passed) -> Iterator[str]:
        """The symbols of a word, merged by score, and of equal scores from the left."""
        symbols: list[str] = self._symbols.findall(word)
        after, before = list(range(1, len(symbols) + 1)), list(range(-1, len(symbols) - 1))
        due: list[tuple[float, int, int, str]] = []

        def consider(left: int, right: int) -> None:
            if left < 0 or right >= len(symbols) or symbols[left] in self._whole or symbols[right] in self._whole:
                return
            pair = symbols[left] + symbols[right]
            if pair in self._scores:
                heapq.heappush(due, (-self._scores[pair], left, right, pair))

        for left in range(len(symbols) - 1):
            consider(left, left + 1)
        while due:
            _, left, right, pair = heapq.heappop(due)
            if not symbols[left] or not symbols[right] or len(symbols[left] + symbols[right]) != len(pair):
                continue  # one of the two has merged with another meanwhile
            if passed():
                continue
            symbols[left], symbols[right] = pair, ""
            after[left] = after[right]
            if after[right] < len(symbols):
                before[after[right]] = left
            consider(before[left], left)
            consider(left, after[left])
        return filter(None, symbols)

    def _ids_of(self, symbols: Iterator[str]) -> list[int]:
        ids = list[int]()
        for symbol in symbols:
            if (known := self._ids.get(symbol, self._whole.get(symbol))) is not None:
                ids.append(known)
            elif self._bytes:
                ids += [self._bytes[byte] for byte in symbol.encode("utf-8")]
            elif ids[-1:] != [self._unknown]:  # one stands for all that follow each other
                ids.append(self._unknown)
        return ids


def _after(kept: int, passed: Passed) -> Passed:
    """The first ``kept`` merges are made, the next is left out, and of the others ``passed`` decides."""
    number = -1

    def decide() -> bool:
        nonlocal number
        number += 1
        return number == kept or (number > kept and passed())

    return decide
