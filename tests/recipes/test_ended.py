"""The weights that a run ended with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file

from recipes.ended import ended
from seq2seq_core.training import load_recipe, train
from seq2seq_core.types import CoreError
from tests.tiny import write_recipe


def test_a_run_ends_with_the_weights_of_its_last_update(tmp_path: Path) -> None:
    for _ in train(load_recipe(write_recipe(tmp_path, epochs=1))):
        pass
    run = tmp_path / "run"
    found, state = ended(run, "last"), load_file(run / "state.safetensors")
    parameters = dict(found.model.named_parameters())
    assert parameters and all(value.equal(state[f"model.{name}"]) for name, value in parameters.items())
    events = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    last = [event for event in events if event["event"] == "validation"][-1]
    told = found.metadata["training"]
    assert (found.metadata["name"], told["steps"], told["validation_loss"]) == ("last", last["step"], last["loss"])


def test_a_folder_without_a_state_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CoreError, match="can be resumed"):
        ended(tmp_path, "last")
