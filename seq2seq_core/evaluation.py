"""BLEU (Papineni et al. 2002) and chrF (Popovic 2015) as sacreBLEU computes them, each with its signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sacrebleu
from sacrebleu.significance import PairedTest, Result


@dataclass(frozen=True)
class Quality:
    """Scores of a test set, 0 to 100, and the signatures without which they cannot be compared (Post 2018)."""

    bleu: float
    bleu_signature: str
    chrf: float
    chrf_signature: str


def corpus_quality(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Quality:
    """Corpus BLEU (13a tokenisation, cased) and chrF.

    Args:
        hypotheses: one text for each sentence.
        references: one list for each set of references, each as long as ``hypotheses``.
    """
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    bleu_score = bleu.corpus_score(list(hypotheses), [list(r) for r in references])
    chrf_score = chrf.corpus_score(list(hypotheses), [list(r) for r in references])
    return Quality(
        bleu=bleu_score.score,
        bleu_signature=str(bleu.get_signature()),
        chrf=chrf_score.score,
        chrf_signature=str(chrf.get_signature()),
    )


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
    """Scores of a test set with their intervals, and the signatures that say how often and from which seed."""

    bleu: Estimate
    bleu_signature: str
    chrf: Estimate
    chrf_signature: str


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
        return ResampledQuality(Estimate(plain.bleu), plain.bleu_signature, Estimate(plain.chrf), plain.chrf_signature)
    # sacreBLEU calls two systems that say the same significantly different.
    same = baseline is None or list(baseline) == list(hypotheses)
    systems: list[tuple[str, Sequence[str]]]
    systems = [("system", list(hypotheses))] if same else [("base", list(baseline or ())), ("system", list(hypotheses))]
    metrics = {"BLEU": sacrebleu.BLEU(), "chrF2": sacrebleu.CHRF()}
    signatures, scores = PairedTest(systems, metrics, [list(references)], test_type="bs")()
    return ResampledQuality(
        bleu=_estimate(scores["BLEU"][-1]),
        bleu_signature=str(signatures["BLEU"]),
        chrf=_estimate(scores["chrF2"][-1]),
        chrf_signature=str(signatures["chrF2"]),
    )


def _estimate(result: str | Result) -> Estimate:
    assert isinstance(result, Result) and result.ci is not None  # a bare name stands only for the systems themselves
    return Estimate(float(result.score), float(result.ci), result.p_value)


def sentence_quality(hypothesis: str, reference: str) -> Quality:
    """Sentence-level BLEU and chrF of one text against one reference.

    Short texts lack some n-grams altogether: BLEU counts the orders that there are ("eff:yes" in its signature) and
    smooths (Chen & Cherry 2014). It stays rough; chrF is steadier on one sentence.
    """
    bleu, chrf = sacrebleu.BLEU(effective_order=True), sacrebleu.CHRF()
    return Quality(
        bleu=bleu.sentence_score(hypothesis, [reference]).score,
        bleu_signature=str(bleu.get_signature()),
        chrf=chrf.sentence_score(hypothesis, [reference]).score,
        chrf_signature=str(chrf.get_signature()),
    )
