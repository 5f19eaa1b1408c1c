"""Signs of trouble in a translation: each a measure with its source, beside what is usual for the model; never a stamp.

What is usual is measured by ``python -m seq2seq_core usual`` on sentences that the model was not trained on, and stands
in the checkpoint's metrics.json: between which values nine of ten translations lie. One in ten lies outside of each
range and is no worse for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from seq2seq_core.decoding import DecodeResult
from seq2seq_core.why_not.measures import (
    best,
    least_touched,
    length_ratio,
    likeness,
    mean_log_prob,
    on_one_piece,
    on_the_end,
    repetition,
    touched,
)

USUAL = "usual"
"""In metrics.json."""

SHARE = (0.05, 0.95)
"""Of the translations measured, those below and up to the usual range's ends."""

LENGTHS = (4, 8, 12, 16, 24, 32)
"""Tokens up to which log P is compared with that of translations of like length; longer ones are all alike."""

FEWEST = 20
"""Translations from which a range is told."""

Side = Literal["high", "low", "both"]


@dataclass(frozen=True)
class Measuring:
    """A measure that can be a sign.

    name: for programs. label: for people. side: which end of the usual range is a sign.
    measure: of a result; None where it says nothing. what: how it is measured. source: who uses it for this.
    """

    name: str
    label: str
    side: Side
    measure: Callable[[DecodeResult], float | None]
    what: str
    source: str


MEASURES = (
    Measuring(
        "repetition", "Repetition", "high", repetition,
        "share of pairs of words in a row that stood there before, less that share of the source",
        "Welleck et al. 2020, arXiv 1908.04319",
    ),
    Measuring(
        "copying", "Likeness to the source", "high", likeness,
        "1 less the edits for a letter between source and translation",
        "copies: Khayrallah & Koehn 2018, arXiv 1805.12282",
    ),
    Measuring(
        "coverage", "Least attention of a word", "low", least_touched,
        "attention that a source word's pieces got from all steps together, of the word that got least",
        "Tu et al. 2016, arXiv 1601.04811",
    ),
    Measuring(
        "length", "Length ratio", "both", length_ratio,
        "letters of the translation for each letter of the source",
        "Murray & Chiang 2018, arXiv 1808.10006",
    ),
    Measuring(
        "stuck", "Attention on one piece", "high", on_one_piece,
        "the largest share of all attention that one source piece got, times the number of pieces",
        "Rikters & Fishel 2017, arXiv 1710.03743",
    ),
    Measuring(
        "end", "Attention on the end", "high", on_the_end,
        "share of the attention that went to the source's end while words were written",
        "Rikters & Fishel 2017, arXiv 1710.03743",
    ),
    Measuring(
        "log_prob", "log P of a token", "low", mean_log_prob,
        "mean log P of a token, against translations of like length",
        "Fomicheva et al. 2020, arXiv 2005.10608",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """A measure of one translation, beside what is usual.

    name, label, what, source: see ``Measuring``. value: measured. low, high: ends of the usual range on the sides that
    are signs; None where that side is none, or where nobody measured what is usual.
    words: coverage only: the words that got less than usual, least first.
    """

    name: str
    label: str
    value: float
    low: float | None
    high: float | None
    what: str
    source: str
    words: tuple[str, ...] = ()

    @property
    def outside(self) -> bool:
        """Whether it is outside of the usual range."""
        return (self.low is not None and self.value < self.low) or (self.high is not None and self.value > self.high)

    @property
    def said(self) -> str:
        """In one sentence."""
        at = f"{self.label}: {self.value:.2f}"
        ends = (("at least", self.low), ("at most", self.high))
        usual = " and ".join(f"{name} {end:.2f}" for name, end in ends if end is not None)
        if not usual:
            return f"{at}; what is usual was not measured."
        left_out = f" ({', '.join(self.words)})" if self.words else ""
        return f"{at}{left_out}; usual is {usual}."


def signs_of(result: DecodeResult, usual: Mapping[str, Any] | None) -> tuple[Sign, ...]:
    """All measures of a result's first hypothesis that say something of it.

    Args:
        result: what was decoded.
        usual: what ``usual_of`` gave for the model; None where nobody measured it.
    """
    found = []
    for each in MEASURES:
        value = each.measure(result)
        if value is None:
            continue
        low, high = _range(each, usual, len(best(result).token_ids))
        words: tuple[str, ...] = ()
        if each.name == "coverage" and low is not None:
            below = sorted((one for one in touched(result) if one.attention < low), key=lambda one: one.attention)
            words = tuple(one.word for one in below)
        found.append(Sign(each.name, each.label, value, low, high, each.what, each.source, words))
    return tuple(found)


def usual_of(metadata: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is usual for a model, from its metrics.json; None where it says nothing, or nothing that can be used."""
    usual = metadata.get(USUAL)
    return usual if isinstance(usual, Mapping) and isinstance(usual.get("ranges"), Mapping) else None


def measured_usual(results: Sequence[DecodeResult], data: str) -> dict[str, Any]:
    """What is usual in these translations, as plain values for metrics.json.

    Args:
        results: of sentences that the model was not trained on, all decoded alike.
        data: what they are.
    """
    ranges: dict[str, Any] = {}
    for each in MEASURES:
        if each.name == "log_prob":
            ranges[each.name] = _by_length(each, results)
            continue
        values = [value for value in map(each.measure, results) if value is not None]
        if len(values) >= FEWEST:
            ranges[each.name] = _ends(values)
    first = results[0]
    return {
        "data": data,
        "sentences": len(results),
        "strategy": first.strategy,
        "settings": dict(first.config),
        "share": list(SHARE),
        "ranges": ranges,
    }


def _by_length(each: Measuring, results: Sequence[DecodeResult]) -> list[list[float]]:
    """For tokens up to each of ``LENGTHS``, and for all that are longer, [most tokens, low, high]."""
    found, before = [], 0
    for most in (*LENGTHS, 10**6):
        inside = [result for result in results if before < len(best(result).token_ids) <= most]
        values = [value for value in map(each.measure, inside) if value is not None]
        if len(values) >= FEWEST:
            found.append([most, *_ends(values)])
        before = most
    return found


def _ends(values: Sequence[float]) -> list[float]:
    return [round(float(end), 4) for end in np.quantile(values, SHARE)]


def _range(each: Measuring, usual: Mapping[str, Any] | None, length: int) -> tuple[float | None, float | None]:
    """The ends of the usual range on the sides that are signs; none where metrics.json says nothing of use."""
    ends = usual["ranges"].get(each.name) if usual else None
    if each.name == "log_prob" and isinstance(ends, list):
        rows = [row for row in ends if isinstance(row, list) and len(row) == 3 and _numbers(row) and row[0] >= length]
        ends = min(rows, key=lambda row: row[0])[1:] if rows else None
    if not isinstance(ends, list) or len(ends) != 2 or not _numbers(ends):
        return None, None
    low, high = float(ends[0]), float(ends[1])
    return (low if each.side != "high" else None), (high if each.side != "low" else None)


def _numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
