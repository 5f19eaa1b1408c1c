"""Models that rest and wake as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from seq2seq_core.decoding import BeamConfig
from seq2seq_core.models.resting import Resting
from seq2seq_core.pipeline import Translator
from tests.tiny import tiny_checkpoint, tiny_tokenizer


def taken(resting: Resting) -> int:
    """Bytes of the weights that are there."""
    model = resting._awake or resting._asleep
    assert model is not None
    return sum(weights.numel() * weights.element_size() for weights in model.parameters())


@pytest.mark.parametrize("name", ["en-de", "en-de-transformer", "en-de-context", "numbers"])
def test_what_ships_rests_in_half_and_says_the_same_when_it_wakes(repo_root: Path, name: str) -> None:
    translator = Translator.load(repo_root / "checkpoints" / name, "cpu")
    model, config = translator.model, BeamConfig(num_beams=3)
    asked = ["vierundzwanzig" if name == "numbers" else "A dog runs."]
    before, whole = translator.translate(asked, config, trace=True)[0], taken(translator._resting)
    translator.unpack()
    assert taken(translator._resting) * 2 == whole
    after = translator.translate(asked, config, trace=True)[0]
    assert translator.model is not model and taken(translator._resting) == whole
    assert [h.log_prob for h in after.hypotheses] == [h.log_prob for h in before.hypotheses]
    for old, new in zip(model.state_dict().values(), translator.model.state_dict().values(), strict=True):
        assert torch.equal(old, new) and old.dtype == new.dtype
    tied = [len(list(one.parameters())) for one in (model, translator.model)]
    assert tied[0] == tied[1], "a matrix that two layers share is one"


def test_weights_that_half_precision_would_change_stay() -> None:
    model = tiny_checkpoint(tiny_tokenizer(), 1).model
    resting = Resting(model)
    resting.rest()
    assert resting.model() is model
