"""Names of models as people type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seq2seq_core.checkpoint import open_checkpoint
from seq2seq_core.models.hugging_face.place import Manner, is_foreign, parse_place
from seq2seq_core.models.hugging_face.task import purpose_of
from seq2seq_core.types import CoreError


def test_a_repository_with_its_revision_and_manner() -> None:
    place = parse_place("hf:facebook/m2m100_418M@refs/pr/7?source=en&target=de&dtype=bfloat16")
    assert (place.repository, place.revision) == ("facebook/m2m100_418M", "refs/pr/7")
    assert place.manner == Manner("en", "de", dtype="bfloat16")
    assert place.name == "m2m100_418M-en-de" and place.whole_name == "facebook/m2m100_418M@refs/pr/7"


def test_a_prefix_stands_for_itself() -> None:
    assert parse_place("my/t5?prefix=translate A+B: ").manner.prefix == "translate A+B: "
    assert parse_place("hf:u/n?prefix=>>fra<< ").manner.prefix == ">>fra<< "


def test_a_folder_may_have_a_question_mark_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "what?task=none"
    folder.mkdir()
    assert parse_place(str(folder)).folder == folder


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hf:one", "is no model of the Hub; write hf:USER/NAME"),
        ("hf:a/b@ x", "is no model of the Hub"),
        ("hf:a/b?colour=red", "'colour' cannot be said of a model; after ? there may be source, target"),
        ("hf:a/b?source", "'source' cannot be said"),
        ("hf:a/b?dtype=int4", "dtype 'int4' is not known; choose one of: float32, bfloat16, float16"),
    ],
)
def test_what_is_no_name(text: str, message: str) -> None:
    with pytest.raises(CoreError, match=message.replace("?", r"\?")):
        parse_place(text)


def test_ours_are_told_from_theirs(tmp_path: Path, repo_root: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "marian"}))
    assert is_foreign(tmp_path) and not is_foreign(repo_root / "checkpoints" / "en-de")
    (tmp_path / "config.json").write_text("[")
    assert not is_foreign(tmp_path) and not is_foreign(tmp_path / "none")


def test_ours_are_read_in_one_way(repo_root: Path) -> None:
    with pytest.raises(CoreError, match="en-de is no model of transformers: it is read in one way"):
        open_checkpoint(f"{repo_root}/checkpoints/en-de?source=en")


T5 = {
    "model_type": "t5",
    "task_specific_params": {
        "summarization": {"prefix": "summarize: "},
        "translation_en_to_de": {"prefix": "translate English to German: "},
    },
}


@pytest.mark.parametrize(
    ("text", "config", "told", "expected"),
    [
        ("hf:H/opus-mt-en-de", {"model_type": "marian"}, ("", ""), ("English", "German", "en", "de", "")),
        ("hf:H/opus-mt-tc-big-en-fr", {"model_type": "marian"}, ("", ""), ("English", "French", "en", "fr", "")),
        ("hf:f/nllb", {"model_type": "m2m_100"}, ("eng_Latn", "zho_Hans"), ("English", "Chinese", "en", "zh", "")),
        ("hf:g/t5?task=summarization", T5, ("", ""), ("Text", "Summary", None, None, "summarize: ")),
        (
            "hf:g/t5?task=translation_en_to_de", T5, ("", ""),
            ("English", "German", "en", "de", "translate English to German: "),
        ),
        ("hf:g/t5", T5, ("", ""), ("Text", "Output", None, None, "")),
        ("hf:g/pegasus-xsum", {"model_type": "pegasus"}, ("", ""), ("Text", "Summary", None, None, "")),
        (
            "hf:f/bart-cnn", {"model_type": "bart", "task_specific_params": {"summarization": {"num_beams": 4}}},
            ("", ""), ("Text", "Summary", None, None, ""),
        ),
    ],
)  # fmt: skip
def test_headings_follow_the_task(text: str, config: dict, told: tuple[str, str], expected: tuple) -> None:
    place = parse_place(text)
    task = purpose_of(place, config, told)
    card = task.card(place)
    found = (card["source_language"], card["target_language"], card.get("source_code"), card.get("target_code"))
    assert (*found, task.prefix) == expected


def test_a_task_that_there_is_not() -> None:
    with pytest.raises(CoreError, match="g/t5 names no task 'sing'; its tasks: summarization, translation_en_to_de"):
        purpose_of(parse_place("hf:g/t5?task=sing"), T5, ("", ""))
