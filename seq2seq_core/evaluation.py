"""How good texts are: BLEU (Papineni et al. 2002) and chrF (Popovic 2015) as sacreBLEU computes them, with signatures;
exact matches; and edits of characters and words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sacrebleu
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from sacrebleu.significance import PairedTest, Result

ORDER = 4
"""The longest n-grams that BLEU counts."""

LEAST_WORDS = 2
"""Where references have fewer on average, BLEU says nothing: it is made of n-grams, and one word has none."""

SAMPLE = 1_000
"""References that are looked at to choose a metric."""

WITHOUT_BLANKS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "JAVANESE")
"""Scripts, as Unicode's names of letters begin, of languages that put no blanks between words."""


@dataclass(frozen=True)
class Quality:
    """Scores of a test set, 0 to 100, and the signatures without which they cannot be compared (Post 2018).

    bleu: None where references are single words, and then without a signature. exact: texts equal to a reference, in
    per cent. character_errors, word_errors: edits for each hundred characters and words of the nearest reference; words
    are what blanks part.
    """

    bleu: float | None
    bleu_signature: str
    chrf: float
    chrf_signature: str
    exact: float
    character_errors: float
    word_errors: float


def bleu_metric(references: Sequence[Sequence[str]], *, sentence: bool = False) -> sacrebleu.BLEU | None:
    """The BLEU that suits references, told from them alone, so that it is the same for all that is held against them.

    Languages without blanks are cut as sacreBLEU has it: Chinese by its own rules, others by characters. Where no
    reference has four words, the orders that there are count ("eff:yes" in the signature), or all would get 0.

    Args:
        references: one list for each set of them.
        sentence: whether single sentences are to be scored, which always count the orders that there are.

    Returns:
        None for single words.
    """
    tokenizer = _tokenizer(references)
    metric = sacrebleu.BLEU(tokenize=tokenizer, effective_order=sentence)
    lengths = [len(metric.tokenizer(text).split()) for texts in references for text in texts[:SAMPLE]]
    if lengths and sum(lengths) < LEAST_WORDS * len(lengths):
        return None
    if max(lengths, default=ORDER) < ORDER:
        return sacrebleu.BLEU(tokenize=tokenizer, effective_order=True)
    return metric


def word_cutter(references: Sequence[Sequence[str]]) -> Callable[[str], list[str]]:
    """What cuts a text into words and punctuation marks, as BLEU of these references does."""
    tokenize = sacrebleu.BLEU(tokenize=_tokenizer(references)).tokenizer
    return lambda text: list(tokenize(text).split())


def corpus_quality(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Quality:
    """Corpus BLEU and chrF, cased, exact matches and edits.

    Args:
        hypotheses: one text for each sentence.
        references: one list for each set of references, each as long as ``hypotheses``.
    """
    given, sets = list(hypotheses), [list(texts) for texts in references]
    bleu, chrf = bleu_metric(sets), sacrebleu.CHRF()
    nearest = list(zip(*sets, strict=True))
    score = bleu.corpus_score(given, sets).score if bleu else None
    return Quality(
        bleu=score,
        bleu_signature=str(bleu.get_signature()) if bleu else "",
        chrf=chrf.corpus_score(given, sets).score,
        chrf_signature=str(chrf.get_signature()),
        exact=100 * sum(text in texts for text, texts in zip(given, nearest, strict=True)) / max(1, len(given)),
        character_errors=_errors(given, nearest, list),
        word_errors=_errors(given, nearest, str.split),
    )


def _errors(hypotheses: list[str], references: list[tuple[str, ...]], units: Callable[[str], list[str]]) -> float:
    edits = length = 0
    for text, texts in zip(hypotheses, references, strict=True):
        ours = units(text)
        distance, size = min((Levenshtein.distance(ours, theirs), len(theirs)) for theirs in map(units, texts))
        edits, length = edits + distance, length + size
    return 100 * edits / max(1, length)


def _tokenizer(references: Sequence[Sequence[str]]) -> str:
    """sacreBLEU's name of what cuts most of the letters of these texts into words."""
    letters = [sign for texts in references for text in texts[:SAMPLE] for sign in text if sign.isalpha()]
    scripts = [unicodedata.name(sign, "").split(" ")[0] for sign in letters if not sign.isascii()]
    without = [script for script in scripts if script.startswith(WITHOUT_BLANKS)]
    if 2 * len(without) <= len(letters):
        return "13a"
    return "zh" if without.count("CJK") > 0.95 * len(without) else "char"


LEAST_RESAMPLED = 20
"""Sentences; of fewer, resampling knows too little: of a single one it would say that every difference is certain."""


@dataclass(frozen=True)
class Estimate:
    """A corpus score, and what bootstrap resampling of its sentences says of it (Koehn 2004).

    score: 0 to 100.
    margin: half the width of the 95% interval; None for fewer than ``LEAST_RESAMPLED`` sentences.
    p_value: of the difference to a baseline, by paired resampling; None without one, where no text differs, or for
        fewer than ``LEAST_RESAMPLED`` sentences.
    """

    score: float
    margin: float | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class ResampledQuality:
    """Scores of a test set with their intervals, and the signatures that say how often and from which seed.

    bleu: None where references are single words. exact: texts equal to their reference, in per cent.
    """

    bleu: Estimate | None
    bleu_signature: str
    chrf: Estimate
    chrf_signature: str
    exact: Estimate


def resampled_quality(
    hypotheses: Sequence[str], references: Sequence[str], *, baseline: Sequence[str] | None = None
) -> ResampledQuality:
    """``corpus_quality`` with sacreBLEU's intervals and its paired bootstrap test.

    Args:
        hypotheses, references: one text for each sentence.
        baseline: another system's texts for the same sentences.
    """
    if len(hypotheses) < LEAST_RESAMPLED:
        plain = corpus_quality(hypotheses, [references])
        bleu_alone = None if plain.bleu is None else Estimate(plain.bleu)
        chrf_alone, exact_alone = Estimate(plain.chrf), Estimate(plain.exact)
        return ResampledQuality(bleu_alone, plain.bleu_signature, chrf_alone, plain.chrf_signature, exact_alone)
    # sacreBLEU calls two systems that say the same significantly different.
    same = baseline is None or list(baseline) == list(hypotheses)
    systems: list[tuple[str, Sequence[str]]]
    systems = [("system", list(hypotheses))] if same else [("base", list(baseline or ())), ("system", list(hypotheses))]
    bleu = bleu_metric([references])
    metrics = {"BLEU": bleu, "chrF2": sacrebleu.CHRF()} if bleu else {"chrF2": sacrebleu.CHRF()}
    signatures, scores = PairedTest(systems, metrics, [list(references)], test_type="bs")()
    return ResampledQuality(
        bleu=_estimate(scores["BLEU"][-1]) if bleu else None,
        bleu_signature=str(signatures["BLEU"]) if bleu else "",
        chrf=_estimate(scores["chrF2"][-1]),
        chrf_signature=str(signatures["chrF2"]),
        exact=_resampled_exact(hypotheses, references, None if same else baseline),
    )


RESAMPLED, SEED = 1_000, 12345
"""How often sentences are drawn anew, and from which seed: sacreBLEU's own numbers."""


def _resampled_exact(hypotheses: Sequence[str], references: Sequence[str], baseline: Sequence[str] | None) -> Estimate:
    """Exact matches in per cent, with interval and paired test as sacreBLEU makes them of its own metrics."""
    drawn = np.random.default_rng(SEED).integers(len(references), size=(RESAMPLED, len(references)))

    def right(texts: Sequence[str]) -> NDArray[np.float64]:
        return np.array([100.0 * (text == wanted) for text, wanted in zip(texts, references, strict=True)])

    ours = right(hypotheses)
    low, high = np.percentile(ours[drawn].mean(1), (2.5, 97.5))
    p_value = None
    if baseline is not None:
        apart = ours - right(baseline)
        shifted = np.abs(apart[drawn].mean(1) - apart.mean())
        p_value = (float((shifted >= abs(apart.mean())).sum()) + 1) / (RESAMPLED + 1)
    return Estimate(float(ours.mean()), float(high - low) / 2, p_value)


def _estimate(result: str | Result) -> Estimate:
    assert isinstance(result, Result) and result.ci is not None  # a bare name stands only for the systems themselves
    return Estimate(float(result.score), float(result.ci), result.p_value)


def sentence_quality(hypothesis: str, reference: str) -> Quality:
    """``corpus_quality`` of one text against one reference.

    Short texts lack some n-grams altogether: BLEU counts the orders that there are ("eff:yes" in its signature) and
    smooths (Chen & Cherry 2014). It stays rough; chrF is steadier on one sentence.
    """
    bleu, chrf = bleu_metric([[reference]], sentence=True), sacrebleu.CHRF()
    return Quality(
        bleu=bleu.sentence_score(hypothesis, [reference]).score if bleu else None,
        bleu_signature=str(bleu.get_signature()) if bleu else "",
        chrf=chrf.sentence_score(hypothesis, [reference]).score,
        chrf_signature=str(chrf.get_signature()),
        exact=100.0 * (hypothesis == reference),
        character_errors=_errors([hypothesis], [(reference,)], list),
        word_errors=_errors([hypothesis], [(reference,)], str.split),
    )
