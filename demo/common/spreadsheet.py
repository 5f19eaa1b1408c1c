"""Tables as CSV or TSV, for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
"""Without it Excel on Windows reads UTF-8 as the system's code page, and umlauts as two signs each."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """A table whose texts no spreadsheet runs as a formula; numbers are exact, None is an empty cell.

    A cell with a line break or a delimiter in it is quoted. The text begins with U+FEFF, which pandas and
    ``utf-8-sig`` take for no text.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return MARK + file.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell
