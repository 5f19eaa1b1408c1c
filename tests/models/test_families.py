"""What it costs to add a mechanism or a family: a class and its place in the registry, and everything knows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seq2seq_core.attention import ATTENTIONS, Attention
from seq2seq_core.checkpoint import load_checkpoint
from seq2seq_core.decoding import BeamConfig
from seq2seq_core.models import FAMILIES
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import Trainer, load_recipe, train
from seq2seq_core.types import CoreError
from tests.adding.bag import Bag
from tests.adding.nearness import NearnessAttention
from tests.tiny import MODEL_TABLE, write_recipe


class EarlyNearness(NearnessAttention):
    """The same, asked by the decoder's state before the step."""

    name = label = "early-nearness"
    reads = "previous_state"


def trained(recipe: Path) -> Path:
    """The checkpoint of a run of one update."""
    assert [event.step for event in train(load_recipe(recipe), on_ready=Trainer.stop)] == [1]
    return recipe.parent / "run" / "checkpoint"


@pytest.mark.parametrize("mechanism", [NearnessAttention, EarlyNearness])
def test_a_mechanism_is_a_class_and_its_place_in_the_registry(
    mechanism: type[Attention], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = f"model.attention={mechanism.name}"
    path = write_recipe(tmp_path)
    with pytest.raises(CoreError, match=rf"^model\.attention must be one of none, .*concat, not '{mechanism.name}'$"):
        load_recipe(path, [wanted])
    monkeypatch.setitem(ATTENTIONS, mechanism.name, mechanism)
    with pytest.raises(CoreError, match=rf"^model\.attention must be one of none, .*, {mechanism.name}, not 'x'$"):
        load_recipe(path, ["model.attention=x"])

    checkpoint = trained(write_recipe(tmp_path, model=f'{MODEL_TABLE}\nattention = "{mechanism.name}"'))
    assert f"| Attention | {mechanism.label} (a test, 2026) |" in (checkpoint / "README.md").read_text("utf-8")
    translator = Translator.load(checkpoint, device="cpu")
    assert translator.has_attention
    weights = translator.translate(["one two."], BeamConfig(max_new_tokens=5))[0].hypotheses[0].attention
    assert weights is not None and weights.sum(-1) == pytest.approx(1.0)


def test_input_feeding_is_for_mechanisms_that_ask_after_the_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for mechanism in (NearnessAttention, EarlyNearness):
        monkeypatch.setitem(ATTENTIONS, mechanism.name, mechanism)
    path = write_recipe(tmp_path)
    load_recipe(path, ["model.attention=nearness", "model.input_feeding=true"])
    with pytest.raises(CoreError, match=r"belongs to Luong's attention, not .*; .* choose dot, .* or nearness$"):
        load_recipe(path, ["model.attention=early-nearness", "model.input_feeding=true"])


def test_a_family_is_a_model_and_its_place_in_the_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_recipe(tmp_path, model='family = "bag"\nvocab_size = 320\nwidth = 4')
    with pytest.raises(CoreError, match=r"^model\.family must be one of recurrent, transformer, not 'bag'$"):
        load_recipe(path)
    monkeypatch.setitem(FAMILIES, "bag", Bag)
    for override, message in [
        ("model.family=x", r"^model\.family must be one of recurrent, transformer, bag, not 'x'$"),
        ("model.cell=gru", r"^unknown setting model\.cell; known are: vocab_size, source_vocab_size, width$"),
        ("model.width=65", r"^model\.width must be from 1 to 64, not 65$"),
    ]:
        with pytest.raises(CoreError, match=message):
            load_recipe(path, [override])

    checkpoint = trained(path)
    shape = json.loads((checkpoint / "config.json").read_text("utf-8"))["model"]
    assert shape == {"family": "bag", "vocab_size": 320, "width": 4}
    card = (checkpoint / "README.md").read_text("utf-8")
    assert "| Bag | 4 units |" in card and "- bag-of-words" in card and "Encoder" not in card
    assert isinstance(load_checkpoint(checkpoint).model, Bag)
    translator = Translator.load(checkpoint, device="cpu")
    assert not translator.has_attention
    result = translator.translate(["one two."], BeamConfig(num_beams=3, max_new_tokens=5))[0]
    assert result.hypotheses[0].token_ids and result.hypotheses[0].attention is None
    forced = translator.score([("one two.", "eins zwei.")])[0]
    assert forced.hypotheses[0].log_prob < 0

    recurrent = load_recipe(write_recipe(tmp_path), [f"start_from={checkpoint}", f"output={tmp_path}/other"])
    with pytest.raises(CoreError, match="not of the shape"):
        next(train(recurrent))
