import csv
import dataclasses
import io

from demo import export
from seq2seq_core.decoding import DecodeResult
from tests.demo import samples


def test_the_json_is_the_whole_result() -> None:
    result = samples.result()
    assert DecodeResult.from_json(export.trace(result)).to_json() == result.to_json()


def test_the_csv_has_a_line_for_each_candidate_and_runs_nothing_in_a_spreadsheet() -> None:
    result = samples.result(source="=HYPERLINK(1)")
    first = dataclasses.replace(result.hypotheses[0], text='@a, "b"')
    lines = list(csv.DictReader(io.StringIO(export.table(dataclasses.replace(result, hypotheses=(first,))))))
    assert lines[0]["text"] == '\'@a, "b"'
    assert lines[0]["source"] == "'=HYPERLINK(1)"
    assert float(lines[0]["score"]) == first.score
