"""BLEU (Papineni et al. 2002) and chrF (Popovic 2015) as sacreBLEU computes them, each with its signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sacrebleu


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
