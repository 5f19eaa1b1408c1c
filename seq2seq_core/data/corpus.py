"""Parallel text from the files people have: TSV, CSV, two aligned files, and the public archives as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from seq2seq_core.data.columns import Columns, find_columns, is_any_side
from seq2seq_core.data.files import raw_lines, the_text
from seq2seq_core.data.rows import Fault, Row, Table, look_ahead
from seq2seq_core.data.tables import open_table, told_apart
from seq2seq_core.text.characters import normalise
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class CorpusConfig:
    """One parallel corpus: a ``path`` with both sides, or ``source`` and ``target`` aligned by line number.

    path: a table with a pair a row: .tsv, .txt or .csv (what stands between the cells is found out), .jsonl or .json,
        .xlsx, .parquet, .tmx; packed as .gz, .bz2, .xz, or in a .zip or .tar that holds one of them or two aligned
        texts (manythings.org's ``deu-eng.zip`` as it comes; ARCHIVE/NAME is one file of several); or a folder that
        ``datasets`` saved. A first line that names the columns is no pair.
    source, target: plain text, packed or not (Multi30k's ``train.en.gz`` and ``train.de.gz``).
    source_column, target_column: of ``path``, by name or by number from "1"; several, joined by +, make one text.
        Where they are not named, the first two columns that hold text.
    delimiter: between the cells of a text. comment: what begins a line that is no pair.
    repeat: how many times an epoch sees it.
    """

    path: str | None = None
    source: str | None = None
    target: str | None = None
    source_column: str | None = None
    target_column: str | None = None
    delimiter: str | None = None
    comment: str | None = None
    repeat: int = 1

    def __post_init__(self) -> None:
        if (self.path is None) == (self.source is None or self.target is None):
            raise CoreError("a corpus needs either path, or both source and target")
        if self.repeat < 1:
            raise CoreError(f"a corpus is read at least once; repeat is {self.repeat}")
        if self.delimiter == "" or self.comment == "":
            raise CoreError("delimiter and comment are signs, not nothing; leave them out to have the delimiter found")


class Record(NamedTuple):
    """What stands in one line (in CSV: from this line on): two normalised sides, or why there are none.

    unit: what ``line`` counts, where it is no line.
    """

    file: Path
    line: int
    source: str
    target: str
    fault: Fault | None = None
    unit: str = "line"


def read_corpus(config: CorpusConfig, root: Path) -> list[tuple[str, str]]:
    """The sentence pairs of a corpus that is known to be sound, normalised; files are looked for below ``root``.

    Raises:
        CoreError: a file is missing, or a line is not a pair of texts in UTF-8; the message names it.
    """
    pairs = []
    for record in read_records(config, root):
        if record.fault:
            raise CoreError(f"{record.file}, {record.unit} {record.line}: {FAULTS[record.fault]}")
        pairs.append((record.source, record.target))
    return pairs


FAULTS: dict[Fault, str] = {
    "encoding": "not UTF-8; convert the file, say with iconv -f WINDOWS-1252 -t UTF-8",
    "columns": "one column; each line must be SOURCE<TAB>TARGET, or two columns of a .csv (another sign: --delimiter "
    "SIGN, or delimiter in the recipe)",
    "cells": "more or fewer cells than the other lines: the delimiter in a text, perhaps, that should be quoted",
    "quotes": "a quotation mark that is not closed, or stands inside a field without being doubled",
    "json": "not JSON",
    "huge": "a line of more than a million bytes",
}
"""Why a line is no pair, and what to do."""


def read_records(config: CorpusConfig, root: Path, say: Callable[[str], None] = lambda note: None) -> Iterator[Record]:
    """Every line of a corpus, in order, the faulty ones included; one at a time, so that memory stays bounded.

    Args:
        config: which corpus.
        root: files are looked for below it.
        say: is told how it is read, where one may wonder.

    Raises:
        CoreError: a file is missing or broken, two files are not of the same length, or there is no such column.
    """
    if config.path is None:
        yield from _aligned(root / str(config.source), root / str(config.target))
        return
    table, columns, first, rows = _laid_out(root / config.path, config)
    for note in (*table.notes, *columns.notes):
        say(f"{table.place}: {note}")
    heading = columns.heading
    for number, cells, fault in rows:
        if fault:
            yield Record(table.place, number, "", "", fault, table.unit)
        elif heading and cells == first:
            heading = False
        elif sides := columns.sides(cells):
            yield Record(table.place, number, normalise(sides[0]), normalise(sides[1]), None, table.unit)
        elif any(cell.strip() for cell in cells):
            yield Record(table.place, number, "", "", "columns", table.unit)
        else:
            yield Record(table.place, number, "", "", None, table.unit)


def side_names(config: CorpusConfig, root: Path) -> tuple[str, str]:
    """What a corpus calls its two sides: the names of its columns or fields, or what tells its two files apart.

    "" for one that it does not name, or calls what any source or target may be called.

    Raises:
        CoreError: as ``read_records``.
    """
    if config.path and (root / config.path).is_fifo():
        return "", ""  # who read its pairs has read it to its end
    if config.path is None:
        named = told_apart(Path(str(config.source)).name, Path(str(config.target)).name)
    else:
        _, columns, _, _ = _laid_out(root / config.path, config)
        named = columns.names
    source, target = ("" if is_any_side(name) else name for name in named)
    return source, target


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, packed or not, without line ends.

    Raises:
        CoreError: it cannot be read or is not UTF-8; the message names the line.
    """
    lines = []
    for line in raw_lines(the_text(path)):
        if line.fault:
            raise CoreError(f"{path}, line {line.number}: {FAULTS[line.fault]}")
        lines.append(line.text)
    return lines


def _laid_out(path: Path, config: CorpusConfig) -> tuple[Table, Columns, list[str], Iterator[Row]]:
    """A table, its columns, the cells of its first row that has any, and all its rows."""
    table = open_table(path, delimiter=config.delimiter, comment=config.comment)
    head, rows = look_ahead(table.rows)
    filled = [row.cells for row in head if row.fault is None and any(cell.strip() for cell in row.cells)]
    columns = find_columns(filled, (config.source_column, config.target_column), table.place, table.names)
    return table, columns, filled[0] if filled else [], rows


def _aligned(source: Path, target: Path) -> Iterator[Record]:
    texts = the_text(source), the_text(target)
    for ours, theirs in zip_longest(*map(raw_lines, texts)):
        if ours is None or theirs is None:
            ends = [sum(1 for _ in raw_lines(text)) for text in texts]
            raise CoreError(f"{source} has {ends[0]} lines and {target} {ends[1]}; they must be parallel")
        file = target if theirs.fault and not ours.fault else source
        yield Record(file, ours.number, normalise(ours.text), normalise(theirs.text), ours.fault or theirs.fault)
