"""Files whose text is to be translated, each format in a file of its own.

    document = read_document("letter.txt", data)
    new = document.written([... for unit in document.units])

What is read of each format, and what is kept: docs/documents.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from seq2seq_core.documents.catalogue import read_catalogue
from seq2seq_core.documents.document import Document, Limits, TextUnit, Upload
from seq2seq_core.documents.lines import read_lines_document
from seq2seq_core.documents.markdown import read_markdown
from seq2seq_core.documents.segments import read_segments
from seq2seq_core.documents.subtitles import read_subtitles
from seq2seq_core.documents.table import read_table
from seq2seq_core.documents.word import read_word
from seq2seq_core.types import CoreError

__all__ = ["FORMATS", "Document", "Limits", "TextUnit", "check_size", "read_document"]

Reader = Callable[[Upload], Document]

FORMATS: dict[str, Reader] = {
    ".txt": read_lines_document,
    ".md": read_markdown,
    ".tsv": read_table,
    ".csv": read_table,
    ".docx": read_word,
    ".po": read_catalogue,
    ".tmx": read_segments,
    ".xliff": read_segments,
    ".xlf": read_segments,
    ".srt": read_subtitles,
    ".vtt": read_subtitles,
}
"""Suffix -> what reads it."""

TABLES = (".csv", ".tsv")


def read_document(
    name: str,
    data: bytes,
    column: str | None = None,
    *,
    target_language: str | None = None,
    limits: Limits | None = None,
) -> Document:
    """The texts of a file.

    Args:
        name: of the file; its suffix says the format.
        data: what is in it.
        column: of a table, by name or by number from "1"; the first that holds text where None.
        target_language: in English or as its code, for formats that say it (.tmx, .xliff) and files that do not.
        limits: how much is read; those of ``Limits`` where None.

    Raises:
        CoreError: the format is not known, or the file is damaged, too large or without text.
    """
    limits = limits or Limits()
    suffix = PurePath(name).suffix.lower()
    if suffix not in FORMATS:
        raise CoreError(f"{name} is of no format that is read here; those are {', '.join(FORMATS)}")
    check_size(name, len(data), limits)
    if column is not None and suffix not in TABLES:
        raise CoreError(f"{name} has no columns, so none can be chosen; tables are {' and '.join(TABLES)}")
    document = FORMATS[suffix](Upload(name, suffix, data, column, target_language, limits))
    if not document.units:
        raise CoreError(f"{name} holds no text to translate; check whether it is the right file")
    if len(document.units) > limits.units:
        raise CoreError(
            f"{name} holds {len(document.units):,} texts, and at most {limits.units:,} are read; cut it into parts"
        )
    return document


def check_size(name: str, size: int, limits: Limits) -> None:
    """That a file of so many bytes is read.

    Raises:
        CoreError: it is too large.
    """
    if size > limits.size:
        raise CoreError(f"{name} has {size:,} bytes, and at most {limits.size:,} are read; cut it into parts")
