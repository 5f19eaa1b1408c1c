"""How well one sentence agrees with another, by sacreBLEU."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from itertools import product

import numpy as np

from seq2seq_core.types import FloatArray

UTILITIES = ("chrf", "bleu")


SLICE = 0.05
"""Seconds of comparing after which whoever asked for it may stop."""


def utilities(
    texts: Sequence[str], utility: str, references: Sequence[str] | None = None
) -> Generator[int, None, FloatArray]:
    """Returns [C, D]: utility, from 0 to 100, of each text (row) with each reference (column), the texts if None.

    Yields 1, as a search does of one sentence, after each ``SLICE``: the comparisons grow with the square of C.
    """
    score, places = _metric(utility), _numbered(texts)
    against = places if references is None else _numbered(references)
    # Samples repeat themselves: each pair of different texts once.
    small, begun = np.empty((len(places), len(against)), dtype=np.float32), time.perf_counter()
    for (row, text), (column, reference) in product(enumerate(places), enumerate(against)):
        small[row, column] = score(text, reference)
        if time.perf_counter() - begun > SLICE:
            yield 1
            begun = time.perf_counter()
    rows = [places[text] for text in texts]
    columns = rows if references is None else [against[text] for text in references]
    matrix: FloatArray = small[np.ix_(rows, columns)]
    return matrix


def _numbered(texts: Sequence[str]) -> dict[str, int]:
    return {text: place for place, text in enumerate(dict.fromkeys(texts))}


def _metric(utility: str) -> Callable[[str, str], float]:
    # Here and not above: loading sacreBLEU takes longer than a translation, and only this strategy needs it.
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF() if utility == "chrf" else BLEU(effective_order=True)
    return lambda text, reference: float(metric.sentence_score(text, [reference]).score)
