"""What there is to know of a model beside its translations: its log, its curve, its pieces.

The folder may be a stranger's: what is read of it is bounded, and only finite numbers are taken from it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from demo.service.served import ServedModels
from seq2seq_core.data.tokenizer import SPACE
from seq2seq_core.files import read_plain
from seq2seq_core.types import CoreError

LONGEST_LOG = 8_000_000
"""Bytes: of a run that is a thousand times as long as those here."""

LARGEST_PICTURE = 400_000
PNG = b"\x89PNG\r\n\x1a\n"
MEASURES = ("loss", "perplexity", "bleu", "epsilon")
"""What events say that curves are drawn of; epsilon is the share of the reference's pieces, teacher forcing's ratio."""


@dataclass(frozen=True)
class LoggedEvent:
    """A line of a training log: after which update, whether of a validation or of training, and what was measured."""

    step: int
    validation: bool
    measured: dict[str, float]


@dataclass(frozen=True)
class PieceLengths:
    """A vocabulary by length. characters: how many pieces have so many letters; others: marks and bytes."""

    characters: dict[int, int]
    others: int


def log_of(served: ServedModels, name: object) -> tuple[LoggedEvent, ...]:
    """The events that the model's log.jsonl holds; none where it has no log, or one that cannot be read.

    Raises:
        InputError: there is no such model, or it did not load.
    """
    try:
        text = read_plain(_folder(served, name) / "log.jsonl", most=LONGEST_LOG).decode("utf-8", "replace")
    except CoreError:
        return ()
    return tuple(event for line in text.splitlines() if (event := _event(line)))


def picture_of(served: ServedModels, name: object) -> bytes | None:
    """The picture of its learning curve that came with the model, a PNG; None where there is none.

    Raises:
        InputError: there is no such model, or it did not load.
    """
    try:
        picture = read_plain(_folder(served, name) / "curve.png", most=LARGEST_PICTURE)
    except CoreError:
        return None
    return picture if picture.startswith(PNG) else None


def pieces_of(served: ServedModels, name: object, text: str) -> tuple[str, ...]:
    """The pieces into which the model cuts a text, as it reads it.

    Raises:
        InputError: there is no such model, or it did not load.
    """
    return served.translator(name).source_pieces(text)


def piece_lengths(served: ServedModels, name: object) -> PieceLengths:
    """How long the pieces of the model's vocabulary are; the mark of a word's beginning is not counted.

    Raises:
        InputError: there is no such model, or it did not load.
    """
    tokenizer = served.translator(name).tokenizer
    pieces = tokenizer.pieces(range(len(tokenizer)))
    bare = [piece.removeprefix(SPACE) for place, piece in enumerate(pieces) if place not in tokenizer.byte_pieces]
    counted = Counter(len(piece) for piece in bare if piece and not piece.startswith("<"))
    return PieceLengths(dict(sorted(counted.items())), len(pieces) - counted.total())


def _folder(served: ServedModels, name: object) -> Path:
    served.known(name)
    return served.folder(str(name))


def _event(line: str) -> LoggedEvent | None:
    """What a line says; None where it is no event."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    step = said.get("step") if isinstance(said, dict) else None
    if not isinstance(step, int) or isinstance(step, bool) or not 0 <= step < 2**53:
        return None
    measured = {name: float(said[name]) for name in MEASURES if _number(said.get(name))}
    return LoggedEvent(step, said.get("event") == "validation", measured) if measured else None


def _number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
