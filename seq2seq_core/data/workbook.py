"""The first sheet of an Excel workbook as a table."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from seq2seq_core.data.containers import Text, opened
from seq2seq_core.data.rows import Row, Table
from seq2seq_core.types import CoreError


def workbook_table(text: Text) -> Table:
    """Its rows, read as they are asked for.

    Raises:
        CoreError: openpyxl is missing, or it cannot read the workbook.
    """
    return Table(text.place, _rows(text), unit="row")


def _rows(text: Text) -> Iterator[Row]:
    try:
        import openpyxl
    except ImportError as error:
        raise CoreError(
            f"{text.place} is an Excel workbook, which needs openpyxl: pip install openpyxl, or save it as .csv"
        ) from error
    with opened(text) as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles that openpyxl does not know
        whole = stream if text.inside is None and stream.seekable() else io.BytesIO(stream.read())
        try:
            book = openpyxl.load_workbook(whole, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield Row(number, [_text(cell) for cell in cells])
        except (OSError, KeyError, ValueError, IndexError, AttributeError, TypeError, zipfile.BadZipFile) as error:
            raise CoreError(f"{text.place} is an Excel workbook that cannot be read; save it as .csv") from error


def _text(cell: Any) -> str:
    """A cell as it is written; Excel keeps whole numbers as fractions and days as midnights."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
