"""Tables as CSV or TSV, for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
"""Without it Excel on Windows reads UTF-8 as the system's code page, and umlauts as two signs each."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

_FORMULA = re.compile(
    "(^|[;\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029])"  # where a cell begins, a semicolon among them in half of Europe
    r"(?=[\s\0\u200b\u200e\u200f\ufeff]*[=+\-@＝＋－＠])"  # what a spreadsheet takes away before it looks for a formula
)


def csv_text(
    header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",", *, mark: bool = True
) -> str:
    """A table whose texts no spreadsheet runs as a formula; numbers are exact, None is an empty cell.

    A cell with a line break or a delimiter in it is quoted.

    Args:
        header: the heading of each column.
        rows: their cells.
        delimiter: what stands between two cells.
        mark: whether the text begins with U+FEFF, which pandas and ``utf-8-sig`` take for no text.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return MARK * mark + file.getvalue()


def harmless(cell: object) -> object:
    """A text with an apostrophe wherever a spreadsheet might find the beginning of a formula; anything else as it is.

    Quotation marks do not help: where semicolons part cells, those of a file with commas are in the middle of one.
    """
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return _FORMULA.sub(r"\1'", cell)
