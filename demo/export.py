"""What is shown, to take away: the whole trace as JSON, the candidates as CSV."""

from __future__ import annotations

import csv
import io

from seq2seq_core.decoding import DecodeResult

FORMATS = {"json": "application/json", "csv": "text/csv"}


def trace(result: DecodeResult) -> str:
    """The result with every step, as ``DecodeResult.from_json`` reads it."""
    return result.to_json()


def table(result: DecodeResult) -> str:
    """One line for each candidate."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["rank", "text", "score", "log_prob", "tokens", "source", "strategy"])
    for rank, h in enumerate(result.hypotheses, start=1):
        row = [h.text, repr(h.score), repr(h.log_prob), h.parts.length, result.source, result.strategy]
        writer.writerow([rank, *(_harmless(cell) for cell in row)])
    return file.getvalue()


def _harmless(cell: object) -> object:
    # A spreadsheet would run a text that begins like a formula; numbers stay as they are.
    is_number = isinstance(cell, str) and cell.lstrip("-").replace(".", "", 1).replace("e-", "", 1).isdigit()
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") and not is_number else cell
