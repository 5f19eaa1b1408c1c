"""Millions of pairs in compact form: a Python list of them would take five to ten times the memory."""

from __future__ import annotations

import random
import zlib
from array import array
from collections.abc import Iterable, Sequence
from typing import overload

from seq2seq_core.data.batches import Pair
from seq2seq_core.data.tokenizer import OwnTokenizer

TextPair = tuple[str, str]

CHUNK = 10_000
"""Pairs that are turned into pieces at once."""


class TextPairs(Sequence[TextPair]):
    """Pairs of texts, as UTF-8 in one block of bytes, with sixteen more a pair for where its sides end."""

    def __init__(self, pairs: Iterable[TextPair] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")
        for pair in pairs:
            self.append(*pair)

    def append(self, source: str, target: str) -> None:
        """Adds a pair at the end."""
        for side in (source, target):
            self._bytes += side.encode("utf-8")
            self._ends.append(len(self._bytes))

    def repeat_from(self, begin: int, times: int) -> None:
        """Adds the pairs from index ``begin`` on so many times more."""
        end = len(self)
        for _ in range(times):
            for index in range(begin, end):
                self.append(*self[index])

    def fingerprint(self) -> str:
        """How many pairs there are, and a checksum that other pairs, or the same in another order, hardly have."""
        return f"{len(self):,} pairs, checksum {zlib.crc32(self._ends, zlib.crc32(self._bytes)):08x}"

    def __len__(self) -> int:
        return len(self._ends) // 2

    @overload
    def __getitem__(self, index: int) -> TextPair: ...
    @overload
    def __getitem__(self, index: slice) -> list[TextPair]: ...
    def __getitem__(self, index: int | slice) -> TextPair | list[TextPair]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        source, target = _sides(self._ends, index)
        return self._bytes[source].decode("utf-8"), self._bytes[target].decode("utf-8")


class PiecePairs(Sequence[Pair]):
    """Piece ids of pairs, four bytes each, in one array."""

    def __init__(self) -> None:
        self._ids = array("i")
        self._ends = array("Q")

    def append(self, source: Sequence[int], target: Sequence[int]) -> None:
        """Adds a pair at the end."""
        for side in (source, target):
            self._ids.extend(side)
            self._ends.append(len(self._ids))

    def __len__(self) -> int:
        return len(self._ends) // 2

    @overload
    def __getitem__(self, index: int) -> Pair: ...
    @overload
    def __getitem__(self, index: slice) -> list[Pair]: ...
    def __getitem__(self, index: int | slice) -> Pair | list[Pair]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        source, target = _sides(self._ends, index)
        return self._ids[source], self._ids[target]


def encode_pairs(
    pairs: Sequence[TextPair], tokenizer: OwnTokenizer, max_pieces: int, *, bpe_dropout: float = 0.0, seed: int = 0
) -> PiecePairs:
    """Piece ids of both sides; pairs with a longer side are left out. For the last two see ``encode_all``."""
    rng = random.Random(seed)
    encoded = PiecePairs()
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        sources, targets = (
            own.encode_all(list(side), bpe_dropout=bpe_dropout, seed=rng.randrange(2**32))
            for own, side in zip((tokenizer.source, tokenizer.target), zip(*chunk, strict=True), strict=True)
        )
        for source, target in zip(sources, targets, strict=True):
            if max(len(source), len(target)) <= max_pieces:
                encoded.append(source, target)
    return encoded


def _sides(ends: array[int], index: int) -> tuple[slice, slice]:
    """Where the two sides of a pair lie. Raises IndexError past the end, by which iteration over it stops."""
    count = len(ends) // 2
    if not -count <= index < count:
        raise IndexError(index)
    first = 2 * (index % count)
    begin = ends[first - 1] if first else 0
    return slice(begin, ends[first]), slice(ends[first], ends[first + 1])
