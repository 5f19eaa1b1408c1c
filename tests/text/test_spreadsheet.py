import csv
import io

import pytest

from seq2seq_core.documents.report import UnitReport, report_tsv
from seq2seq_core.text.spreadsheet import csv_text

HOSTILE = [
    "=1+1", "@SUM(1)", "+1+1", "-1+1", " =1+1", "\n=1+1", "\r\n \t=1+1", "\ufeff=1+1", "\u2028=1+1",
    "＝1+1", "＋A1", "－A1", "＠x", "a;=1+1", "a; =cmd|' /C calc'!A0;b", "a\n=1+1", "a\t=1+1", '"a";=1+1', "a;＝1+1",
]  # fmt: skip


def run_by_a_spreadsheet(text: str) -> list[str]:
    """Cells that begin like a formula, wherever the file is cut: at each sign that parts cells somewhere."""
    cells = [text]
    for sign in ";\t\n\r\u2028":
        cells = [part for cell in cells for part in cell.split(sign)]
    # What is within quotation marks may or may not be taken as a cell of its own.
    stripped = [cell.strip().strip("\ufeff\"' ").strip() if cell.strip()[:1] != "'" else cell for cell in cells]
    return [cell for cell in stripped if cell[:1] in tuple("=+-@＝＋－＠") and not cell[1:].replace(".", "").isdigit()]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_run_by_a_spreadsheet_whatever_parts_its_cells(text: str) -> None:
    assert run_by_a_spreadsheet(text), "what is tested must be dangerous without"
    (cell,) = list(csv.reader(io.StringIO(csv_text(["text"], [[text]]), newline="")))[1]
    assert run_by_a_spreadsheet(cell) == []
    assert cell.replace("'", "") == text.replace("'", ""), "nothing but apostrophes is added"
    for written in (
        csv_text(["number", "text"], [[1.5, text]]),
        report_tsv([UnitReport("line 1", text, text, -1.5, 0.5, (text,), ())]),
    ):
        assert run_by_a_spreadsheet(written) == []


def test_numbers_and_plain_texts_stay_as_they_are() -> None:
    text = "Er sagte: a = b; c, d - e"
    rows = list(csv.reader(io.StringIO(csv_text(["a", "b", "c", "d"], [[-1.25, "-1.25", None, text]], mark=False))))
    assert rows == [["a", "b", "c", "d"], ["-1.25", "-1.25", "", text]]
    report = report_tsv([UnitReport("line 1", "a", "b", -1.5, 0.5, (), ())])
    assert report.splitlines()[1] == "line 1\ta\tb\t-1.5000\t0.5000\t"
