"""Signs of trouble: each measure by hand, and what is usual as quantiles of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seq2seq_core.checkpoint import load_checkpoint, save_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.decoding import DecodeResult, GreedyConfig, Hypothesis, ScoreParts
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import measures, signs, signs_of, usual_of
from seq2seq_core.why_not.signs import MEASURES, measured_usual
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

SOURCE = ("▁An", "gela", "▁Merkel", "▁is", "▁here", ".", "</s>")
SAID = ("▁Hier", "▁ist", "▁An", "gela", ".", "</s>")
LOOKED = np.array(
    [
        [0.0, 0.0, 0.0, 0.1, 0.9, 0.0, 0.0],
        [0.0, 0.0, 0.1, 0.8, 0.1, 0.0, 0.0],
        [0.8, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.1, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ],
    np.float32,
)


def result(attention: Any = LOOKED, text: str = "Hier ist Angela.", log_probs: float = -0.5) -> DecodeResult:
    each = (log_probs,) * len(SAID)
    said = Hypothesis(
        token_ids=tuple(range(4, 4 + len(SAID))), tokens=SAID, token_log_probs=each, log_prob=sum(each), score=0.0,
        text=text, finished=True, attention=attention, parts=ScoreParts(log_prob=sum(each), length=len(SAID)),
    )  # fmt: skip
    return DecodeResult(
        source="Angela Merkel is here.", source_tokens=SOURCE, strategy="beam", config={}, hypotheses=(said,), steps=(),
        forward_calls=1, seconds=0.0, device="cpu",
    )  # fmt: skip


def usual(**ranges: Any) -> dict[str, Any]:
    return {"ranges": ranges}


def test_each_word_has_the_attention_of_its_pieces() -> None:
    found = {one.word: one.attention for one in measures.touched(result())}
    assert found == pytest.approx({"Angela": 2.0, "Merkel": 0.1, "is": 0.9, "here.": 1.5})
    assert measures.least_touched(result()) == pytest.approx(0.1)
    assert measures.touched(result(None)) == () and measures.least_touched(result(None)) is None


def test_the_word_that_was_left_out_is_named() -> None:
    [sign] = [one for one in signs_of(result(), usual(coverage=[0.4, 3.0])) if one.name == "coverage"]
    assert (sign.words, sign.outside, sign.low, sign.high) == (("Merkel",), True, 0.4, None)
    assert sign.said == "Least attention of a word: 0.10 (Merkel); usual is at least 0.40."


def test_attention_on_one_piece_and_on_the_end() -> None:
    # "gela" got 1.1 of 6 in all, as much as any piece; there are six pieces besides the end.
    assert measures.on_one_piece(result()) == pytest.approx(1.1 / 6 * 6)
    assert measures.on_the_end(result()) == pytest.approx(0.5 / 5)
    stuck = np.zeros_like(LOOKED)
    stuck[:, 2] = 1.0
    assert measures.on_one_piece(result(stuck)) == pytest.approx(6.0)
    assert measures.on_the_end(result(stuck)) == 0.0


def test_words_are_measured_in_letters_and_pairs() -> None:
    assert measures.length_ratio(result()) == pytest.approx(len("HieristAngela.") / len("AngelaMerkelishere."))
    assert measures.length_ratio(result(text="")) == 0.0
    assert measures.repetition(result(text="ja ja ja ja")) == pytest.approx(2 / 3)
    assert measures.likeness(result(text="Angela Merkel is here.")) == 1.0
    assert measures.mean_log_prob(result(log_probs=-0.25)) == pytest.approx(-0.25)


def test_log_p_is_held_against_translations_of_like_length() -> None:
    known = usual(log_prob=[[4, -0.1, 0.0], [8, -0.4, 0.0], [1000000, -2.0, 0.0]])
    [sign] = [one for one in signs_of(result(log_probs=-0.5), known) if one.name == "log_prob"]
    assert (sign.value, sign.low, sign.high, sign.outside) == (pytest.approx(-0.5), -0.4, None, True)
    [fine] = [one for one in signs_of(result(log_probs=-0.3), known) if one.name == "log_prob"]
    assert not fine.outside


def test_what_is_usual_are_quantiles() -> None:
    many = [result(log_probs=-value / 100) for value in range(101)]
    told = json.loads(json.dumps(measured_usual(many, "lines")))
    assert told["sentences"] == 101 and told["ranges"]["log_prob"] == [[8, -0.95, -0.05]]
    assert told["ranges"]["coverage"] == pytest.approx([0.1, 0.1], abs=1e-3)
    assert set(told["ranges"]) == {each.name for each in MEASURES}
    [sign] = [one for one in signs_of(result(log_probs=-0.96), told) if one.name == "log_prob"]
    assert sign.outside


WRONG = [None, 5, {"length": "far"}, {"length": [1]}, {"log_prob": [[1, 2]]}, {"stuck": [True, 2]}]


@pytest.mark.parametrize("ranges", WRONG)
def test_what_metrics_say_wrong_is_as_if_they_said_nothing(ranges: Any) -> None:
    found = signs_of(result(), usual_of({"usual": {"ranges": ranges}}))
    assert len(found) == len(MEASURES) and not any(sign.outside for sign in found)
    assert all("was not measured" in sign.said for sign in found)
    assert usual_of({}) is None and usual_of({"usual": 3}) is None


def test_each_measure_names_who_uses_it() -> None:
    assert all(each.source and each.what for each in MEASURES)
    assert {each.side for each in MEASURES} == {"low", "high", "both"}


def test_the_command_writes_it_beside_the_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tiny_checkpoint(tiny_tokenizer())
    save_checkpoint(tmp_path / "tiny", replace(made, metadata={**made.metadata, "scores": []}))
    (tmp_path / "valid.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS), encoding="utf-8")
    flags = [
        "usual",
        "--checkpoint",
        str(tmp_path / "tiny"),
        "--data",
        str(tmp_path / "valid.tsv"),
        "--sentences",
        "40",
    ]
    assert main([*flags, "--strategy", "greedy", "--max-new-tokens", "6"]) == 0
    metadata = load_checkpoint(tmp_path / "tiny").metadata
    told = metadata["usual"]
    assert (told["sentences"], told["strategy"], told["settings"]["max_new_tokens"]) == (40, "greedy", 6)
    translator = Translator.load(tmp_path / "tiny")
    texts = [PAIRS[place * 100 // 40][0] for place in range(40)]
    values = [measures.on_one_piece(one) for one in translator.translate(texts, GreedyConfig(max_new_tokens=6))]
    assert told["ranges"]["stuck"] == pytest.approx(np.quantile(np.array(values), signs.SHARE), abs=1e-3)
    capsys.readouterr()
    (tmp_path / "few.tsv").write_text("one.\teins.\n", encoding="utf-8")
    flags[4] = str(tmp_path / "few.tsv")
    assert main(flags) == 2
    assert "1 sentences are too few to say what is usual" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["en-de", "en-fr", "en-de-attention", "en-de-context", "en-de-transformer"])
def test_the_shipped_models_say_what_is_usual(repo_root: Path, name: str) -> None:
    told = usual_of(load_checkpoint(repo_root / "checkpoints" / name).metadata)
    of_attention = {"coverage", "stuck", "end"} if name == "en-de-context" else set()
    assert told is not None and set(told["ranges"]) == {each.name for each in MEASURES} - of_attention
    assert told["sentences"] >= 500 and told["strategy"] == "beam"
