"""How good translations are, and how alike. sacreBLEU takes longer to load than a translation: only where needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.stopping import Watch
from seq2seq_core.data.tokenizer import SPACE
from seq2seq_core.decoding import DecodeResult
from seq2seq_core.decoding.strategies.utility import utilities
from seq2seq_core.types import FloatArray
from seq2seq_core.why_not import Agreement, WhyNot, agreement_of

if TYPE_CHECKING:
    from seq2seq_core.contrast import NgramUse, SentenceGroup
    from seq2seq_core.evaluation import Quality, ResampledQuality

COMPARING = 20.0
"""Seconds that comparing outputs with each other may take."""

LATE = f"Stopped after comparing the outputs for {COMPARING:.0f} seconds; ask for fewer."


def utility_matrix(texts: Sequence[str], utility: str) -> FloatArray:
    """[C, C]: how much translations agree, see ``seq2seq_core.decoding.strategies.utility``.

    Raises:
        InputError: it takes longer than ``COMPARING``, or nobody waits for it any more.
    """
    return Watch(COMPARING, LATE).through(utilities(texts, utility))


def agreement(result: DecodeResult, known: WhyNot) -> Agreement:
    """Candidates with the expected translation and what was found beside them, see ``seq2seq_core.why_not``.

    Raises:
        InputError: it takes longer than ``COMPARING``, or nobody waits for it any more.
    """
    said = agreement_of(result, known.expected.hypothesis.text, known.found.hypotheses[0].text)
    return Watch(COMPARING, LATE).through(said)


def sentence_quality(text: str, reference: str) -> Quality:
    """chrF and BLEU of one translation; see ``seq2seq_core.evaluation``."""
    from seq2seq_core.evaluation import sentence_quality

    return sentence_quality(text, reference)


def sentence_chrf(texts: Sequence[str], references: Sequence[str]) -> tuple[float, ...]:
    """chrF of each text against its own reference, 0 to 100."""
    from seq2seq_core.contrast import sentence_chrf

    return sentence_chrf(texts, references)


def groups_of(texts: Sequence[str], pieces: Sequence[Sequence[str]]) -> tuple[tuple[SentenceGroup, ...], ...]:
    """Sentences grouped by their words, and by how many of these a model cuts into ``pieces``."""
    from seq2seq_core.contrast import by_cut_words, by_length

    return by_length(texts), by_cut_words(pieces, SPACE)


def least_resampled() -> int:
    """Sentences that an interval needs."""
    from seq2seq_core.evaluation import LEAST_RESAMPLED

    return LEAST_RESAMPLED


def ngrams_apart(
    ours: Sequence[str], theirs: Sequence[str], references: Sequence[str] | None, most: int
) -> tuple[NgramUse, ...]:
    """What ours say more often than theirs; see ``seq2seq_core.contrast``."""
    from seq2seq_core.contrast import ngrams_apart

    return ngrams_apart(ours, theirs, references, most)


def resampled_quality(
    texts: Sequence[str], references: Sequence[str], baseline: Sequence[str] | None = None
) -> ResampledQuality:
    """BLEU and chrF of translations of a set, and their difference to those of ``baseline``, if there are any."""
    from seq2seq_core.evaluation import resampled_quality

    return resampled_quality(texts, references, baseline=baseline)
