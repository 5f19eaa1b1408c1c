"""The files people have, read as they come."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from seq2seq_core.data.corpus import CorpusConfig, read_corpus
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
    [(b"Go.\tGeh.\nalone\n", "line 2: one column"), (b"Go.\tGeh.\xff\n", "not UTF-8"), (None, "cannot read")],
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
