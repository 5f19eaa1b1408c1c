"""Attention moved by hand: what a moved row is, what the model makes of it, and that all else stays as it was."""

from __future__ import annotations

import dataclasses
import io
import json
from typing import Any

import numpy as np
import pytest
import torch

from seq2seq_core.attention import ATTENTIONS, EncodedSource
from seq2seq_core.checkpoint import save_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.decoding import STRATEGIES, BeamConfig, DecodeResult, GreedyConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, MovedWeight
from tests.tiny import tiny_checkpoint, tiny_tokenizer, tiny_transformer

SOURCE = "one two three."
GREEDY = GreedyConfig(max_new_tokens=8)
WITH = [name for name, kind in ATTENTIONS.items() if kind.reads != "nothing"]


def translator_of(attention: str, **changes: Any) -> Translator:
    made = tiny_checkpoint(tiny_tokenizer(), 3, attention=attention, **changes)
    return Translator(made, name="tiny", device=torch.device("cpu"))


@pytest.fixture(scope="module", params=WITH)
def translator(request: pytest.FixtureRequest) -> Translator:
    return translator_of(request.param)


def greedy(translator: Translator, *moved: MovedWeight, **more: Any) -> DecodeResult:
    [result] = translator.translate(SOURCE, GREEDY, moved=moved, **more)
    return result


def attention(result: DecodeResult) -> np.ndarray:
    found = result.hypotheses[0].attention
    assert found is not None
    return np.asarray(found)


def test_a_moved_row_is_as_one_works_it_out_by_hand() -> None:
    row = torch.tensor([[0.5, 0.3, 0.1, 0.1]])
    assert MovedWeight(0, 1, 1, 0.8).of(row)[0].tolist() == pytest.approx([0.2 * 5 / 7, 0.8, 0.2 / 7, 0.2 / 7])
    assert MovedWeight(0, 1, 2, 0.6).of(row)[0].tolist() == pytest.approx([0.4 * 5 / 6, 0.45, 0.15, 0.4 / 6])
    assert MovedWeight(0, 3, 3, 0.0).of(row)[0].tolist() == pytest.approx([5 / 9, 3 / 9, 1 / 9, 0.0])
    assert MovedWeight(0, 3, 3, 1.0).of(row)[0].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_where_there_is_nothing_to_share_out_all_get_alike() -> None:
    row = torch.tensor([[0.0, 1.0, 0.0, 0.0]])
    assert MovedWeight(0, 1, 1, 0.4).of(row)[0].tolist() == pytest.approx([0.2, 0.4, 0.2, 0.2])
    assert MovedWeight(0, 2, 3, 0.5).of(row)[0].tolist() == pytest.approx([0.0, 0.5, 0.25, 0.25])


@pytest.mark.parametrize("name", WITH)
def test_with_all_weight_on_one_word_the_context_is_its_state(name: str) -> None:
    torch.manual_seed(0)
    mechanism = ATTENTIONS[name](query_size=6, memory_size=6)
    memory = torch.randn(2, 5, 6)
    source = EncodedSource(memory, mechanism.keys(memory), torch.ones(2, 5, dtype=torch.bool), torch.zeros(2, 6))
    context, weights = mechanism(torch.randn(2, 3, 6), source, MovedWeight(0, 4, 4, 1.0).of)
    torch.testing.assert_close(context, memory[:, 4:].expand(2, 3, 6))
    assert weights[..., 4].tolist() == [[1.0] * 3] * 2


def test_moved_to_where_it_was_all_stays_the_same(translator: Translator) -> None:
    own = greedy(translator)
    for step in (0, 2, 5):
        weight = float(attention(own)[step, 3])
        again = greedy(translator, MovedWeight(step, 3, 3, weight))
        assert again.hypotheses[0].token_ids == own.hypotheses[0].token_ids
        assert again.hypotheses[0].token_log_probs == pytest.approx(own.hypotheses[0].token_log_probs, abs=1e-4)
        assert attention(again) == pytest.approx(attention(own), abs=1e-5)


def test_before_it_nothing_changes_and_from_it_on_the_model_goes_on_by_itself(translator: Translator) -> None:
    own, moved = greedy(translator), greedy(translator, MovedWeight(2, 0, 1, 0.9))
    assert moved.hypotheses[0].token_log_probs[:2] == pytest.approx(own.hypotheses[0].token_log_probs[:2], abs=1e-5)
    assert attention(moved)[:2] == pytest.approx(attention(own)[:2], abs=1e-5)
    assert attention(moved)[2, :2].sum() == pytest.approx(0.9, abs=1e-5)
    assert attention(moved).sum(1) == pytest.approx(1.0, abs=1e-5)
    assert abs(moved.hypotheses[0].token_log_probs[2] - own.hypotheses[0].token_log_probs[2]) > 1e-6


def test_the_step_is_the_model_s_own_with_that_context(translator: Translator) -> None:
    """Held against the unpacked model, its steps taken one after the other."""
    moved = MovedWeight(1, 4, 4, 0.7)
    result, model = greedy(translator, moved), translator.model
    ids = translator.source_ids(SOURCE)
    state: Any = model.start(torch.tensor([ids]), torch.tensor([len(ids)]))
    last, said = translator.tokenizer.specials.bos, result.hypotheses[0]
    for step, token in enumerate(said.token_ids):
        given = torch.tensor([last])
        output = model.step_steered(given, state, moved.of) if step == 1 else model.step(given, state)
        log_prob = output.logits.log_softmax(-1)[0, token]
        assert float(log_prob) == pytest.approx(said.token_log_probs[step], abs=1e-4)
        state, last = output.state, token


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_every_strategy_heeds_it(name: str) -> None:
    translator = translator_of("general")
    config = dataclasses.replace(STRATEGIES[name].Config(), max_new_tokens=4)
    begun = translator.translate(SOURCE, GREEDY)[0].hypotheses[0].token_ids[:1]
    moved = MovedWeight(1, 2, 2, 0.75)
    [result] = translator.translate(SOURCE, config, prefix=begun, moved=[moved], trace=True)
    for hypothesis in result.hypotheses:
        if len(hypothesis.token_ids) > 1:
            assert hypothesis.attention is not None
            assert hypothesis.attention[1, 2] == pytest.approx(0.75, abs=1e-4)
    assert result.moved == (moved,) and "set to 0.75 by hand" in result.notes[-1]


def test_packed_weights_and_input_feeding_make_no_difference() -> None:
    for changes in ({"input_feeding": True}, {"cell": "lstm"}):
        translator = translator_of("general", **changes)
        result = greedy(translator, MovedWeight(0, 3, 3, 1.0), MovedWeight(2, 1, 1, 0.5))
        assert attention(result)[0, 3] == pytest.approx(1.0) and attention(result)[2, 1] == pytest.approx(0.5)
        forced = translator.translate(
            SOURCE, dataclasses.replace(BeamConfig(), num_beams=1, max_new_tokens=8), moved=result.moved
        )[0]
        assert forced.hypotheses[0].token_ids == result.hypotheses[0].token_ids


def test_a_result_keeps_it_in_json(translator: Translator) -> None:
    result = greedy(translator, MovedWeight(1, 2, 3, 0.25), trace=True)
    again = DecodeResult.from_json(result.to_json())
    assert again.moved == result.moved == (MovedWeight(1, 2, 3, 0.25),)
    assert json.loads(result.to_json())["moved"] == [{"step": 1, "first": 2, "last": 3, "weight": 0.25}]
    assert greedy(translator).moved == ()


def test_several_texts_are_decoded_one_by_one(translator: Translator) -> None:
    moved = [MovedWeight(0, 1, 1, 0.5)]
    alone = translator.translate(SOURCE, GREEDY, moved=moved)[0]
    for result in translator.translate([SOURCE, "four five six seven.", SOURCE], GREEDY, moved=moved)[::2]:
        assert result.hypotheses[0].token_log_probs == alone.hypotheses[0].token_log_probs
    with pytest.raises(CoreError, match="one at a time"):
        list(translator.stream_batch([SOURCE, SOURCE], GREEDY, moved=moved))


@pytest.mark.parametrize(
    ("moved", "message"),
    [
        ([MovedWeight(0, 90, 90, 0.5)], "some, not all, of the"),
        ([MovedWeight(0, 2, 1, 0.5)], "some, not all, of the"),
        ([MovedWeight(0, -1, 1, 0.5)], "some, not all, of the"),
        ([MovedWeight(-1, 0, 0, 0.5)], "from the first on"),
        ([MovedWeight(0, 0, 0, 1.5)], "from 0 to 1"),
        ([MovedWeight(0, 0, 0, float("nan"))], "from 0 to 1"),
        ([MovedWeight(0, 0, 0, 0.1), MovedWeight(0, 1, 1, 0.2)], "name each step once"),
    ],
)
def test_what_cannot_be_moved_is_said(moved: list[MovedWeight], message: str) -> None:
    with pytest.raises(CoreError, match=message):
        greedy(translator_of("dot"), *moved)


def test_there_must_be_something_to_take_it_from() -> None:
    translator = translator_of("dot")
    pieces = len(translator.source_ids(SOURCE))
    greedy(translator, MovedWeight(0, 0, pieces - 2, 0.5))
    with pytest.raises(CoreError, match=f"some, not all, of the {pieces} pieces"):
        greedy(translator, MovedWeight(0, 0, pieces - 1, 0.5))


def test_models_without_such_attention_refuse() -> None:
    others = [tiny_checkpoint(tiny_tokenizer(), attention="none"), tiny_transformer(tiny_tokenizer())]
    for made in others:
        translator = Translator(made, name="other", device=torch.device("cpu"))
        with pytest.raises(CoreError, match="attention of other cannot be moved"):
            greedy(translator, MovedWeight(0, 0, 0, 0.5))


def test_the_command_line_moves_it(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path / "tiny", tiny_checkpoint(tiny_tokenizer(), 3, attention="general"))
    at = ["translate", "--checkpoint", str(tmp_path / "tiny"), "--strategy", "greedy", "--max-new-tokens", "5"]

    def run(*flags: str) -> int:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{SOURCE}\n".encode())))
        return main([*at, *flags])

    assert run("--move-attention", "1:2=0.5", "3:1-2=0.25", "--json", "--trace") == 0
    out, err = capsys.readouterr()
    [sentence] = json.loads(out)["sentences"]
    assert [each["weight"] for each in sentence["moved"]] == [0.5, 0.25]
    assert sentence["hypotheses"][0]["attention"][0][1] == pytest.approx(0.5, abs=1e-5)
    assert sum(sentence["hypotheses"][0]["attention"][2][:2]) == pytest.approx(0.25, abs=1e-5)
    assert "At step 1 attention on" in err and "At step 3" in err
    for wrong in ("1:2", "a:b=1", "1:2=2e9", "0:1=0.5", "1:0=0.5", "1:2=7"):
        assert run("--move-attention", wrong) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
