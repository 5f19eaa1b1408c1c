"""The files people have, read as they come."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path

import pytest

from seq2seq_core.data.corpus import CorpusConfig, read_corpus, read_records
from seq2seq_core.types import CoreError

PAIRS = [("Go.", "Geh."), ("I won!", "Ich hab gewonnen!")]


def test_tsv_plain_and_gzipped_and_with_attribution(tmp_path: Path) -> None:
    text = "".join(f"{s}\t{t}\n" for s, t in PAIRS)
    (tmp_path / "a.tsv").write_text(text, encoding="utf-8")
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "c.txt").write_text(text.replace("\n", "\tCC-BY 2.0 (France)\r\n"), encoding="utf-8-sig")
    for name in ("a.tsv", "b.tsv.gz", "c.txt"):
        assert read_corpus(CorpusConfig(path=name), tmp_path) == PAIRS


def test_the_archive_of_manythings(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "deu-eng.zip", "w") as archive:
        archive.writestr("deu.txt", "".join(f"{s}\t{t}\tCC-BY 2.0\n" for s, t in PAIRS))
        archive.writestr("_about.txt", "about")
    assert read_corpus(CorpusConfig(path="deu-eng.zip"), tmp_path) == PAIRS


def test_two_aligned_files(tmp_path: Path) -> None:
    (tmp_path / "t.en").write_text("Go.\nI won!\n", encoding="utf-8")
    (tmp_path / "t.de.gz").write_bytes(gzip.compress(b"Geh.\nIch hab gewonnen!\n"))
    config = CorpusConfig(source="t.en", target="t.de.gz")
    assert read_corpus(config, tmp_path) == PAIRS
    (tmp_path / "t.en").write_text("Go.\n", encoding="utf-8")
    with pytest.raises(CoreError, match=r"1 lines and .* 2"):
        read_corpus(config, tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Go.\tGeh.\nalone\n", "line 2: one column"),
        (b"Go.\tGeh.\nNo.\tNein.\xff\n", "line 2: not UTF-8"),
        ("Go.\tGeh.\n".encode("utf-16-le"), "UTF-16"),  # without the mark at its beginning
        (b"x" * 2_500_000 + b"\nGo.\tGeh.\n", "line 1: a line of more than a million bytes"),
        (None, "cannot read"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "x.tsv").write_bytes(content)
    with pytest.raises(CoreError, match=message):
        read_corpus(CorpusConfig(path="x.tsv"), tmp_path)


def test_a_truncated_archive(tmp_path: Path) -> None:
    (tmp_path / "x.tsv.gz").write_bytes(gzip.compress(b"a\tb\n" * 1000)[:40])
    with pytest.raises(CoreError, match="cannot read"):
        read_corpus(CorpusConfig(path="x.tsv.gz"), tmp_path)


def test_a_corpus_is_either_one_file_or_two() -> None:
    with pytest.raises(CoreError, match="either path, or both"):
        CorpusConfig(source="a")


CSV = """English,German,Note
"Go, now!",Geh jetzt!,1
"She said ""no"".","Sie sagte
„nein“.",2

Hi.,Hallo.,3
"""


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_as_spreadsheets_write_it(tmp_path: Path, sign: str) -> None:
    rows = list(csv.reader(io.StringIO(CSV)))
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=sign).writerows(rows)
    records = list(read_records(CorpusConfig(path="a.csv"), tmp_path))
    assert [(record.line, record.source, record.target) for record in records] == [
        (2, "Go, now!", "Geh jetzt!"),
        (3, 'She said "no".', "Sie sagte „nein“."),
        (5, "", ""),
        (6, "Hi.", "Hallo."),
    ]


def test_csv_packed(tmp_path: Path) -> None:
    (tmp_path / "A.CSV.GZ").write_bytes(gzip.compress(b'"Go, now",Geh\n'))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b'"Go, now",Geh\n'))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", '"Go, now",Geh\n')
        archive.writestr("__MACOSX/._a.csv", "x")
    for name in ("a.csv.gz", "A.CSV.GZ", "a.zip"):
        assert read_corpus(CorpusConfig(path=name), tmp_path) == [("Go, now", "Geh")]


def test_columns_by_name_and_by_number(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("id\tEnglish\tNote\tDeutsch\n1\tGo.\t-\tGeh.\n", encoding="utf-8")
    named = CorpusConfig(path="a.tsv", source_column="deutsch", target_column="English")
    assert read_corpus(named, tmp_path) == [("Geh.", "Go.")]
    numbered = CorpusConfig(path="a.tsv", source_column="2", target_column="4")
    assert read_corpus(numbered, tmp_path) == [("English", "Deutsch"), ("Go.", "Geh.")]
    with pytest.raises(CoreError, match=r"no column 'French'; its first line says: id \| English"):
        read_corpus(CorpusConfig(path="a.tsv", source_column="French"), tmp_path)


def test_only_names_of_columns_are_a_header(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("source\ttarget\nGo.\tGeh.\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("German\tDeutsch\nGo.\tGeh.\n", encoding="utf-8")
    assert read_corpus(CorpusConfig(path="a.tsv"), tmp_path) == [("Go.", "Geh.")]
    assert read_corpus(CorpusConfig(path="b.tsv"), tmp_path) == [("German", "Deutsch"), ("Go.", "Geh.")]


def test_a_quote_that_is_not_closed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('Go.,Geh.\n"No,Nein.\nHi.,Hallo.\n', encoding="utf-8")
    records = list(read_records(CorpusConfig(path="a.csv"), tmp_path))
    assert [(record.line, record.fault) for record in records] == [(1, None), (2, "quotes"), (3, None)]
    assert records[2].source == "Hi."
