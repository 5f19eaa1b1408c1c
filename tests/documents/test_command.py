"""``translate --input --output``: whole documents on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from seq2seq_core.checkpoint import save_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.decoding import BeamConfig
from seq2seq_core.documents.command import BATCHES_AT_ONCE
from seq2seq_core.pipeline import Translator
from tests.tiny import tiny_checkpoint, tiny_tokenizer

TEXT = "one two.\n\n  three four. five six.\r\nseven"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents") / "tiny"
    save_checkpoint(folder, tiny_checkpoint(tiny_tokenizer(), seed=5))
    return folder


@pytest.fixture
def translate(checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs the command on ``TEXT`` in a.txt, to b.txt; flags of one's own come after."""
    (tmp_path / "a.txt").write_bytes(TEXT.encode())

    def run(*flags: str | Path) -> tuple[int, str, str]:
        given = ["--max-new-tokens", "5", *flags]
        if "--input" not in flags:
            given = ["--input", tmp_path / "a.txt", "--output", tmp_path / "b.txt", *given]
        code = main(["translate", "--checkpoint", str(checkpoint), *map(str, given)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def expected(checkpoint: Path, *texts: str) -> list[str]:
    translator = Translator.load(checkpoint, "cpu")
    return [t.text() for t in translator.translate_texts(texts, BeamConfig(max_new_tokens=5))]


def test_a_document_in_a_document_out(translate: Any, checkpoint: Path, tmp_path: Path) -> None:
    code, out, err = translate()
    first, second, third = expected(checkpoint, "one two.", "  three four. five six.", "seven")
    assert (code, err) == (0, "")
    assert (tmp_path / "b.txt").read_bytes().decode() == f"{first}\n\n{second}\r\n{third}"
    assert out.startswith(f"wrote {tmp_path / 'b.txt'}: 3 texts, of which ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_column_of_a_table(translate: Any, checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n7,one two\n")
    code, _, err = translate("--input", tmp_path / "a.csv", "--output", tmp_path / "b.csv", "--column", "text")
    assert (code, err) == (0, "")
    rows = list(csv.reader((tmp_path / "b.csv").read_text().splitlines()))
    assert rows == [["id", "text", "translation"], ["7", "one two", *expected(checkpoint, "one two")]]


def test_reports_say_what_became_of_each_text(translate: Any, tmp_path: Path) -> None:
    assert translate("--report", tmp_path / "r.json", "--strategy", "greedy")[0] == 0
    report = json.loads((tmp_path / "r.json").read_text())
    about = report["about"]
    assert (about["model"], about["strategy"], about["settings"]["max_new_tokens"]) == ("tiny", "greedy", 5)
    assert about["versions"]["seq2seq_core"]
    assert [unit["place"] for unit in report["units"]] == ["line 1", "line 3", "line 4"]
    assert all(unit["log_prob"] < 0 < unit["confidence"] < 1 for unit in report["units"])
    (tmp_path / "b.txt").unlink()
    assert translate("--report", tmp_path / "r.tsv", "--strategy", "greedy")[0] == 0
    with (tmp_path / "r.tsv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [row["translation"] for row in rows] == [unit["translation"] for unit in report["units"]]
    assert [row["doubts"].split(", ") for row in rows] == [unit["doubts"] or [""] for unit in report["units"]]


def test_a_seed_gives_the_same_samples_at_any_batch_size(translate: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one two\n" * 9)
    drawn = []
    for batch_size in ("1", "64"):
        assert translate("--strategy", "sample", "--seed", "3", "--batch-size", batch_size)[0] == 0
        drawn.append((tmp_path / "b.txt").read_text())
        (tmp_path / "b.txt").unlink()
    assert drawn[0] == drawn[1] and len(set(drawn[0].splitlines())) > 1


def test_several_translations_are_not_dropped_without_a_word(translate: Any) -> None:
    code, _, err = translate("--num-return-sequences", "2")
    assert code == 0 and "first translation" in err


def interrupted_after(texts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, once so many texts are translated."""
    whole = Translator.translate_texts

    def translate_texts(self: Translator, *args: Any, first_index: int, **settings: Any) -> Any:
        if first_index >= texts:
            raise KeyboardInterrupt
        return whole(self, *args, first_index=first_index, **settings)

    monkeypatch.setattr(Translator, "translate_texts", translate_texts)


def test_an_interrupt_keeps_what_is_done_and_says_so(
    translate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = BATCHES_AT_ONCE + 2
    (tmp_path / "a.txt").write_text("one two\n" * count)
    interrupted_after(BATCHES_AT_ONCE, monkeypatch)
    code, out, err = translate("--batch-size", "1", "--report", tmp_path / "r.json")
    assert (code, out) == (130, "")
    assert f"{BATCHES_AT_ONCE} of {count} texts are translated" in err
    lines = (tmp_path / "b.txt").read_text().splitlines()
    assert lines[-2:] == ["one two"] * 2 and "one two" not in lines[:-2]
    assert len(json.loads((tmp_path / "r.json").read_text())["units"]) == BATCHES_AT_ONCE


def test_an_interrupt_before_anything_is_done_writes_nothing(
    translate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_after(0, monkeypatch)
    assert translate()[0] == 130
    assert not (tmp_path / "b.txt").exists()


def test_nothing_is_overwritten(translate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b.txt").write_text("mine")
    code, _, err = translate()
    assert code == 2 and "is there already" in err
    # Nor what appears while the model is at work.
    (tmp_path / "b.txt").unlink()
    whole = Translator.translate_texts

    def slow(self: Translator, *args: Any, **settings: Any) -> Any:
        (tmp_path / "b.txt").write_text("mine")
        return whole(self, *args, **settings)

    monkeypatch.setattr(Translator, "translate_texts", slow)
    code, out, err = translate()
    assert code == 0 and "has appeared meanwhile" in err and "b-2.txt" in out
    assert (tmp_path / "b.txt").read_text() == "mine" and (tmp_path / "b-2.txt").exists()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--output", "x.txt"], "--output belongs to --input"),
        (["--report", "x.json"], "--report belongs to --input"),
        (["--column", "2"], "--column belongs to --input"),
        (["--input", "a.txt"], "needs --output"),
        (["--input", "a.txt", "--output", "b.docx"], "must end in .txt"),
        (["--input", "a.txt", "--output", "b.txt", "--json"], "are for stdin"),
        (["--input", "a.txt", "--output", "b.txt", "--move-attention", "1:2=0.5"], "is for stdin"),
        (["--input", "a.txt", "--output", "b.txt", "--report", "r.html"], "must end in .json or .tsv"),
        (["--input", "a.tsv", "--output", "b.tsv", "--report", "b.tsv"], "are both"),
        (["--input", "a.txt", "--output", "nowhere/b.txt"], "no folder nowhere"),
        (["--input", "missing.txt", "--output", "b.txt"], "cannot read missing.txt"),
        (["--input", "a.exe", "--output", "b.exe"], "cannot read a.exe"),
        (["--input", "a.txt", "--output", "b.txt", "--column", "2"], "has no columns"),
    ],
)
def test_flags_that_do_not_go_together(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, flags: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("one")
    assert main(["translate", "--checkpoint", str(checkpoint), *flags]) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_is_too_large_is_not_even_read(translate: Any, tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(20_000_001)
    code, _, err = translate()
    assert code == 2 and "has 20,000,001 bytes" in err
