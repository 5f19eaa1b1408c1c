"""Files of every form that is read, and what is said of those that are not."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seq2seq_core.data.corpus import CorpusConfig, read_corpus, read_lines, read_records, side_names
from seq2seq_core.data.tables import holds_both_sides
from seq2seq_core.types import CoreError

PAIRS = [(f"Bird {i} sings.", f"Vogel {i} singt über {i} Bäume.") for i in range(30)]
TEXT = "".join(f"{s}\t{t}\n" for s, t in PAIRS)
OURS, THEIRS = ("".join(f"{side}\n" for side in sides) for sides in zip(*PAIRS, strict=True))


def read(folder: Path, name: str, **settings: str) -> list[tuple[str, str]]:
    return read_corpus(CorpusConfig(path=name, **settings), folder)  # type: ignore[arg-type]


def tar(path: Path, **members: str) -> None:
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w:bz2") as archive:
        for name, text in members.items():
            entry = tarfile.TarInfo(name.replace("__", "."))
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


def test_packed_in_every_way(tmp_path: Path) -> None:
    (tmp_path / "a.tsv.bz2").write_bytes(bz2.compress(TEXT.encode()))
    (tmp_path / "a.tsv.xz").write_bytes(lzma.compress(TEXT.encode()))
    (tmp_path / "misnamed.tsv").write_bytes(gzip.compress(TEXT.encode()))
    tar(tmp_path / "a.tar.gz", README="read me", pairs__tsv=TEXT)
    tar(tmp_path / "a.tar.bz2", pairs__csv=TEXT)  # as Tatoeba's: tabs in a .csv
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("folder/a.tsv.gz", gzip.compress(TEXT.encode()))
    for name in ("a.tsv.bz2", "a.tsv.xz", "misnamed.tsv", "a.tar.gz", "a.tar.bz2", "a.zip"):
        assert read(tmp_path, name) == PAIRS, name


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(OURS,), kwargs={"encoding": "utf-8"}, daemon=True)
    writer.start()
    assert read_lines(pipe) == OURS.splitlines()
    writer.join(timeout=5)
    assert side_names(CorpusConfig(path="pipe"), tmp_path) == ("", "")


def test_two_aligned_texts_in_one_archive(tmp_path: Path) -> None:
    tar(tmp_path / "a.tgz", train__en=OURS, train__de=THEIRS, LICENSE="x")
    assert read(tmp_path, "a.tgz") == PAIRS
    assert read(tmp_path, "a.tgz", source_column="de", target_column="en") == [(t, s) for s, t in PAIRS]
    assert side_names(CorpusConfig(path="a.tgz"), tmp_path) == ("en", "de")
    tar(tmp_path / "b.tgz", train__en=OURS, train__de=THEIRS, test__en="x\n", test__de="y\n")
    with pytest.raises(CoreError, match=r"holds 4 texts.*train.en, train.de.*name one as"):
        read(tmp_path, "b.tgz")
    config = CorpusConfig(source="b.tgz/train.en", target="b.tgz/train.de")
    assert read_corpus(config, tmp_path) == PAIRS
    with pytest.raises(CoreError, match=r"holds no dev\.en"):
        read(tmp_path, "b.tgz/dev.en")
    tar(tmp_path / "c.tgz", train__en=OURS, train__de=THEIRS + "more\n")
    with pytest.raises(CoreError, match=r"30 lines and .*train.de 31"):
        read(tmp_path, "c.tgz")
    tar(tmp_path / "d.tgz", train__tsv=TEXT, test__tsv=TEXT)
    with pytest.raises(CoreError, match="2 tables"):
        read(tmp_path, "d.tgz")
    assert read(tmp_path, "d.tgz/test.tsv") == PAIRS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_of_encodings_and_ends_of_lines(tmp_path: Path, encoding: str, end: str) -> None:
    (tmp_path / "a.tsv").write_bytes(TEXT.replace("\n", end).encode(encoding))
    (tmp_path / "a.csv").write_bytes(TEXT.replace("\t", ",").replace("\n", end).encode(encoding))
    assert read(tmp_path, "a.tsv") == read(tmp_path, "a.csv") == PAIRS
    (tmp_path / "a.txt").write_bytes(OURS.replace("\n", end).encode(encoding))
    assert read_lines(tmp_path / "a.txt") == OURS.splitlines()


def test_json_by_line_and_as_a_list(tmp_path: Path) -> None:
    flat = [{"id": i, "question": s, "answer": t} for i, (s, t) in enumerate(PAIRS)]
    nested = [{"translation": {"en": s, "de": t}} for s, t in PAIRS]
    (tmp_path / "flat.jsonl").write_text("\n".join(map(json.dumps, flat)))
    (tmp_path / "nested.json").write_text("\n".join(map(json.dumps, nested)))
    (tmp_path / "list.json").write_text(json.dumps(nested, indent=1))
    (tmp_path / "inside.json").write_text(json.dumps({"data": flat}))
    (tmp_path / "lists.json").write_text(json.dumps(PAIRS * 3000))  # more than a megabyte on one line
    for name in ("flat.jsonl", "nested.json", "list.json", "inside.json"):
        assert read(tmp_path, name) == PAIRS, name
    assert read(tmp_path, "lists.json") == PAIRS * 3000
    swapped = [(t, s) for s, t in PAIRS]
    assert read(tmp_path, "nested.json", source_column="de", target_column="translation.en") == swapped
    assert read(tmp_path, "flat.jsonl", source_column="answer", target_column="question") == swapped
    with pytest.raises(CoreError, match=r"no column 'reply'; its columns are: id \| question \| answer"):
        read(tmp_path, "flat.jsonl", target_column="reply")


def test_json_that_is_none_is_named(tmp_path: Path) -> None:
    lines = [json.dumps({"a": s, "b": t}) for s, t in PAIRS]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines[:5], '{"a": "cut', *lines[5:], '{"a": "alone"}']))
    records = list(read_records(CorpusConfig(path="a.jsonl"), tmp_path))
    assert [(record.line, record.fault) for record in records if record.fault] == [(6, "json")]
    assert (records[-1].source, records[-1].target) == ("alone", "")
    (tmp_path / "a.json").write_text(json.dumps([{"a": s, "b": t} for s, t in PAIRS])[:-30])
    records = list(read_records(CorpusConfig(path="a.json"), tmp_path))
    assert [(record.line, record.fault, record.unit) for record in records[-1:]] == [(30, "json", "item")]


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [("No", "English", "German"), *((i, s, t) for i, (s, t) in enumerate(PAIRS, 1)), (31, 5.0, None)]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    records = list(read_records(CorpusConfig(path="a.xlsx"), tmp_path))
    assert [(r.source, r.target) for r in records] == [*PAIRS, ("5", "")]
    assert records[0].line == 2 and records[0].unit == "row"


def test_parquet_and_the_folders_of_datasets(tmp_path: Path) -> None:
    table = pa.table({"id": range(30), "translation": [{"en": s, "de": t} for s, t in PAIRS]})
    pq.write_table(table, tmp_path / "a.parquet")
    assert read(tmp_path, "a.parquet") == PAIRS
    assert read(tmp_path, "a.parquet", source_column="de", target_column="en")[0] == PAIRS[0][::-1]
    for part, rows in (("train", table), ("test", table.slice(0, 3))):
        folder = tmp_path / "set" / part
        folder.mkdir(parents=True)
        for number in (0, 1):
            half = rows.slice(number * 15, 15)
            with pa.ipc.new_stream(folder / f"data-0000{number}.arrow", half.schema) as stream:
                stream.write_table(half)
    (tmp_path / "set" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    notes: list[str] = []
    records = read_records(CorpusConfig(path="set"), tmp_path, notes.append)
    assert [(r.source, r.target) for r in records] == PAIRS and f"there is also {tmp_path}/set/test" in notes[0]
    assert read(tmp_path, "set/test") == PAIRS[:3]
    (tmp_path / "hub" / "data").mkdir(parents=True)
    pq.write_table(table.slice(0, 9), tmp_path / "hub/data/train-00000-of-00002.parquet")
    pq.write_table(table.slice(9), tmp_path / "hub/data/train-00001-of-00002.parquet")
    pq.write_table(table.slice(5), tmp_path / "hub/data/validation-00000-of-00001.parquet")
    assert read(tmp_path, "hub") == PAIRS
    (tmp_path / "empty").mkdir()
    with pytest.raises(CoreError, match="folder without"):
        read(tmp_path, "empty")


@pytest.mark.parametrize(("name", "package"), [("a.xlsx", "openpyxl"), ("a.parquet", "pyarrow")])
def test_a_missing_package_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    pq.write_table(pa.table({"a": ["b"]}), tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CoreError, match=f"pip install {package}"):
        read(tmp_path, name)


def test_a_translation_memory(tmp_path: Path) -> None:
    units = "".join(
        f'<tu><prop>x</prop><tuv xml:lang="en"><seg>{s}</seg></tuv>'
        f'<tuv xml:lang="de"><seg>Vogel <bpt i="1"/>{t.removeprefix("Vogel ")}</seg></tuv></tu>'
        for s, t in PAIRS
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><tmx version="1.4"><header/><body>{units}</body></tmx>'
    (tmp_path / "a.tmx").write_text(text, encoding="utf-8")
    (tmp_path / "a.tmx.gz").write_bytes(gzip.compress(text.encode()))
    assert read(tmp_path, "a.tmx") == read(tmp_path, "a.tmx.gz") == PAIRS
    assert read(tmp_path, "a.tmx", source_column="de", target_column="en")[0] == PAIRS[0][::-1]
    (tmp_path / "b.tmx").write_text(text[:-40], encoding="utf-8")
    with pytest.raises(CoreError, match="no sound XML"):
        read(tmp_path, "b.tmx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Office document of the old kind"),
        (b"7z\xbc\xaf\x27\x1c....", "7z archive"),
        (b"<!DOCTYPE html>\n<html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"PK\x03\x04 and no more", "damaged"),
        ("zip", "is a Word document"),
    ],
)
@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.xlsx", "a.zip"])
def test_what_cannot_be_read_is_called_what_it_is(
    tmp_path: Path, content: bytes | str, message: str, name: str
) -> None:
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    else:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(CoreError, match=message):
        read(tmp_path, name)


def test_a_table_is_told_from_one_side_of_a_pair(tmp_path: Path) -> None:
    (tmp_path / "a.en").write_text(OURS, encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"a": "b"}')
    assert [holds_both_sides(tmp_path / name) for name in ("a.en", "a.txt", "a.jsonl")] == [False, True, True]
