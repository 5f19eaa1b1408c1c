"""Several strategies on the same sentence: the figures to set beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

from demo.common.several_runs import Range, range_of
from demo.service import sentence_quality, utility_matrix
from seq2seq_core.decoding import DecodeResult, rows_of

MOST_SHOWN = 100
"""Translations of one result, beside its best, that are measured one by one."""

MOST_COMPARED = 20
"""Different texts of one result that are compared with each other: the comparisons grow with the square."""


@dataclass(frozen=True)
class Spread:
    """How much the several translations of one result differ.

    number, distinct: translations, and different texts among them.
    texts: each text with how often it came, most frequent first, then in the order of the result.
    log_probs: least, mean and greatest log P, in nats.
    chrf: mean chrF, 0 to 100, of each translation with each other as reference (100 = all the same); of the first
        ``MOST_COMPARED`` different texts.
    """

    number: int
    distinct: int
    texts: tuple[tuple[str, int], ...]
    log_probs: tuple[float, float, float]
    chrf: float

    @property
    def duplicates(self) -> int:
        """Translations that say what another one said before."""
        return self.number - self.distinct


@dataclass(frozen=True)
class Figures:
    """One strategy's row: its best translation and what it cost.

    log_prob: of the best translation, in nats.
    score: what the strategy ranked it by; not comparable between strategies.
    length: t, its tokens, EOS counted.
    forward_calls: calls of the decoder, one for all rows that are alive.
    rows: those rows, over all calls; the record of the steps has them.
    milliseconds: wall time of decoding; the median where it was timed again.
    times: of the runs that timed it again, in milliseconds; none where nobody asked for them.
    proven: whether nothing is more probable; None where the strategy does not ask.
    chrf, bleu: against the reference, 0 to 100; None without one.
    exact: it is the reference; None without one.
    character_errors, word_errors: edits for each hundred characters and words of the reference; None without one.
    spread: None where there is one translation only.
    """

    text: str
    log_prob: float
    score: float
    length: int
    forward_calls: int
    rows: int
    milliseconds: float
    proven: bool | None = None
    chrf: float | None = None
    bleu: float | None = None
    exact: bool | None = None
    character_errors: float | None = None
    word_errors: float | None = None
    spread: Spread | None = None
    times: tuple[float, ...] = ()

    @property
    def runs(self) -> int:
        """How many runs ``milliseconds`` comes from."""
        return len(self.times) or 1

    @property
    def range(self) -> Range | None:
        """The shortest and the longest time; None where it was timed once."""
        return range_of(self.times)


def timed(known: Figures, times: tuple[float, ...]) -> Figures:
    """The row with the time of several runs, in milliseconds."""
    return replace(known, milliseconds=median(times), times=times)


def figures(result: DecodeResult, reference: str = "") -> Figures:
    """The row of one result; its best translation against ``reference`` where there is one."""
    best = result.hypotheses[0]
    quality = sentence_quality(best.text, reference) if reference else None
    return Figures(
        text=best.text,
        log_prob=best.log_prob,
        score=best.score,
        length=best.parts.length,
        forward_calls=result.forward_calls,
        rows=rows_of(result.steps),
        milliseconds=result.seconds * 1000,
        proven=result.proven,
        chrf=quality.chrf if quality else None,
        bleu=quality.bleu if quality else None,
        exact=quality.exact == 100 if quality else None,
        character_errors=quality.character_errors if quality else None,
        word_errors=quality.word_errors if quality else None,
        spread=spread(result) if len(result.hypotheses) > 1 else None,
    )


def spread(result: DecodeResult) -> Spread:
    """How much the translations of one result differ; it must have two or more."""
    texts, log_probs = [h.text for h in result.hypotheses], [h.log_prob for h in result.hypotheses]
    counts = Counter(texts)
    return Spread(
        number=len(texts),
        distinct=len(counts),
        texts=tuple(counts.most_common()),
        log_probs=(min(log_probs), fmean(log_probs), max(log_probs)),
        chrf=_likeness(list(counts.items())[:MOST_COMPARED]),
    )


def cloud(result: DecodeResult, reference: str) -> list[float]:
    """chrF against ``reference`` of the translations after the best one, of at most ``MOST_SHOWN`` of them."""
    return [sentence_quality(h.text, reference).chrf for h in result.hypotheses[1 : MOST_SHOWN + 1]]


def _likeness(counts: Sequence[tuple[str, int]]) -> float:
    """Mean chrF of all ordered pairs of two translations, each text as often as it came."""
    matrix = utility_matrix([text for text, _ in counts], "chrf")
    total = sum(count for _, count in counts)
    pairs = sum(
        float(matrix[i, j]) * ours * (theirs - (i == j))
        for i, (_, ours) in enumerate(counts)
        for j, (_, theirs) in enumerate(counts)
    )
    return pairs / (total * (total - 1)) if total > 1 else 100.0
