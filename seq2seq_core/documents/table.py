"""Tables (.csv, .tsv): the cells of one column, translated into a new last one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_core.data.columns import HEADER_WORDS, ID_NAMES, find_columns, first_text_column
from seq2seq_core.data.delimited import NAMES, Dialect, find_dialect, split_rows
from seq2seq_core.data.files import RawLine
from seq2seq_core.data.rows import SAMPLE_ROWS, Row
from seq2seq_core.documents.document import Document, TextUnit, Upload
from seq2seq_core.documents.encoding import decoded
from seq2seq_core.documents.lines import in_one_line, lines_of
from seq2seq_core.types import CoreError

NEW_COLUMN = "translation"


@dataclass(frozen=True)
class ChosenColumn:
    """Which column is translated, what people call it, and whether the first row names the columns."""

    index: int
    name: str
    heading: bool


def read_table(upload: Upload) -> Document:
    """Every row is kept as it is written, with one more cell behind it.

    Rows of more or fewer cells than the others, or with a quotation mark that is not closed, are left alone and named.

    Raises:
        CoreError: it is no text, or has no such column.
    """
    text, encode = decoded(upload.name, upload.data)
    lines = lines_of(text)
    raw_lines = [RawLine(number, line.text) for number, line in enumerate(lines, start=1)]
    dialect = find_dialect(raw_lines[:SAMPLE_ROWS], csv_named=upload.suffix == ".csv")
    rows = list(split_rows(raw_lines, dialect))
    width = dialect.width if any(len(row.cells) > 1 for row in rows) else 1
    sound = [row for row in rows if not row.fault and len(row.cells) == width and any(map(str.strip, row.cells))]
    if not sound:
        return Document(upload.name, upload.suffix, (), lambda translations: upload.data)
    column = _column(upload, sound, width)
    body = sound[column.heading :]
    told = [row for row in body if row.cells[column.index].strip()]
    last_lines = _last_lines(rows, len(lines))

    def write(translations: Sequence[str | None]) -> bytes:
        cells = {row.number: "" for row in body}
        cells |= {row.number: new or "" for row, new in zip(told, translations, strict=True)}
        if column.heading:
            cells[sound[0].number] = _new_name(sound[0].cells)
        raw = [line.text for line in lines]
        for number, cell in cells.items():
            raw[last_lines[number] - 1] += dialect.delimiter + _quoted(cell, dialect)
        return encode("".join(line + end for line, (_, end) in zip(raw, lines, strict=True)))

    units = tuple(TextUnit(row.cells[column.index], f"row {row.number}") for row in told)
    return Document(upload.name, upload.suffix, units, write, _notes(upload, column, rows, width, dialect))


def _column(upload: Upload, rows: Sequence[Row], width: int) -> ChosenColumn:
    """The one asked for, or the first that holds text.

    Raises:
        CoreError: there is none of that name or number.
    """
    cells = [row.cells for row in rows[:SAMPLE_ROWS]]
    wanted = upload.column or str(first_text_column(cells) + 1)
    found = find_columns(cells, (wanted, None), Path(upload.name), None)
    index = found.source[0]
    if len(found.source) > 1:
        raise CoreError(f"one column is translated, not {upload.column}; name one")
    if index >= width:
        raise CoreError(f"{upload.name} has {width} columns, so there is no column {upload.column}")
    names = [cell.strip() for cell in cells[0]]
    known = HEADER_WORDS | ID_NAMES | {NEW_COLUMN}
    heading = found.heading or (all(names) and any(name.casefold() in known for name in names))
    return ChosenColumn(index, f"column {index + 1}" + (f" ({names[index]})" if heading else ""), heading)


def _last_lines(rows: Sequence[Row], count: int) -> dict[int, int]:
    """The number of the last line of each row, by that of its first: cells may hold line breaks."""
    firsts = [row.number for row in rows]
    return dict(zip(firsts, [*(number - 1 for number in firsts[1:]), count], strict=True))


def _new_name(names: Sequence[str]) -> str:
    """``translation``, or with a number where there is such a column already."""
    taken = {name.strip().casefold() for name in names}
    tried = [NEW_COLUMN, *(f"{NEW_COLUMN} {number}" for number in range(2, len(names) + 3))]
    return next(name for name in tried if name not in taken)


def _quoted(cell: str, dialect: Dialect) -> str:
    """The cell as this table has its cells: without quotation marks, a space for what would part cells or rows."""
    if not dialect.quotes:
        return in_one_line(cell).replace(dialect.delimiter, " ")
    written = io.StringIO()
    csv.writer(written, delimiter=dialect.delimiter, lineterminator="").writerow([cell, ""])
    return written.getvalue().removesuffix(dialect.delimiter)


def _notes(upload: Upload, column: ChosenColumn, rows: Sequence[Row], width: int, dialect: Dialect) -> tuple[str, ...]:
    notes = []
    if upload.column is None and width > 1:
        notes.append(f"{column.name} is translated, as the first that holds text; another can be named")
    if width > 1 and dialect.delimiter != ("," if upload.suffix == ".csv" else "\t"):
        notes.append(f"{NAMES[dialect.delimiter]} between the cells: most lines have {width} of them so")
    odd = [row.number for row in rows if row.fault or (len(row.cells) != width and any(map(str.strip, row.cells)))]
    if odd:
        listed = ", ".join(map(str, odd[:10])) + (", …" if len(odd) > 10 else "")
        notes.append(f"{len(odd)} rows without {width} cells as the others have are left alone: row {listed}")
    return tuple(notes)
