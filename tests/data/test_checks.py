"""What is wrong with data is named by file and line, and what can be left out is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from seq2seq_core.data.checks import DataReport, sound_pairs
from seq2seq_core.data.corpus import CorpusConfig, read_records
from seq2seq_core.types import CoreError

GOOD = [f"sentence {i}\tSatz {i}" for i in range(30)]


def check(folder: Path, lines: list[str] | bytes, max_pieces: int = 100) -> tuple[DataReport, list[tuple[str, str]]]:
    data = lines if isinstance(lines, bytes) else ("\n".join(lines) + "\n").encode()
    (folder / "x.tsv").write_bytes(data)
    report = DataReport()
    records = read_records(CorpusConfig(path="x.tsv"), folder)
    return report, [pair for _, pair in sound_pairs(records, report, max_pieces=max_pieces)]


def test_sound_data_has_nothing_to_say(tmp_path: Path) -> None:
    report, pairs = check(tmp_path, GOOD)
    report.refuse()
    assert report.describe() == [] and len(pairs) == report.pairs == 30


def test_what_is_left_out_is_named_and_counted(tmp_path: Path) -> None:
    bad = ["alone", "\tleft", "right\t", "", f"{'x' * 400}\ty", "the same on both sides\tthe same on both sides"]
    report, pairs = check(tmp_path, [*GOOD, *bad, "Berlin\tBerlin"], max_pieces=20)
    report.refuse()
    assert len(pairs) == 31  # a name may stay as it is
    assert {kind: count for kind, (count, _) in report.problems.items()} == {
        "columns": 1, "empty": 3, "long": 1, "identical": 1,
    }  # fmt: skip
    text = "\n".join(report.describe())
    assert f"warning: 3 lines: left out: one side or both are empty\n    {tmp_path}/x.tsv, line 32\n" in text


def test_the_first_ten_are_named(tmp_path: Path) -> None:
    report, _ = check(tmp_path, [*GOOD, *["x\t"] * 25])
    assert len(report.describe()) == 12
    assert report.describe()[-1] == "    and 15 more"


def test_an_empty_side_at_the_end_of_a_file(tmp_path: Path) -> None:
    report, _ = check(tmp_path, [*GOOD, "", ""])
    assert report.count("empty") == 2


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["alone"] * 40, "line 1, like most of the data: one column"),
        ([f"the same {i}\tthe same {i}" for i in range(40)], "40 of 40 pairs have the same text on both sides"),
        (GOOD[:5], "5 sound pairs in 5 lines"),
        ([], "0 sound pairs"),
        ("\n".join([*GOOD, "Fuß\tfoot"]).encode("latin-1"), "line 31: not UTF-8"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(tmp_path: Path, lines: list[str] | bytes, message: str) -> None:
    report, _ = check(tmp_path, lines)
    with pytest.raises(CoreError, match=message):
        report.refuse()
