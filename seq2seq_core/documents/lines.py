"""Plain text: every line with something in it is a text of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seq2seq_core.documents.document import Document, TextUnit, Upload
from seq2seq_core.documents.encoding import decoded

LINE_END = re.compile(r"\r\n|\n|\r")


class Line(NamedTuple):
    """A line and what ends it: nothing at the end of a file that does not end with a line end."""

    text: str
    end: str


def lines_of(text: str) -> list[Line]:
    """The lines; joined with their ends they are the text."""
    return list(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for end in LINE_END.finditer(text):
        yield Line(text[start : end.start()], end[0])
        start = end.end()
    if start < len(text):
        yield Line(text[start:], "")


def in_one_line(text: str) -> str:
    """With a space for every line break: what stands in a line must not become two."""
    return LINE_END.sub(" ", text)


def read_lines_document(upload: Upload) -> Document:
    """Lines of nothing but white space are left alone; line ends and a byte-order mark stay.

    Raises:
        CoreError: it is no text.
    """
    text, encode = decoded(upload.name, upload.data)
    lines = lines_of(text)
    filled = [number for number, line in enumerate(lines) if line.text.strip()]

    def write(translations: Sequence[str | None]) -> bytes:
        told = dict(zip(filled, translations, strict=True))
        return encode(
            "".join(
                (line.text if (new := told.get(number)) is None else in_one_line(new)) + line.end
                for number, line in enumerate(lines)
            )
        )

    units = tuple(TextUnit(lines[number].text, f"line {number + 1}") for number in filled)
    return Document(upload.name, upload.suffix, units, write)
