"""Intervals and the paired test around the scores of a test set."""

from __future__ import annotations

import pytest
import sacrebleu

from seq2seq_core.evaluation import LEAST_RESAMPLED, corpus_quality, resampled_quality, sentence_quality

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


CHINESE = ["猫在桌子下面睡觉。", "老师昨天买了一本书。", "我们明天去北京。"]
JAPANESE = ["猫は机の下で寝ています。", "先生は昨日本を買いました。", "カレーがたべたい。"]
THAI = ["แมวนอนอยู่ใต้โต๊ะ", "ครูซื้อหนังสือเมื่อวานนี้", "พรุ่งนี้เราไปกรุงเทพ"]
KOREAN = ["고양이가 책상 밑에서 자고 있다.", "선생님이 어제 책을 샀다.", "우리는 내일 서울에 간다."]


@pytest.mark.parametrize(
    ("texts", "tokenizer"),
    [(CHINESE, "zh"), (JAPANESE, "char"), (THAI, "char"), (KOREAN, "13a"), (REFERENCES, "13a")],
    ids=["zh", "ja", "th", "ko", "de"],
)
def test_a_perfect_text_is_perfect_in_any_language(texts: list[str], tokenizer: str) -> None:
    quality = corpus_quality(texts, [texts])
    assert quality.bleu == pytest.approx(100) and f"tok:{tokenizer}" in quality.bleu_signature
    assert (quality.exact, quality.character_errors, quality.word_errors) == (100, 0, 0)
    worse = [texts[0][:-2], *texts[1:]]
    assert corpus_quality(worse, [texts]).bleu == pytest.approx(
        sacrebleu.corpus_bleu(worse, [texts], tokenize=tokenizer).score
    )
    (sentence,) = (sentence_quality(worse[0], texts[0]),)
    assert 20 < (sentence.bleu or 0) < 100
    many = resampled_quality(texts * 8, texts * 8)
    assert many.bleu and many.bleu.score == pytest.approx(100)


def test_single_words_have_no_bleu_and_two_words_have_one_of_their_orders() -> None:
    words = ["Haus", "Straße", "Baum", "gehen"] * 6
    quality = corpus_quality(words, [words])
    assert quality.bleu is None and quality.bleu_signature == "" and quality.exact == 100
    assert sentence_quality("Haus", "Haus").bleu is None
    assert resampled_quality(words, words).bleu is None
    two = ["ein Haus", "zwei Bäume"]
    assert corpus_quality(two, [two]).bleu == pytest.approx(100)
    assert corpus_quality(["ein Baum", "ein Baum"], [two]).bleu == pytest.approx(
        sacrebleu.BLEU(effective_order=True).corpus_score(["ein Baum", "ein Baum"], [two]).score
    )


def test_edits_are_counted_against_the_nearest_reference() -> None:
    """Kitten to sitting takes three edits, of seven letters; a word is missing of two."""
    assert corpus_quality(["kitten"], [["sitting"]]).character_errors == pytest.approx(300 / 7)
    quality = corpus_quality(["kitten", "a b"], [["sitting", "a b c d"], ["mitten", "a c"]])
    assert quality.character_errors == pytest.approx(100 * (1 + 1) / (6 + 3))
    assert quality.word_errors == pytest.approx(100 * (1 + 1) / (1 + 2)) and quality.exact == 0
    assert corpus_quality(["x", "y"], [["a", "y"]]).exact == 50
