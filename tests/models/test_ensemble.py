"""An ensemble is the mean of its members, and of one model it is that model."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
import torch

from seq2seq_core.checkpoint import save_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.data.batches import pad_sources
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.decoding import BeamConfig
from seq2seq_core.models.ensemble import Ensemble
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

TEXTS = [source for source, _ in PAIRS[:12]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    tokenizer, folder = tiny_tokenizer(), tmp_path_factory.mktemp("members")
    shapes: list[dict[str, object]] = [
        {},
        {"cell": "gru", "decoder_size": 20, "attention": "bahdanau"},
        {"attention": "none"},
    ]
    for seed, shape in enumerate(shapes):
        save_checkpoint(folder / str(seed), tiny_checkpoint(tokenizer, seed=seed, **shape))
    return [folder / str(seed) for seed in range(len(shapes))]


def test_one_member_is_the_model_itself(folders: list[Path]) -> None:
    alone, ensemble = Translator.load(folders[0], "cpu"), Translator.together(folders[:1], "cpu")
    beam = BeamConfig(num_beams=3, num_return_sequences=3)
    for ours, theirs in zip(ensemble.translate(TEXTS, beam), alone.translate(TEXTS, beam), strict=True):
        assert [h.text for h in ours.hypotheses] == [h.text for h in theirs.hypotheses]
        assert [h.log_prob for h in ours.hypotheses] == pytest.approx([h.log_prob for h in theirs.hypotheses], abs=1e-4)


def test_probabilities_are_the_mean(folders: list[Path]) -> None:
    translators = [Translator.load(folder, "cpu") for folder in folders]
    tokenizer = translators[0].tokenizer
    source, lengths = pad_sources([tokenizer.encode(text) for text in TEXTS[:2]], tokenizer.specials)
    models = [translator.model for translator in translators]
    ensemble = Ensemble(models)
    last = torch.tensor([tokenizer.specials.bos] * 2)
    with torch.inference_mode():
        states, state = [model.start(source, lengths) for model in models], ensemble.start(source, lengths)
        for _ in range(3):
            outputs = [model.step(last, part) for model, part in zip(models, states, strict=True)]
            said = ensemble.step(last, state)
            mean = torch.stack([output.logits.softmax(-1) for output in outputs]).mean(0)
            torch.testing.assert_close(said.logits.exp(), mean)
            attentions = [output.attention for output in outputs if output.attention is not None]
            assert len(attentions) == 2 and said.attention is not None
            torch.testing.assert_close(said.attention, (attentions[0] + attentions[1]) / 2)
            rows = torch.tensor([1, 0])
            states = [output.state.select(rows) for output in outputs]
            state, last = said.state.select(rows), said.logits.argmax(-1)[rows]


def test_strangers_are_refused(folders: list[Path], tmp_path: Path) -> None:
    other = Tokenizer.train([side for pair in PAIRS for side in pair], vocab_size=310)
    save_checkpoint(tmp_path, tiny_checkpoint(other))
    with pytest.raises(CoreError, match="same tokenizer"):
        Translator.together([folders[0], tmp_path], "cpu")


def test_the_command_line_takes_several(
    folders: list[Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = tmp_path / "text"
    text.write_text("\n".join(TEXTS[:3]), encoding="utf-8")
    both = [f"--checkpoint={folder}" for folder in folders[:2]]
    expected = Translator.together(folders[:2], "cpu").translate(TEXTS[:3], BeamConfig(num_beams=3))
    assert main(["score", *both, "--device=cpu", f"--src={text}", f"--tgt={text}"]) == 0
    capsys.readouterr()
    with mock.patch("sys.stdin", text.open(encoding="utf-8")):
        assert main(["translate", *both, "--device=cpu", "--num-beams=3"]) == 0
    assert capsys.readouterr().out.splitlines() == [result.hypotheses[0].text for result in expected]
    assert main(["evaluate", *both, "--save", f"--src={text}", f"--ref={text}"]) == 2
    assert "leave it out for several --checkpoint" in capsys.readouterr().err
