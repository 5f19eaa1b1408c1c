"""A file as a table, whatever its form: found by what is in it, and by its name where that leaves a choice."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from pathlib import Path

from seq2seq_core.data.arrow import arrow_table, folder_files
from seq2seq_core.data.containers import TABLES, Text, kind_of, texts_in
from seq2seq_core.data.delimited import NAMES, Dialect, comments_ahead, find_dialect, mostly_rows, split_rows
from seq2seq_core.data.files import RawLine, raw_lines
from seq2seq_core.data.json_rows import json_table
from seq2seq_core.data.rows import Row, Table, look_ahead
from seq2seq_core.data.tmx import tmx_table
from seq2seq_core.data.workbook import workbook_table
from seq2seq_core.types import CoreError


def open_table(path: Path, *, delimiter: str | None = None, comment: str | None = None) -> Table:
    """The rows of a file, of a folder that ``datasets`` wrote, or of an archive that holds one table or two texts.

    Args:
        path: of it; ARCHIVE/NAME for one file in an archive.
        delimiter: between two cells of a text; None to find it.
        comment: what begins a line that is to be passed over.

    Raises:
        CoreError: it cannot be read.
    """
    if path.is_dir():
        files, notes = folder_files(path)
        table = arrow_table(path, files)
        table.notes.extend(notes)
        return table
    texts = texts_in(path)
    if len(texts) == 2:
        return _side_by_side(path, *texts)
    (text,) = texts
    kind = kind_of(text)
    if kind in ("parquet", "arrow"):
        if text.inside or text.name != path.name.lower():
            raise CoreError(f"{path} holds a table of the form {kind}, packed; unpack it")
        return arrow_table(path, [path])
    if kind == "workbook":
        return workbook_table(text)
    if text.name.endswith((".jsonl", ".ndjson", ".json")):
        return json_table(text)
    if text.name.endswith(".tmx"):
        return tmx_table(text)
    return _delimited(text, delimiter, comment)


def holds_both_sides(path: Path) -> bool:
    """Whether a file is a table, and not one side of a pair aligned by line; told by its name if it is not there."""
    if path.is_dir():
        return True
    if not any(place.is_file() for place in (path, *path.parents)):
        return path.name.lower().endswith(TABLES)
    text = texts_in(path)[0]
    if text.name.endswith(TABLES) or kind_of(text) != "text":
        return True
    head, _ = look_ahead(raw_lines(text))
    ahead, dialect = _written(head, csv_named=False)
    filled = [line for line in head[ahead:] if line.text.strip()]
    return sum(len(row.cells) > 1 for row in split_rows(filled, dialect)) > len(filled) / 2


def told_apart(ours: str, theirs: str) -> tuple[str, str]:
    """Of two names, the parts that differ: en and de of train.en and train.de."""
    left, right = (
        re.split(r"[./_-]", os.path.splitext(name)[0] if name.endswith(".txt") else name) for name in (ours, theirs)
    )
    different = [(a, b) for a, b in zip(left, right, strict=False) if a != b]
    return different[0] if len(left) == len(right) and len(different) == 1 else (ours, theirs)


def _written(head: Sequence[RawLine], *, csv_named: bool, delimiter: str | None = None) -> tuple[int, Dialect]:
    """How many comments come before the first row, and how the rows are written; ``head`` are the first lines."""
    ahead = comments_ahead(head)
    dialect = find_dialect(head[ahead:], csv_named=csv_named, delimiter=delimiter, blanks=True)
    return (0 if mostly_rows(head[:ahead], dialect) else ahead), dialect


def _delimited(text: Text, delimiter: str | None, comment: str | None) -> Table:
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter or "", delimiter)
    lines = _without_comments(raw_lines(text), comment)
    head, lines = look_ahead(lines)
    is_csv = text.name.endswith(".csv")
    ahead, dialect = _written(head, csv_named=is_csv, delimiter=delimiter)
    table = Table(text.place, split_rows(islice(lines, ahead, None), dialect))
    if ahead:
        lines_begin = "1 line begins" if ahead == 1 else f"{ahead} lines begin"
        table.notes.append(f"{lines_begin} with {head[0].text[0]} before the first row: passed over as comments")
    if delimiter is None and dialect.delimiter != ("," if is_csv else "\t"):
        table.notes.append(f"{NAMES[dialect.delimiter]} between the cells: most lines have {dialect.width} of them so")
    return table


def _without_comments(lines: Iterator[RawLine], comment: str | None) -> Iterator[RawLine]:
    return (line for line in lines if not line.text.startswith(comment)) if comment else lines


def _side_by_side(path: Path, ours: Text, theirs: Text) -> Table:
    """Two texts in one archive that are aligned line by line, as columns called by what tells their names apart."""
    if any(text.name.endswith(TABLES) for text in (ours, theirs)):
        raise CoreError(f"{path} holds 2 tables: {ours.place.name}, {theirs.place.name}; name one as {path}/NAME")
    return Table(path, _aligned(ours, theirs), list(told_apart(str(ours.inside), str(theirs.inside))))


def _aligned(ours: Text, theirs: Text) -> Iterator[Row]:
    for left, right in zip_longest(raw_lines(ours), raw_lines(theirs)):
        if left is None or right is None:
            ends = [sum(1 for _ in raw_lines(text)) for text in (ours, theirs)]
            raise CoreError(f"{ours.place} has {ends[0]} lines and {theirs.place} {ends[1]}; they must be parallel")
        yield Row(left.number, [left.text, right.text], left.fault or right.fault)
