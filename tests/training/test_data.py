"""What a recipe trains on: nothing twice, nothing held out, nothing unsound, and a million lines in bounded memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq_core import training
from seq2seq_core.data.checks import DataReport
from seq2seq_core.data.corpus import CorpusConfig
from seq2seq_core.training.data import read_data
from seq2seq_core.training.recipe import DataConfig
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS, write_recipe

LINES = 1_000_000
MEMORY = 1.4 * 1024**3
"""Bytes that a run on so many lines may take: 0.7 to 1.1 GiB were seen, half of it before the first line is read."""


def write(path: Path, pairs: list[tuple[str, str]]) -> CorpusConfig:
    path.write_text("".join(f"{s}\t{t}\n" for s, t in pairs), encoding="utf-8")
    return CorpusConfig(path=path.name)


def test_sources_of_validation_that_stand_in_training_are_named(tmp_path: Path) -> None:
    train = write(tmp_path / "train.tsv", PAIRS)
    valid = write(tmp_path / "valid.tsv", [("new.", "neu."), PAIRS[41]])
    reports: list[DataReport] = []
    read_data(DataConfig((train,), (valid,), root=str(tmp_path)), seed=1, on_report=reports.append)
    assert reports[0].problems == {
        "overlap": (1, [f"{tmp_path}/train.tsv, line 42: the source of {tmp_path}/valid.tsv, line 2"])
    }


def test_held_out_sources_are_not_trained_on(tmp_path: Path) -> None:
    twice = write(tmp_path / "train.tsv", [*PAIRS, *((source, "anders.") for source, _ in PAIRS)])
    train, valid = read_data(DataConfig((twice,), root=str(tmp_path), holdout=20), seed=1)
    assert not {source for source, _ in train} & {source for source, _ in valid}
    assert len(train) + len(valid) == 200 and len(set(valid)) == len(valid) >= 20


def test_sources_with_many_targets_are_held_out_whole_up_to_what_is_asked_for(tmp_path: Path) -> None:
    pairs = [(f"question {i}", f"answer {i} {j}") for i in range(60) for j in range(10)]
    train, valid = read_data(DataConfig((write(tmp_path / "x.tsv", pairs),), root=str(tmp_path), holdout=45), seed=1)
    assert (len(train), len(valid)) == (560, 40)
    assert not {source for source, _ in train} & {source for source, _ in valid}


def test_copies_of_a_pair_count_once(tmp_path: Path) -> None:
    write(tmp_path / "x.tsv", PAIRS)
    config = DataConfig((CorpusConfig(path="x.tsv", repeat=3),), root=str(tmp_path), holdout=20)
    train, valid = read_data(config, seed=1)
    assert (len(train), len(valid)) == (240, 20)


@pytest.mark.parametrize("sources", [1, 2, 4])
def test_where_no_source_can_be_spared_pairs_are_and_that_is_said(tmp_path: Path, sources: int) -> None:
    pairs = [(f"hello {i}", f"hi {i} {j}") for i in range(sources) for j in range(40 // sources)]
    reports: list[DataReport] = []
    config = DataConfig((write(tmp_path / "x.tsv", pairs),), root=str(tmp_path), holdout=3)
    train, valid = read_data(config, seed=1, on_report=reports.append)
    assert (len(train), len(valid)) == (37, 3) and not set(train) & set(valid)
    assert "every source stands in more pairs" in reports[-1].notes[0]


def test_test_pairs_in_training_are_named_and_not_trained_on_themselves(tmp_path: Path) -> None:
    train = write(tmp_path / "train.tsv", PAIRS)
    test = write(tmp_path / "test.tsv", [("new.", "neu."), PAIRS[41]])
    reports: list[DataReport] = []
    pairs, valid = read_data(DataConfig((train,), test=(test,), root=str(tmp_path)), seed=1, on_report=reports.append)
    assert reports[0].problems["overlap"][1] == [
        f"{tmp_path}/train.tsv, line 42: the source of {tmp_path}/test.tsv, line 2"
    ]
    assert len(pairs) + len(valid) == 100


def test_sides_of_too_many_pieces_are_counted_and_named(tmp_path: Path) -> None:
    """Also where another unit makes most sides longer than the recipe allows."""
    recipe = training.load_recipe(write_recipe(tmp_path), ["data.unit=char", "data.max_pieces=11"])
    reports: list[DataReport] = []
    next(training.train(recipe, on_data=reports.append))
    text = [report.describe() for report in reports]
    longer = sum(max(map(len, pair)) > 11 for pair in PAIRS)
    assert 10 < longer < 90
    assert text[1][0].startswith(
        f"note: {longer} of 100 pairs ({longer}.0%) have a side of more than data.max_pieces = 11"
    )
    assert text[1][1:3] == [
        f"warning: {longer} pairs: left out: a side has more pieces than data.max_pieces",
        next(f"    {s} | {t}" for s, t in PAIRS if max(len(s), len(t)) > 11),
    ]
    wanted = int(re.findall(r"(\d+) would keep 99.8%", text[1][0])[0])
    assert wanted == max(len(side) for pair in PAIRS for side in pair)
    assert text[2] == text[1]  # the validation pairs of this recipe are the same


def test_of_little_data_a_fifth_at_most_is_held_out(tmp_path: Path) -> None:
    train, valid = read_data(DataConfig((write(tmp_path / "train.tsv", PAIRS),), root=str(tmp_path)), seed=1)
    assert (len(train), len(valid)) == (80, 20)


def test_a_corpus_repeats_in_training_alone(tmp_path: Path) -> None:
    write(tmp_path / "x.tsv", PAIRS)
    corpus = CorpusConfig(path="x.tsv", repeat=3)
    train, valid = read_data(DataConfig((corpus,), (CorpusConfig(path="x.tsv"),), root=str(tmp_path)), seed=1)
    assert list(train) == PAIRS * 3 and list(valid) == PAIRS


def test_what_was_found_is_given_before_it_ends(tmp_path: Path) -> None:
    corpus = write(tmp_path / "x.tsv", [(source, source) for source, _ in PAIRS])
    reports: list[DataReport] = []
    with pytest.raises(CoreError, match="one language twice"):
        read_data(DataConfig((corpus,), root=str(tmp_path)), seed=1, on_report=reports.append)
    assert reports[0].equal == 100


RECIPE = """
name = "large"
output = "run"
card = { title = "x", source_language = "x", target_language = "y", licence = "other" }
[data]
root = "."
train = [{ path = "pairs.tsv" }]
[model]
vocab_size = 600
embedding_size = 16
encoder_layers = 1
encoder_size = 16
decoder_size = 16
[training]
validate_every = 20
bleu_sentences = 10
"""

SCRIPT = """
import json
from pathlib import Path
from seq2seq_core.training import load_recipe, train
trainers = []
event = next(train(load_recipe(Path("recipe.toml")), on_ready=trainers.append))
# Not ru_maxrss, in which the memory of whoever started this process has a part.
lines = Path("/proc/self/status").read_text().splitlines()
kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
print(json.dumps({"step": event.step, "pairs": len(trainers[0].pairs), "bytes": kilobytes * 1024}))
"""


@pytest.mark.slow
def test_a_million_lines_in_bounded_memory(tmp_path: Path) -> None:
    with (tmp_path / "pairs.tsv").open("w", encoding="utf-8") as file:
        for i in range(LINES):
            number = f"{i:06d}"
            file.write(f"number {number[:3]} and {number[3:]}\tNummer {number[3:]} und {number[:3]}\n")
    (tmp_path / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env={"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(re.findall(r"^{.*}$", done.stdout, flags=re.MULTILINE)[-1])
    assert found["step"] == 20 and found["pairs"] == LINES - 1_000
    assert found["bytes"] < MEMORY
