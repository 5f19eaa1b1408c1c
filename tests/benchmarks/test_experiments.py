"""A run of the experiments that was interrupted does not count as finished."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.experiments.runs import RECIPE, is_over
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
