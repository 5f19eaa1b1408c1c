"""Minimum Bayes risk beside it: what do the model's own candidates agree with, and would the expected translation win?

Each text is compared with each candidate that was drawn, which are the references (Eikema & Aziz 2020, arXiv
2005.10283, equation 8): its expected utility is the mean over them, each as often as it came.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq_core.decoding import DecodeResult, MbrConfig, Tick
from seq2seq_core.decoding.record.json_values import to_plain
from seq2seq_core.decoding.strategies.utility import utilities
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import FloatArray

if TYPE_CHECKING:
    from seq2seq_core.why_not.diagnosis import WhyNot


@dataclass(frozen=True, eq=False)
class Agreement:
    """How well texts agree with what the model draws.

    utility: "chrf" or "bleu". drawn: candidates that were drawn, repetitions included.
    texts: R different texts, that of highest expected utility first. counts: [R], how often each was drawn.
    references: places among the texts of the D that were drawn at least once, in their order.
    matrix: [R, D], utility from 0 to 100 of each text (row) with each of these as its reference (column).
    expected, found: places of the expected translation and of what the search found.
    """

    utility: str
    drawn: int
    texts: tuple[str, ...]
    counts: tuple[int, ...]
    references: tuple[int, ...]
    matrix: FloatArray
    expected: int
    found: int

    @property
    def utilities(self) -> list[float]:
        """[R], the expected utility of each text."""
        weights = np.array([self.counts[place] for place in self.references], dtype=float)
        return [float(value) for value in self.matrix.astype(float) @ (weights / weights.sum())]

    @property
    def ahead(self) -> float:
        """By how much the first leads the second; 0 where there is one only."""
        ranked = self.utilities
        return ranked[0] - ranked[1] if len(ranked) > 1 else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**to_plain(self), "utilities": self.utilities, "ahead": self.ahead}


def candidates_config(count: int) -> MbrConfig:
    """The search for ``count`` candidates, all of which are given back.

    Raises:
        CoreError: there are too few or too many.
    """
    return MbrConfig(num_candidates=count, num_return_sequences=count)


def agree(translator: Translator, known: WhyNot, config: MbrConfig) -> Generator[Tick, None, Agreement]:
    """Draws candidates for the sentence, and sets the expected translation and what was found beside them."""
    result = yield from translator.stream(known.source, config, trace=False)
    said, number = agreement_of(result, known.expected.hypothesis.text, known.found.hypotheses[0].text), 0
    while True:
        try:
            next(said)
        except StopIteration as done:
            agreement: Agreement = done.value
            return agreement
        yield Tick(number := number + 1, 1)


def agreement_of(result: DecodeResult, expected: str, found: str) -> Generator[int, None, Agreement]:
    """The candidates of a minimum Bayes risk search with two texts beside them; yields 1 after each slice of comparing.

    Args:
        result: of the search, with its utility matrix.
        expected: the expected translation.
        found: what another search found.
    """
    assert result.utilities is not None
    first = {text: place for place, text in reversed(list(enumerate(result.candidates)))}
    drawn = sorted(first, key=first.__getitem__)
    others = [text for text in dict.fromkeys((expected, found)) if text not in first]
    places = [first[text] for text in drawn]
    rows = result.utilities[np.ix_(places, places)]
    utility = str(result.details["utility"])
    if others:
        rows = np.concatenate([rows, (yield from utilities(others, utility, drawn))])
    texts = (*drawn, *others)
    counts = tuple(result.candidates.count(text) for text in texts)
    unsorted = Agreement(utility, len(result.candidates), texts, counts, tuple(range(len(drawn))), rows, 0, 0)
    means = unsorted.utilities
    order = sorted(range(len(texts)), key=lambda place: -means[place])
    ranked = tuple(texts[place] for place in order)
    columns = [place for place in order if counts[place]]
    return replace(
        unsorted,
        texts=ranked,
        counts=tuple(counts[place] for place in order),
        references=tuple(order.index(place) for place in columns),
        matrix=rows[np.ix_(order, columns)],
        expected=ranked.index(expected),
        found=ranked.index(found),
    )
