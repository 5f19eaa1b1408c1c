"""Folders of ``save_pretrained`` as models: what is read, and what is refused in one sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from seq2seq_core.decoding import BeamConfig
from seq2seq_core.decoding.cost import cost_of
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, NoRoomError
from tests.hugging_face.families import save_tiny


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("places")
    return {family: save_tiny(family, root / family) for family in ("marian", "bart", "m2m", "t5")}


def copied(place: str, to: Path) -> Path:
    shutil.copytree(place.partition("?")[0], to)
    return to


def test_what_is_known_of_a_model(places: dict[str, str]) -> None:
    ours = Translator.load(places["marian"], "cpu")
    assert (ours.name, ours.language, ours.precision) == ("tiny-marian", "en", "float32")
    assert ours.metadata["title"] == "English to German, tiny-marian"
    assert ours.has_attention and ours.model.has_heads
    config = ours.model.config
    assert (config.kind, config.encoder_layers, config.decoder_layers, config.heads) == ("marian", 2, 2, 4)
    summary = Translator.load(places["bart"], "cpu")
    assert (summary.metadata["target_language"], summary.language) == ("Summary", None)


def test_texts_are_read_as_they_are_given(places: dict[str, str]) -> None:
    """No masks, no capitals written small: the model's own tokenizer sees what was typed."""
    result = Translator.load(places["bart"], "cpu").translate("ONE two, http://x.y!")[0]
    assert result.read_as is None and "".join(result.source_tokens[1:-1]).replace("▁", " ") == "ONE two, http://x.y!"


def test_a_language_of_many(places: dict[str, str]) -> None:
    ours = Translator.load(places["m2m"], "cpu")
    result = ours.translate("one two.", BeamConfig(max_new_tokens=6))[0]
    assert result.source_tokens[0] == "<en>" and result.source_tokens[-1] == "</s>"
    assert result.hypotheses[0].tokens[0] == "<de>" and result.hypotheses[0].token_log_probs[0] == 0.0
    assert "de" not in result.hypotheses[0].text.split()
    folder = places["m2m"].partition("?")[0]
    french = Translator.load(f"{folder}?source=de&target=fr", "cpu")
    assert french.name == "tiny-m2m-de-fr" and french.metadata["target_language"] == "French"
    assert french.translate("eins.")[0].source_tokens[0] == "<de>"
    with pytest.raises(CoreError, match="writes many languages; name both sides, as in"):
        Translator.load(folder, "cpu")
    with pytest.raises(CoreError, match="knows no language 'klingon'; it has 100, among them af, am"):
        Translator.load(f"{folder}?source=en&target=klingon", "cpu")


def test_a_prefix_is_read_before_each_text(places: dict[str, str]) -> None:
    folder = places["t5"].partition("?")[0]
    plain, told = (Translator.load(place, "cpu") for place in (folder, f"{folder}?prefix=two: "))
    ids = told.tokenizer.encode_source("one.")
    assert ids == plain.tokenizer.encode_source("two: one.") != plain.tokenizer.encode_source("one.")
    assert Translator.load(places["t5"], "cpu").tokenizer.encode_source("one.") == ids


def test_nothing_to_read_is_not_asked_for(places: dict[str, str]) -> None:
    result = Translator.load(places["t5"], "cpu").translate(["", "one."])[0]
    assert result.hypotheses[0].text == "" and result.forward_calls == 0


def test_weights_in_fewer_bits(places: dict[str, str]) -> None:
    ours = Translator.load(f"{places['marian']}?dtype=bfloat16", "cpu")
    result = ours.translate("one two.", BeamConfig(max_new_tokens=5))[0]
    assert ours.precision == result.precision == "bfloat16" and result.hypotheses[0].attention is not None
    assert next(ours.model.parameters()).dtype == torch.bfloat16
    with pytest.raises(CoreError, match="precision int8 cannot be had with this model"):
        Translator.load(places["marian"], "cpu", precision="int8")


def test_what_its_cache_takes_counts(places: dict[str, str]) -> None:
    """Keys and values of two layers of 16 units in float32, three of each row at a time."""
    ours = Translator.load(places["marian"], "cpu")
    config = BeamConfig(num_beams=3, max_new_tokens=10)
    assert ours.model.bytes_a_step == 2 * 2 * 16 * 4
    bare = cost_of(config, [4], vocab_size=len(ours.tokenizer))
    assert ours.cost(["one two."], config).bytes == bare.bytes + 3 * 3 * 10 * ours.model.bytes_a_step


def test_what_is_longer_than_it_can_read(places: dict[str, str]) -> None:
    ours = Translator.load(places["marian"], "cpu")
    with pytest.raises(CoreError, match="the model reads at most 64 pieces"):
        ours.translate("one two " * 40)
    with pytest.raises(CoreError, match="there is nothing to look at"):
        ours.look("one.", ())


def test_only_safetensors_are_read(places: dict[str, str], tmp_path: Path) -> None:
    folder = copied(places["marian"], tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(CoreError, match="which can run code when it is read"):
        Translator.load(folder, "cpu")
    (folder / "pytorch_model.bin").unlink()
    with pytest.raises(CoreError, match="has no weights; save it anew with save_pretrained"):
        Translator.load(folder, "cpu")


def test_a_repository_s_own_code_is_not_run(places: dict[str, str], tmp_path: Path) -> None:
    folder = copied(places["marian"], tmp_path / "own")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config", "AutoModelForSeq2SeqLM": "mine.Model"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(CoreError, match="cannot be read"):
        Translator.load(folder, "cpu")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("damage", ["cut", "json", "tokens", "other", "shape"])
def test_a_damaged_folder_is_one_sentence(places: dict[str, str], tmp_path: Path, damage: str) -> None:
    folder = copied(places["marian"], tmp_path / damage)
    weights, config = folder / "model.safetensors", folder / "config.json"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-50])
    elif damage == "tokens":
        (folder / "source.spm").unlink()
    elif damage == "other":
        config.write_text(config.read_text().replace('"marian"', '"bert"'))
    elif damage == "shape":
        config.write_text(config.read_text().replace('"d_model": 16', '"d_model": 32'))
    else:
        (folder / "generation_config.json").write_text("{")
    with pytest.raises(CoreError) as caught:
        Translator.load(folder, "cpu")
    assert "\n" not in str(caught.value) and str(folder) in str(caught.value)


def test_what_does_not_fit_into_memory(places: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from seq2seq_core.models.hugging_face import loading

    monkeypatch.setattr(loading, "_free_memory", lambda: 1000)
    with pytest.raises(NoRoomError, match="GB are free"):
        Translator.load(places["marian"], "cpu")
