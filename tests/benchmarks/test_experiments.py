"""A run that was interrupted does not count as finished, and what is shown of a Transformer is what aligns best."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.experiments.families import errors_by_layer
from benchmarks.experiments.runs import RECIPE, is_over
from seq2seq_core.checkpoint import load_checkpoint
from seq2seq_core.models import Transformer
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


def test_the_transformer_shows_the_layer_that_aligns_best(repo_root: Path) -> None:
    folder = repo_root / "checkpoints" / "en-de-transformer"
    model, errors = load_checkpoint(folder).model, errors_by_layer(folder)
    assert isinstance(model, Transformer)
    assert errors[model.config.shown] == min(errors) < 0.5
