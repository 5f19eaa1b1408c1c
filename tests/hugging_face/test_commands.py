"""The command line takes models of transformers as it takes ours."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from seq2seq_core.cli import main
from tests.hugging_face.families import save_tiny

SHORT = ("--strategy", "beam", "--max-new-tokens", "6", "--min-new-tokens", "2")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny("t5", tmp_path_factory.mktemp("command"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_a_text_is_translated_and_its_translation_scored(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "one two.\nnine four three one.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    printed = said(capsys, "translate", "--checkpoint", place, "--json", "--trace", *SHORT).splitlines()
    found = [json.loads(line)["sentences"][0] for line in printed]
    assert [each["source"] for each in found] == lines.splitlines()
    assert all(len(each["steps"]) > 1 and each["hypotheses"][0]["attention"] for each in found)
    (tmp_path / "source").write_text(lines)
    (tmp_path / "target").write_text("".join(each["hypotheses"][0]["text"] + "\n" for each in found))
    files = ("--src", str(tmp_path / "source"))
    scored = said(capsys, "score", "--checkpoint", place, *files, "--tgt", str(tmp_path / "target"), "--json")
    assert all(json.loads(line)["log_prob"] < 0 for line in scored.splitlines())
    evaluated = said(
        capsys, "evaluate", "--checkpoint", place, *files, "--ref", str(tmp_path / "target"), "--json", *SHORT
    )
    assert json.loads(evaluated)["exact"] == 100.0


def test_why_not_another(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    expected = ("--source", "one two.", "--expected", "eins zwei.", "--widest", "3")
    told = json.loads(said(capsys, "why-not", "--checkpoint", place, *expected, "--json", "--max-new-tokens", "6"))
    assert told


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["translate", "--checkpoint", "hf:no name"]) == 2
    assert capsys.readouterr().err.startswith("error: 'hf:no name' is no model of the Hub; write hf:USER/NAME")
    assert main(["translate", "--checkpoint", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith("error: there is no checkpoint folder ")
