"""A run that was interrupted does not count as finished, and what is shown of a Transformer is what aligns best."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.alignment.error_rate import alignment_error_rate, attention_links
from benchmarks.alignment.gold import read_gold
from benchmarks.experiments.families import errors_by_layer
from benchmarks.experiments.runs import RECIPE, is_over
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import load_recipe

EPOCHS = load_recipe(RECIPE).training.epochs


@pytest.mark.parametrize(("epoch", "over"), [(EPOCHS, True), (EPOCHS - 1, False), (0, False)])
def test_a_run_is_over_after_its_last_epoch(tmp_path: Path, epoch: int, over: bool) -> None:
    events = [
        {"event": "step", "step": 1, "loss": 2.5, "epoch": 0},
        {"event": "validation", "step": 2, "loss": 2.5, "epoch": epoch},
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, events)) + "\n", encoding="utf-8")
    assert is_over(tmp_path) is over


def test_what_the_transformer_shows_aligns_better_than_any_of_its_layers(repo_root: Path) -> None:
    translator, gold = Translator.load(repo_root / "checkpoints" / "en-de-transformer", device="cpu"), read_gold()
    errors = errors_by_layer(translator)
    assert len(errors) == 2
    assert alignment_error_rate(attention_links(translator, gold), gold) < min(errors) < 0.5
