"""Sentences in one text come out as they do one by one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.evaluation import corpus_quality
from seq2seq_core.pipeline import Translator

ROOT = Path(__file__).resolve().parents[2]


def by_fives(sentences: list[str]) -> list[str]:
    """Texts of five sentences each."""
    return [" ".join(sentences[start : start + 5]) for start in range(0, len(sentences), 5)]


@pytest.mark.parametrize("code", ["de", "fr"])
def test_the_built_in_sentences_lose_nothing_when_joined_by_fives(code: str) -> None:
    with (ROOT / "demo/assets/everyday.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    sources, references = [row["en"] for row in rows], by_fives([row[code] for row in rows])
    translator = Translator.load(ROOT / f"checkpoints/en-{code}", "cpu")

    apart = by_fives([result.hypotheses[0].text for result in translator.translate(sources, GreedyConfig())])
    joined = [translation.text() for translation in translator.translate_texts(by_fives(sources), GreedyConfig())]

    assert len(sources) == 40 and len(joined) == 8
    scores = [corpus_quality(texts, [references]).chrf for texts in (apart, joined)]
    assert scores[0] > 70 and scores[1] == pytest.approx(scores[0], abs=1)
