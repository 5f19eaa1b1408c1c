"""Paths of a search to the hypotheses that a person reads."""

from __future__ import annotations

from seq2seq_core.decoding.base import Request
from seq2seq_core.decoding.history import Path
from seq2seq_core.decoding.trace import Hypothesis, ScoreParts
from seq2seq_core.types import FloatArray


def hypothesis(request: Request, path: Path, parts: ScoreParts, score: float | None = None) -> Hypothesis:
    """The hypothesis of this path; its score is what its parts make unless one is given."""
    source = request.sources[path.sentence]
    return Hypothesis(
        token_ids=path.token_ids,
        tokens=tuple(request.pieces(path.token_ids)),
        token_log_probs=path.log_probs,
        log_prob=parts.log_prob,
        score=parts.score if score is None else score,
        text=request.text(path.token_ids),
        finished=path.token_ids[-1] == request.specials.eos,
        attention=crop(path.attention, len(source.tokens)),
        parts=parts,
    )


def crop(attention: FloatArray | None, source_length: int) -> FloatArray | None:
    """Without the columns that only padded the batch."""
    return None if attention is None else attention[:, :source_length].copy()


def best_first(hypotheses: list[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Sorted by score; equal scores keep their order."""
    return tuple(sorted(hypotheses, key=lambda item: -item.score))
