"""Paths of a search to the hypotheses that a person reads."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from seq2seq_core.decoding.base import Outcome, Request
from seq2seq_core.decoding.history import Ends, History, Path, split
from seq2seq_core.decoding.pool import Pool
from seq2seq_core.decoding.trace import Hypothesis, ScoreParts
from seq2seq_core.decoding.tracing import Tracer, crop
from seq2seq_core.types import CoreError


class MakeParts(Protocol):
    """``ScoreParts`` of a hypothesis under some config."""

    def __call__(self, *, log_prob: float, length: int, adjustment: float, covered: float) -> ScoreParts: ...


def hypothesis(request: Request, path: Path, parts: ScoreParts) -> Hypothesis:
    """The hypothesis of this path; its score is what its parts make."""
    source = request.sources[path.sentence]
    return Hypothesis(
        token_ids=path.token_ids,
        tokens=tuple(request.pieces(path.token_ids)),
        token_log_probs=path.log_probs,
        log_prob=parts.log_prob,
        score=parts.score,
        text=request.text(path.token_ids),
        finished=path.token_ids[-1] == request.specials.eos,
        attention=crop(path.attention, len(source.tokens)),
        parts=parts,
    )


def best_first(hypotheses: list[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Sorted by score; equal scores keep their order."""
    return tuple(sorted(hypotheses, key=lambda item: -item.score))


def outcomes(
    request: Request, history: History, tracer: Tracer, pool: Pool, calls: Tensor,
    *, count: int, adjusted: bool, repeats: bool, make_parts: MakeParts,
) -> list[Outcome]:  # fmt: skip
    """The best ``count`` hypotheses of each sentence.

    Args:
        pool: every finished hypothesis, tensors [H].
        calls: [B].
        adjusted: whether something else than the model's log P went into the totals.
        repeats: whether the same hypothesis may come twice; else the better score stays, say of two groups' finds.
    """
    paths = history.paths(Ends(pool.sentence, pool.step, pool.parent, pool.token, pool.log_prob))
    totals, covered = pool.total.tolist(), pool.covered.tolist()
    results = []
    for sentence, mine in enumerate(split(paths, len(request.sources))):
        if not mine:
            raise CoreError(
                f"sentence {request.sources[sentence].index + 1}: every continuation is forbidden; "
                "loosen no_repeat_ngram_size or min_new_tokens, or change the prefix"
            )
        found = []
        for position in mine:
            path = paths[position]
            log_prob = sum(path.log_probs)
            adjustment = totals[position] - log_prob if adjusted else 0.0
            parts = make_parts(
                log_prob=log_prob, length=len(path.token_ids), adjustment=adjustment, covered=covered[position]
            )
            found.append(hypothesis(request, path, parts))
        if not repeats:
            found = list({item.token_ids: item for item in reversed(best_first(found))}.values())
        ranked = best_first(found)[:count]
        results.append(Outcome(ranked, tracer.steps(sentence), int(calls[sentence])))
    return results
