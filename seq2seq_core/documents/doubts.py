"""What is doubtful in a translation, told from the translation alone; each measure is taken of every sentence.

The thresholds leave nearly all translations of single sentences alone: docs/documents.md says how many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from seq2seq_core.decoding import DecodeResult
from seq2seq_core.pipeline import Translation
from seq2seq_core.why_not.measures import best, length_ratio, likeness, mean_log_prob, repetition

TOUCHED = 0.1
"""Attention that a source piece gets from all steps together, where it counts as looked at."""


@dataclass(frozen=True)
class Doubt:
    """One thing that is doubtful in a unit.

    kind: its name for programs.
    meaning: for people.
    measure: of the sentence where it is worst.
    threshold: what the measure should have stayed on the other side of.
    """

    kind: str
    meaning: str
    measure: float
    threshold: float


@dataclass(frozen=True)
class Measured:
    """A measure of a sentence and from where on it is doubtful.

    high: doubtful at the threshold and above; otherwise below it.
    measure: from a sentence's result; None where it says nothing of this one.
    any_task: it tells of the model whatever its task; others hold a translation against its source.
    """

    kind: str
    meaning: str
    threshold: float
    high: bool
    measure: Callable[[DecodeResult], float | None]
    any_task: bool = False

    def doubt(self, sentences: Sequence[DecodeResult]) -> Doubt | None:
        """Where one of the sentences is doubtful."""
        values = [value for value in map(self.measure, sentences) if value is not None]
        worst = (max if self.high else min)(values, default=None)
        if worst is None or (worst < self.threshold if self.high else worst >= self.threshold):
            return None
        return Doubt(self.kind, self.meaning, worst, self.threshold)


def doubts_of(translation: Translation, *, other_task: bool = False) -> tuple[Doubt, ...]:
    """What is doubtful in the first translation of each sentence of a unit; not of those the model was not asked.

    other_task: the model does not translate, so that an output that is short or like its source may well be right.
    """
    sentences = [result for result in translation.sentences if best(result).token_ids]
    checks = [check for check in CHECKS if check.any_task or not other_task]
    return tuple(doubt for doubt in (check.doubt(sentences) for check in checks) if doubt)


def confidence_of(translation: Translation) -> float:
    """exp of the mean log P of a piece, over all sentences: from 0 to 1, and 1 of an empty text."""
    log_probs = [p for result in translation.sentences for p in best(result).token_log_probs]
    return math.exp(sum(log_probs) / len(log_probs)) if log_probs else 1.0


def log_prob_of(translation: Translation) -> float:
    """log P of all sentences together."""
    return sum(best(result).log_prob for result in translation.sentences)


def untouched(result: DecodeResult) -> float | None:
    """The longest row of source pieces that attention hardly touched; None where the model has no attention."""
    attention, pieces = best(result).attention, len(result.source_tokens) - 1  # without EOS
    if attention is None:
        return None
    hardly = attention.sum(axis=0)[:pieces] < TOUCHED
    return float(max((len(list(row)) for is_so, row in groupby(hardly) if is_so), default=0))


def unfinished(result: DecodeResult) -> float:
    """1 where the length limit cut the translation off, 0 otherwise."""
    return float(not best(result).finished)


CHECKS = (
    Measured("repetition", "says the same words again", 0.2, True, repetition),
    Measured("untranslated", "is much like the source", 0.8, True, likeness),
    Measured("too short", "is short for its source", 0.6, False, length_ratio),
    Measured("too long", "is long for its source", 2.0, True, length_ratio),
    Measured("coverage", "leaves out a part of the source", 5, True, untouched),
    Measured("unsure", "the model was unsure of it", -1.0, False, mean_log_prob, any_task=True),
    Measured("cut off", "does not end within the length limit", 1.0, True, unfinished, any_task=True),
)
"""In the order in which they are told."""
