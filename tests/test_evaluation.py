"""Intervals and the paired test around the scores of a test set."""

from __future__ import annotations

import pytest
import sacrebleu

from seq2seq_core.evaluation import LEAST_RESAMPLED, corpus_quality, resampled_quality

REFERENCES = [f"Ein Hund rennt am Tag {n} durch den Park." for n in range(40)]
CLOSE = [text.replace("rennt", "läuft") if n % 2 else text for n, text in enumerate(REFERENCES)]
FAR = [text.replace("rennt am", "am") for text in REFERENCES]


def test_the_scores_are_sacrebleus_and_the_margins_are_its_intervals() -> None:
    quality = resampled_quality(CLOSE, REFERENCES)
    plain = corpus_quality(CLOSE, [REFERENCES])
    assert (quality.bleu.score, quality.chrf.score) == pytest.approx((plain.bleu, plain.chrf))
    printed = sacrebleu.BLEU().corpus_score(CLOSE, [REFERENCES], n_bootstrap=1000).format(width=4)
    assert f"± {quality.bleu.margin:.4f}" in printed
    assert "bs:1000|seed:12345" in quality.bleu_signature
    assert quality.bleu.p_value is None


def test_a_clear_difference_is_significant_and_none_is_not_tested() -> None:
    better = resampled_quality(CLOSE, REFERENCES, baseline=FAR)
    assert better.chrf.p_value is not None and better.chrf.p_value < 0.05
    same = resampled_quality(CLOSE, REFERENCES, baseline=CLOSE)
    assert same.bleu.p_value is None and same.bleu.margin == pytest.approx(better.bleu.margin, abs=1)


def test_few_sentences_get_neither_interval_nor_test() -> None:
    few = LEAST_RESAMPLED - 1
    quality = resampled_quality(CLOSE[:few], REFERENCES[:few], baseline=FAR[:few])
    assert quality.bleu.score == pytest.approx(corpus_quality(CLOSE[:few], [REFERENCES[:few]]).bleu)
    assert quality.bleu.margin is quality.chrf.margin is quality.chrf.p_value is None
