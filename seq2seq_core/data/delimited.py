"""Tables as people and spreadsheets write them: a sign between cells, and quotation marks around some."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from seq2seq_core.data.files import LONGEST_LINE, RawLine
from seq2seq_core.data.rows import Row

DELIMITERS = ("\t", "|", ";", ",")
"""Where two are as regular, the one that is rarer in sentences: it comes first here."""

BLANKS = "  "
"""Two blanks or more, which part columns that are written below each other, or a word from its pronunciation."""

NAMES = {"\t": "tab", "|": "|", ";": "semicolon", ",": "comma", BLANKS: "two blanks or more"}

TWO_BLANKS = re.compile(" {2,}")

COMMENTS = ("#", ";", "%", "//")
"""What lines begin with that say what a file is, before its first row."""

AS_REGULAR = 0.02
"""Shares of lines that differ by less count as the same."""

SURE = 0.95
"""Lines that another sign must split alike before it is believed where the file's name promises tabs."""

LONGEST_ROW = 200
"""Lines; a quotation mark that is open for longer was never meant to be closed."""

WELL_QUOTED = re.compile(r'"(?:[^"]|"")*"')


class Dialect(NamedTuple):
    """How a table is written.

    delimiter: between two cells. width: cells of a row. quotes: whether they enclose cells that hold the delimiter,
    doubled quotes or line breaks. blank: whether a space may follow the delimiter, before a quotation mark.
    """

    delimiter: str
    width: int
    quotes: bool
    blank: bool = False


def find_dialect(
    lines: Sequence[RawLine], *, csv_named: bool, delimiter: str | None = None, blanks: bool = False
) -> Dialect:
    """The sign that gives the most lines the same number of cells, two or more.

    Args:
        lines: the first ones.
        csv_named: whether the file is called .csv, which may be parted by any sign; another is thought to have tabs.
        delimiter: where it is known.
        blanks: whether ``BLANKS`` may be it where the file's name promises tabs.
    """
    sound = [line for line in lines if line.fault is None and line.text.strip()]
    tried = [_measure(sound, sign, csv_named) for sign in _tried(csv_named, delimiter, blanks)]
    if not csv_named and not delimiter:
        tab, *others = tried
        if tab[1] > 0.5:
            return tab[0]
        tried = [tab, *(other for other in others if other[1] >= SURE)]
    best = max(share for _, share in tried)
    if best == 0:
        return (tried[-1] if csv_named else tried[0])[0]
    return next(dialect for dialect, share in tried if share >= best - AS_REGULAR)


def _tried(csv_named: bool, delimiter: str | None, blanks: bool) -> Sequence[str]:
    if delimiter:
        return (delimiter,)
    return (*DELIMITERS, BLANKS) if blanks and not csv_named else DELIMITERS


def comments_ahead(lines: Sequence[RawLine]) -> int:
    """Lines before the first row that begin as comments do, all with the same sign; 0 where every line does."""
    sign = next((sign for sign in COMMENTS if lines and lines[0].text.startswith(sign)), None)
    if sign is None:
        return 0
    return next((place for place, line in enumerate(lines) if not line.text.startswith(sign)), 0)


def mostly_rows(lines: Sequence[RawLine], dialect: Dialect) -> bool:
    """Whether more than half of these lines have the cells that rows have."""
    sound = [row for row in split_rows(lines, dialect) if not row.fault and len(row.cells) > 1]
    return len(sound) > len(lines) / 2


def split_rows(lines: Iterable[RawLine], dialect: Dialect) -> Iterator[Row]:
    """Rows with what is wrong with them.

    A quotation mark that is not closed, or closed where a later one is meant, spoils its line (and the line that would
    close it) alone: those between are read as if it were not there.
    """
    source, waiting, spoilt = iter(lines), deque[RawLine](), set[int]()
    while line := (waiting.popleft() if waiting else next(source, None)):
        if line.fault or line.number in spoilt:
            yield Row(line.number, [], line.fault or "quotes")
            continue
        cells = _cells(line.text, dialect)
        if cells is None:
            block = _open_block(line, waiting, source)
            cells = _cells("\n".join(part.text for part in block), dialect) if len(block) > 1 else None
            if cells is None or _swallowed(block, dialect):
                spoilt |= {block[-1].number} if cells is not None else set()
                waiting.extendleft(reversed(block[1:]))
                yield Row(line.number, [], "quotes")
                continue
        yield _checked(line.number, cells, dialect)


def _checked(number: int, cells: list[str], dialect: Dialect) -> Row:
    """Too many cells mean that the delimiter stood in the text, too few that one is missing: who knows which."""
    filled = len(cells)
    while filled > dialect.width and not cells[filled - 1].strip():
        filled -= 1
    if len(cells) > 1 and (filled > dialect.width or len(cells) < dialect.width):
        return Row(number, cells, "cells")
    return Row(number, cells)


def _cells(text: str, dialect: Dialect) -> list[str] | None:
    """None where quotation marks are not as they should be."""
    if not dialect.quotes or '"' not in text:
        return TWO_BLANKS.split(text.strip(" ")) if dialect.delimiter == BLANKS else text.split(dialect.delimiter)
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_ROW * LONGEST_LINE))
    reader = csv.reader([text], delimiter=dialect.delimiter, strict=True, skipinitialspace=dialect.blank)
    try:
        return next(reader, [])
    except csv.Error:
        return None


def _open_block(line: RawLine, waiting: deque[RawLine], source: Iterator[RawLine]) -> list[RawLine]:
    """The lines up to the one that closes the quotation mark, or as many as one may wait for it."""
    block, marks = [line], line.text.count('"')
    while marks % 2 and len(block) < LONGEST_ROW:
        following = waiting.popleft() if waiting else next(source, None)
        if following is None:
            break
        block.append(following)
        marks += following.text.count('"')
        if following.fault:
            break
    return block


def _swallowed(block: list[RawLine], dialect: Dialect) -> bool:
    """Whether lines that would be rows of their own lie within one cell."""
    like_rows = sum(line.text.count(dialect.delimiter) == dialect.width - 1 for line in block)
    return like_rows >= max(2, 0.8 * len(block))


def _measure(lines: Sequence[RawLine], sign: str, csv_named: bool) -> tuple[Dialect, float]:
    """How such a table would be written, and the share of lines that are so."""
    quotes = len(sign) == 1 and (csv_named or sign != "\t" or _tabs_and_quotes(lines))
    quoted = [line.text for line in lines if '"' in line.text] if quotes else []
    blank = sum(f'{sign} "' in text for text in quoted) > sum(f'{sign}"' in text for text in quoted)
    free = Dialect(sign, 0, quotes, blank)
    widths = Counter(len(row.cells) for row in split_rows(lines, free) if len(row.cells) > 1)
    if not widths:
        return free._replace(width=2), 0.0
    width, number = widths.most_common(1)[0]
    return free._replace(width=width), number / len(lines)


def _tabs_and_quotes(lines: Sequence[RawLine]) -> bool:
    """Whether quotation marks in a table with tabs are a spreadsheet's, and not part of the text.

    A spreadsheet doubles those inside, and encloses only what needs it, or everything.
    """
    cells = [cell for line in lines for cell in line.text.split("\t")]
    begun = [cell for cell in cells if cell.startswith('"') and cell != '""']
    well = [cell for cell in begun if WELL_QUOTED.fullmatch(cell)]
    return len(well) > 0.98 * len(begun) > 0 and (
        any('""' in cell[1:-1] for cell in well) or len(well) > 0.9 * len(cells)
    )
