"""Documents that a stranger sends: what is read of them, and what is refused."""

from __future__ import annotations

from demo.common.text_input import InputError
from seq2seq_core import documents
from seq2seq_core.documents import Document, Limits
from seq2seq_core.types import CoreError

DOCUMENT_FORMATS = tuple(documents.FORMATS)
"""Suffixes of the documents that can be read."""

DOCUMENT_LIMITS = Limits(size=2_000_000, units=10_000, unpacked=40_000_000)
"""Of a document that a stranger may send."""

MAX_UNIT = 20_000
"""Characters of one unit."""


def read_document(name: str, data: bytes, column: str | None, target: str | None) -> Document:
    """The texts of a file, within ``DOCUMENT_LIMITS``.

    Args:
        name: of the file; its suffix says the format.
        data: what is in it.
        column: of a table, by its heading or its number from 1; None for the first that holds text.
        target: language that it is translated into, in English; None where that is not known.

    Raises:
        InputError: it cannot be read, or there is too much in it.
    """
    try:
        document = documents.read_document(name, data, column, target_language=target, limits=DOCUMENT_LIMITS)
    except CoreError as error:
        raise InputError(sentence(error, name)) from error
    for unit in document.units:
        if len(unit.text) > MAX_UNIT:
            raise InputError(
                f"{unit.place.capitalize()} has {len(unit.text):,} characters, and at most {MAX_UNIT:,} are read "
                "at once; break it into lines or paragraphs."
            )
    return document


def sentence(error: CoreError, name: str = "") -> str:
    """What the core says, as a sentence of its own; a file's name at its beginning stays as it is."""
    said = str(error)
    return f"{said}." if name and said.startswith(name) else f"{said[:1].upper()}{said[1:]}."
