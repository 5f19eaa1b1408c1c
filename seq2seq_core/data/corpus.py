"""Parallel text from the files people have: TSV, CSV, two aligned files, and the public archives as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import NamedTuple

from seq2seq_core.data.files import raw_lines, text_name
from seq2seq_core.data.tables import SAMPLE_LINES, Fault, column, csv_rows, names_columns, tab_rows
from seq2seq_core.data.text import normalise
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class CorpusConfig:
    """One parallel corpus: a ``path`` with both sides, or ``source`` and ``target`` aligned by line number.

    path: ``SOURCE<TAB>TARGET`` a line, further columns ignored: .tsv or .txt; .csv with commas, semicolons or tabs and
        the usual quotes; either also .gz, or a .zip that holds one such file (manythings.org's ``deu-eng.zip`` as it
        comes). A first line that names the columns is no pair.
    source, target: plain text, also .gz (Multi30k's ``train.en.gz`` and ``train.de.gz``).
    source_column, target_column: of ``path``, by the name in its first line or by number from "1".
    repeat: how many times an epoch sees it.
    """

    path: str | None = None
    source: str | None = None
    target: str | None = None
    source_column: str = "1"
    target_column: str = "2"
    repeat: int = 1

    def __post_init__(self) -> None:
        if (self.path is None) == (self.source is None or self.target is None):
            raise CoreError("a corpus needs either path, or both source and target")
        if self.repeat < 1:
            raise CoreError(f"a corpus is read at least once; repeat is {self.repeat}")


class Record(NamedTuple):
    """What stands in one line (in CSV: from this line on): two normalised sides, or why there are none."""

    file: Path
    line: int
    source: str
    target: str
    fault: Fault | None = None


def read_corpus(config: CorpusConfig, root: Path) -> list[tuple[str, str]]:
    """The sentence pairs of a corpus that is known to be sound, normalised; files are looked for below ``root``.

    Raises:
        CoreError: a file is missing, or a line is not a pair of texts in UTF-8; the message names it.
    """
    pairs = []
    for record in read_records(config, root):
        if record.fault:
            raise CoreError(f"{record.file}, line {record.line}: {FAULTS[record.fault]}")
        pairs.append((record.source, record.target))
    return pairs


FAULTS: dict[Fault, str] = {
    "encoding": "not UTF-8; convert the file, say with iconv -f WINDOWS-1252 -t UTF-8",
    "columns": "one column; each line must be SOURCE<TAB>TARGET, or two columns of a .csv",
    "quotes": "a quotation mark that is not closed, or stands inside a field without being doubled",
    "huge": "a line of more than a million bytes",
}
"""Why a line is no pair, and what to do."""


def read_records(config: CorpusConfig, root: Path) -> Iterator[Record]:
    """Every line of a corpus, in order, the faulty ones included; one at a time, so that memory stays bounded.

    Raises:
        CoreError: a file is missing or broken, two files are not of the same length, or there is no such column.
    """
    if config.path is None:
        yield from _aligned(root / str(config.source), root / str(config.target))
        return
    path = root / config.path
    lines = raw_lines(path)
    head = list(islice(lines, SAMPLE_LINES))
    records = csv_rows if text_name(path).endswith(".csv") else tab_rows
    first = next((row for _, row, fault in records(head) if fault is None), [])
    source, named = column(config.source_column, first, path)
    target, named_too = column(config.target_column, first, path)
    header = named or named_too or names_columns(first, source, target)
    for line, row, fault in records(chain(head, lines)):
        if fault:
            yield Record(path, line, "", "", fault)
        elif header and row == first:
            header = False
        elif max(source, target) < len(row):
            yield Record(path, line, normalise(row[source]), normalise(row[target]))
        elif any(cell.strip() for cell in row):
            yield Record(path, line, "", "", "columns")
        else:
            yield Record(path, line, "", "")


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, .gz or not, without line ends.

    Raises:
        CoreError: it cannot be read or is not UTF-8; the message names the line.
    """
    lines = []
    for line in raw_lines(path):
        if line.fault:
            raise CoreError(f"{path}, line {line.number}: {FAULTS[line.fault]}")
        lines.append(line.text.rstrip("\r\n"))
    return lines


def _aligned(source: Path, target: Path) -> Iterator[Record]:
    for ours, theirs in zip_longest(raw_lines(source), raw_lines(target)):
        if ours is None or theirs is None:
            ends = [sum(1 for _ in raw_lines(path)) for path in (source, target)]
            raise CoreError(f"{source} has {ends[0]} lines and {target} {ends[1]}; they must be parallel")
        file = target if theirs.fault and not ours.fault else source
        yield Record(file, ours.number, normalise(ours.text), normalise(theirs.text), ours.fault or theirs.fault)
