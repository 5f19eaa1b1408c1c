"""Alignment error rate, and the sentences that were aligned by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.alignment.error_rate import alignment_error_rate, attention_links, word_of_piece
from benchmarks.alignment.gold import Aligned, read_gold, words
from seq2seq_core.pipeline import Translator

ROOT = Path(__file__).resolve().parents[2]


def test_every_word_of_the_gold_set_is_accounted_for() -> None:
    gold = read_gold()
    assert len(gold) == 40
    for pair in gold:
        source, target = words(pair.source), words(pair.target)
        assert pair.sure <= pair.possible
        unlinked = set(range(len(source))) - {i for i, _ in pair.possible}
        assert {source[i][0] for i in unlinked} <= {","}, pair.source
        unlinked = set(range(len(target))) - {j for _, j in pair.possible}
        assert {target[j][0] for j in unlinked} <= {","}, pair.target


def test_the_worked_example() -> None:
    # Two sure links and one possible; of three links found one is sure, one possible, one wrong:
    # 1 - (1 + 2) / (3 + 2)
    pair = Aligned("a b c", "x y z", frozenset({(0, 0), (1, 1)}), frozenset({(0, 0), (1, 1), (2, 1)}))
    assert alignment_error_rate([{(0, 0), (2, 1), (0, 2)}], [pair]) == pytest.approx(0.4)
    assert alignment_error_rate([{(0, 0), (1, 1)}], [pair]) == 0.0
    assert alignment_error_rate([{(2, 2)}], [pair]) == 1.0


def test_pieces_and_words() -> None:
    assert word_of_piece("Don't go, Anna!", ["▁Do", "n't", "▁go", ",", "▁", "An", "na!"]) == [0, 0, 1, 2, None, 3, 3]
    assert word_of_piece("am 3.", list("am▁3.")) == [0, 0, None, 1, 2]


def diagonal_links(sources: int, targets: int) -> set[tuple[int, int]]:
    return {(round(j * (sources - 1) / (targets - 1)), j) for j in range(targets)}


def test_a_trained_model_aligns_far_better_than_the_diagonal() -> None:
    translator = Translator.load(ROOT / "checkpoints" / "en-de-attention", device="cpu")
    gold = read_gold()
    diagonal = [diagonal_links(len(words(pair.source)), len(words(pair.target))) for pair in gold]
    by_attention = alignment_error_rate(attention_links(translator, gold), gold)
    assert by_attention < 0.6 * alignment_error_rate(diagonal, gold)
