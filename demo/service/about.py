"""What there is to know of a served model beside its translations: its log, its curve, its pieces."""

from __future__ import annotations

from pathlib import Path

from demo.service.served import ServedModels
from seq2seq_core import about
from seq2seq_core.about import LoggedEvent, PieceLengths
from seq2seq_core.files import read_plain
from seq2seq_core.types import CoreError

LARGEST_PICTURE = 400_000
PNG = b"\x89PNG\r\n\x1a\n"


def log_of(served: ServedModels, name: object) -> tuple[LoggedEvent, ...]:
    """The events that the model's log.jsonl holds; none where it has no log, or one that cannot be read.

    Raises:
        InputError: there is no such model, or it did not load.
    """
    return about.log_of(_folder(served, name))


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


def piece_lengths(served: ServedModels, name: object) -> tuple[PieceLengths, ...]:
    """How long the pieces of the model's vocabulary are, or of its two.

    Raises:
        InputError: there is no such model, or it did not load.
    """
    return about.piece_lengths(served.translator(name).tokenizer)


def _folder(served: ServedModels, name: object) -> Path:
    served.known(name)
    return served.folder(str(name))
