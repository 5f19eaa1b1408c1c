"""Fewer bits in products: what they may change, which are chosen, and what is said where they cannot be had."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from seq2seq_core.checkpoint import save_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.decoding import BeamConfig, DecodeResult
from seq2seq_core.models import precision
from seq2seq_core.models.precision import PRECISIONS, choose, fastest, here
from seq2seq_core.models.products import BEST, BestAgain, PackedLinear, Product
from seq2seq_core.models.recurrent import seq2seq
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

TEXTS = [source for source, _ in PAIRS[:9]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("precision")
    save_checkpoint(path, tiny_checkpoint(tiny_tokenizer()))
    return path


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Product, float]]:
    """Seconds that a measurement finds for the output layer, by how it is multiplied."""
    taken: dict[Product, float] = {}
    monkeypatch.setattr(precision, "_seconds", lambda made, outputs, inputs: taken.get(made, 1.0))
    fastest.cache_clear()
    yield taken
    fastest.cache_clear()


@pytest.mark.parametrize("name", here())
def test_a_result_says_its_precision_and_scoring_says_the_same(folder: Path, name: str) -> None:
    translator, plain = Translator.load(folder, "cpu", precision=name), Translator.load(folder, "cpu")
    beam = BeamConfig(num_beams=3, max_new_tokens=8)
    results = translator.translate(TEXTS, beam)
    assert {result.precision for result in results} == {name} and DecodeResult.from_json(
        results[0].to_json()
    ) is not None
    assert results[0].to_dict()["precision"] == name
    assert translator.translate("", beam)[0].precision == name
    pairs = [(result.source, result.hypotheses[0].text) for result in results]
    for ours, exact, alone in zip(
        translator.score(pairs), plain.score(pairs), (translator.score(pair)[0] for pair in pairs), strict=True
    ):
        log_prob = ours.hypotheses[0].log_prob
        # A bfloat16 product rounds by how many rows come together.
        assert log_prob == pytest.approx(alone.hypotheses[0].log_prob, abs=2e-2 if "bfloat16" in name else 1e-4)
        assert log_prob == pytest.approx(exact.hypotheses[0].log_prob, abs=0.0 if name == "float32" else 0.2)


@pytest.mark.parametrize("name", here())
@torch.inference_mode()
def test_the_best_logits_are_those_of_float32(name: str) -> None:
    torch.manual_seed(0)
    weight, bias, inputs = torch.randn(500, 64), torch.randn(500), torch.rand(7, 64) * 2 - 1
    exact, said = inputs @ weight.t() + bias, PRECISIONS[name].output(weight, bias)(inputs)
    assert said.dtype == torch.float32
    best = exact.topk(BEST // 2).indices
    torch.testing.assert_close(said.gather(1, best), exact.gather(1, best), atol=1e-4, rtol=1e-5)
    assert name == "float32" or 1e-4 < (said - exact).abs().max() < 0.5


@torch.inference_mode()
def test_what_fewer_bits_get_wrong_is_put_right() -> None:
    class Wrong(PackedLinear):
        def forward(self, inputs: Tensor) -> Tensor:
            return super().forward(inputs) + 1

    weight, bias, inputs = torch.randn(40, 8), torch.randn(40), torch.randn(3, 8)
    exact, said = inputs @ weight.t() + bias, BestAgain(weight, bias, Wrong)(inputs)
    wrong = (said - exact).abs() > 0.5
    assert wrong.sum(1).tolist() == [40 - BEST] * 3
    assert not wrong.gather(1, exact.topk(BEST).indices).any()


@pytest.mark.parametrize("name", [name for name in ("float32", "int8") if name in here()])
@torch.inference_mode()
def test_rows_do_not_change_each_other_where_precision_is_steady(name: str) -> None:
    layer, inputs = PRECISIONS[name].output(torch.randn(50, 32), torch.randn(50)), torch.rand(6, 32) * 2 - 1
    torch.testing.assert_close(layer(inputs)[2:3], layer(inputs[2:3]), atol=1e-5, rtol=0)


def test_auto_is_what_a_measurement_finds_fastest(measured: dict[Product, float]) -> None:
    everything = tuple(PRECISIONS)
    assert choose("auto", everything, 6000, 384) == "float32"
    measured[PRECISIONS["int8"].output] = 0.9
    assert fastest.cache_info().misses == 1 and choose("auto", everything, 6000, 384) == "float32"  # measured once
    fastest.cache_clear()
    assert choose("auto", everything, 6000, 384) == "float32"  # too little to be sure of
    fastest.cache_clear()
    measured[PRECISIONS["int8"].output] = 0.3
    measured[PRECISIONS["bfloat16"].recurrent] = 0.1  # faster still, but not steady
    assert choose("auto", everything, 6000, 384) == "int8"
    assert choose("auto", ("float32", "bfloat16"), 6000, 384) == "float32"


@pytest.mark.parametrize("wanted", ["float16", "bfloat16", "int8"])
def test_what_cannot_be_had_is_refused_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    monkeypatch.setattr(seq2seq, "here", lambda: ("float32",))
    with pytest.raises(CoreError, match=f"precision '?{wanted}.*choose one of: auto, float32"):
        Translator.load(folder, "cpu", precision=wanted)
    assert Translator.load(folder, "cpu", precision="auto").precision == "float32"


def test_without_onednn_all_is_plain_float32(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = Translator.load(folder, "cpu").translate(TEXTS)
    monkeypatch.setattr(seq2seq, "usable", lambda weight: False)
    translator = Translator.load(folder, "cpu", precision="auto")
    assert translator.precision == "float32" and translator.model.prepared() is translator.model
    for ours, theirs in zip(translator.translate(TEXTS), packed, strict=True):
        assert ours.hypotheses[0].token_ids == theirs.hypotheses[0].token_ids
        assert ours.hypotheses[0].log_prob == pytest.approx(theirs.hypotheses[0].log_prob, abs=1e-4)
    with pytest.raises(CoreError, match="precision bfloat16"):
        Translator.load(folder, "cpu", precision="bfloat16")


def test_the_command_line_says_its_precision_too(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, place in (("source", 0), ("target", 1)):
        (tmp_path / name).write_text("".join(f"{pair[place]}\n" for pair in PAIRS[:3]), encoding="utf-8")
    files = ["--checkpoint", str(folder), "--src", str(tmp_path / "source"), "--device", "cpu", "--json"]
    wanted = ["--precision", here()[-1]]
    assert main(["score", *files, "--tgt", str(tmp_path / "target"), *wanted]) == 0
    assert {json.loads(line)["precision"] for line in capsys.readouterr().out.splitlines()} == {here()[-1]}
    assert main(["evaluate", *files, "--ref", str(tmp_path / "target"), "--max-new-tokens", "4", *wanted]) == 0
    assert json.loads(capsys.readouterr().out)["precision"] == here()[-1]
    assert main(["score", *files, "--tgt", str(tmp_path / "target"), "--precision", "half"]) == 2
    assert capsys.readouterr().err.startswith("error: precision 'half' is not known; choose one of: auto, float32")
