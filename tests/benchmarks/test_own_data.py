"""The comparison on data of one's own: both learn from the same pairs, stop in time, and are tested on others."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import own_data
from seq2seq_core.training import load_recipe
from seq2seq_core.training.survey import Pace
from tests.tiny import PAIRS


def test_a_small_table_goes_through_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_data, "MINUTE", 3.0)
    monkeypatch.setattr("seq2seq_core.training.new_recipe.pace_of", lambda *_: Pace(1e-4, "auto"))
    (tmp_path / "digits.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS), encoding="utf-8")
    table = own_data.given(f"digits={tmp_path / 'digits.tsv'}")
    found = own_data.compare(table, 1.0, tmp_path / "runs")
    assert found.pairs == 80 and found.pieces == "char:char" and found.metric == "BLEU"
    assert 0 < found.ours.seconds < 60 and found.tutorial.quality.character_errors >= 0
    for run in ("digits-ours", "digits-tutorial"):
        assert (tmp_path / "runs" / run / "checkpoint" / "model.safetensors").is_file()
    learnt = (tmp_path / "runs" / "digits-train.tsv").read_text(encoding="utf-8").splitlines()
    assert len(learnt) == 80
    said = own_data.described([found], 1.0)
    assert "| digits | 80 | char:char | BLEU |" in said and said.splitlines()[-1] in (
        "Ahead on 1 of 1.",
        "Ahead on 0 of 1.",
    )

    monkeypatch.setattr(own_data, "MINUTE", 1.0)
    alone = own_data.compare(table, 1.0, tmp_path / "alone", only="tutorial")
    assert alone.ours is None and not alone.ahead and not (tmp_path / "alone" / "digits-ours").exists()
    *_, row = own_data.described([alone], 1.0).splitlines()
    assert row.startswith("| digits | 80 | char:char | BLEU | - | ") and "| - / " in row

    recipe = load_recipe(tmp_path / "runs" / "digits.toml")
    other = own_data.tutorial(recipe, tmp_path / "other", PAIRS)
    assert other.data.vocabularies == "two" and other.data.train == recipe.data.train
    assert other.training.max_tokens // 32 == pytest.approx(sum(len(t) for _, t in PAIRS) / 100, abs=6)
    assert (other.training.learning_rate, other.training.final_learning_rate) == (1e-3, 1.0)
    for how in ("best_by", "bleu_sentences", "validate_every"):  # the weights that are kept are chosen alike
        assert getattr(other.training, how) == getattr(recipe.training, how)


def test_pairs_of_a_test_file_are_those_tested_on(tmp_path: Path) -> None:
    for name, pairs in (("t.tsv", PAIRS[:70]), ("other.tsv", PAIRS[70:])):
        (tmp_path / name).write_text("".join(f"{s}\t{t}\n" for s, t in pairs), encoding="utf-8")
    table = own_data.given(f"{tmp_path / 't.tsv'},{tmp_path / 'other.tsv'}")
    assert table.name == "t"
    learnt, held = own_data.split(table)
    assert (len(learnt), list(held)) == (70, PAIRS[70:])
