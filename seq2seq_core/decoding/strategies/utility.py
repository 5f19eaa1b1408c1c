"""How well one sentence agrees with another, by sacreBLEU."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seq2seq_core.types import FloatArray

UTILITIES = ("chrf", "bleu")


def utility_matrix(texts: Sequence[str], utility: str) -> FloatArray:
    """[C, C]: utility, from 0 to 100, of each text (row) with each as its reference (column)."""
    score, places = _metric(utility), {text: place for place, text in enumerate(dict.fromkeys(texts))}
    # Samples repeat themselves: each pair of different texts once.
    small = np.array([[score(text, reference) for reference in places] for text in places], dtype=np.float32)
    index = np.array([places[text] for text in texts])
    matrix: FloatArray = small[np.ix_(index, index)]
    return matrix


def _metric(utility: str) -> Callable[[str, str], float]:
    # Here and not above: loading sacreBLEU takes longer than a translation, and only this strategy needs it.
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF() if utility == "chrf" else BLEU(effective_order=True)
    return lambda text, reference: float(metric.sentence_score(text, [reference]).score)
