"""Tables as people and spreadsheets write them: rows of cells, and which columns hold the two sides."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from seq2seq_core.data.files import RawLine
from seq2seq_core.types import CoreError

Fault = Literal["encoding", "columns", "quotes", "huge"]

SAMPLE_LINES = 100
"""Lines that are looked at to find out how a table is written."""

HEADER_WORDS = {
    "source", "target", "src", "tgt", "trg", "input", "output", "text", "sentence", "translation", "reference",
    "en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "ru", "uk", "tr", "ar", "zh", "ja",
    "english", "german", "french", "spanish", "italian", "dutch", "portuguese", "polish", "czech", "russian",
    "ukrainian", "turkish", "arabic", "chinese", "japanese",
}  # fmt: skip
"""What the first line of a table holds where it names its columns. Two such words alone are no pair of sentences."""

Row = tuple[int, list[str], Fault | None]
"""The line it begins on, its cells, and what is wrong with it."""


def tab_rows(lines: Iterable[RawLine]) -> Iterator[Row]:
    """Rows whose cells a tab parts; quotes mean nothing."""
    for line in lines:
        yield line.number, line.text.rstrip("\r\n").split("\t"), line.fault


def csv_rows(lines: Iterable[RawLine]) -> Iterator[Row]:
    """Rows as Python's csv reads them: a quoted cell may hold the delimiter, doubled quotes and line breaks."""
    lines = iter(lines)
    head = list(islice(lines, SAMPLE_LINES))
    begins = 1
    faults: list[Fault] = []

    def text() -> Iterator[str]:
        for line in chain(head, lines):
            if line.fault:
                faults.append(line.fault)
            yield line.text

    reader = csv.reader(text(), delimiter=_delimiter(head), strict=True)
    while True:
        fault: Fault | None
        try:
            row = next(reader, None)
            fault = faults.pop() if faults else None
        except csv.Error:
            row, fault = [], "quotes"
        if row is None:
            return
        faults.clear()
        yield begins, row, fault
        begins = reader.line_num + 1


def _delimiter(head: list[RawLine]) -> str:
    """The sign that splits most of the first lines in two or more; the comma where none does."""
    texts = [line.text for line in head]

    def split(sign: str) -> int:
        try:
            return sum(len(row) > 1 for row in csv.reader(texts, delimiter=sign))
        except csv.Error:
            return 0

    return max(",;\t", key=split)


def column(wanted: str, first: list[str], path: Path) -> tuple[int, bool]:
    """The index of a column wanted by name or by number from 1, and whether the first line named it.

    Raises:
        CoreError: there is none of that name.
    """
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted) - 1, False
    names = [name.strip().casefold() for name in first]
    if wanted.strip().casefold() not in names:
        raise CoreError(f"{path} has no column {wanted!r}; its first line says: {' | '.join(first)[:200]}")
    return names.index(wanted.strip().casefold()), True


def names_columns(first: list[str], source: int, target: int) -> bool:
    """Whether the first line is no pair but says what the two columns hold."""
    cells = [first[column].strip().casefold() for column in (source, target) if column < len(first)]
    return len(cells) == 2 and cells[0] != cells[1] and HEADER_WORDS.issuperset(cells)
