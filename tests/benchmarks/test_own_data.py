"""The comparison on data of one's own: both learn from the same pairs, stop in time, and are tested on others."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import own_data
from seq2seq_core.data.corpus import CorpusConfig
from seq2seq_core.training import load_recipe
from tests.tiny import PAIRS


def test_a_small_table_goes_through_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_data, "MINUTE", 3.0)
    monkeypatch.setattr("seq2seq_core.training.new_recipe.seconds_per_position", lambda *_: 1e-4)
    (tmp_path / "digits.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS), encoding="utf-8")
    found = own_data.compare("digits", CorpusConfig(path=str(tmp_path / "digits.tsv")), 1.0, tmp_path / "runs")
    assert found.pairs == 80 and found.pieces == "char:char" and found.metric == "exact"
    assert found.ours.character_errors >= 0 and found.tutorial.character_errors >= 0
    for run in ("digits-ours", "digits-tutorial"):
        assert (tmp_path / "runs" / run / "checkpoint" / "model.safetensors").is_file()
    learnt = (tmp_path / "runs" / "digits-train.tsv").read_text(encoding="utf-8").splitlines()
    assert len(learnt) == 80
    table = own_data.described([found], 1.0)
    assert "| digits | 80 | char:char | exact |" in table and table.splitlines()[-1] in (
        "Ahead on 1 of 1.",
        "Ahead on 0 of 1.",
    )

    recipe = load_recipe(tmp_path / "runs" / "digits.toml")
    other = own_data.tutorial(recipe, tmp_path / "other", PAIRS)
    assert other.data.vocabularies == "two" and other.data.train == recipe.data.train
    assert other.training.max_tokens // 32 == pytest.approx(sum(len(t) for _, t in PAIRS) / 100, abs=6)
    assert (other.training.learning_rate, other.training.final_learning_rate) == (1e-3, 1.0)
