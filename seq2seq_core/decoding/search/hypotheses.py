"""Paths of a search to the hypotheses that a person reads."""

from __future__ import annotations

from collections.abc import Callable

import torch

from seq2seq_core.decoding.record.recorder import crop
from seq2seq_core.decoding.record.result import Hypothesis
from seq2seq_core.decoding.request import AnyRequest
from seq2seq_core.decoding.score import ScoreParts, coverage
from seq2seq_core.decoding.search.history import Path, split
from seq2seq_core.decoding.search.live import Live
from seq2seq_core.decoding.strategy import Outcome
from seq2seq_core.types import CoreError, FloatArray, StateT

Normalise = Callable[[ScoreParts], ScoreParts]
"""Plain parts of a hypothesis's score to those under a strategy's settings."""


def hypothesis(request: AnyRequest, path: Path, normalise: Normalise, *, adjustment: float = 0.0) -> Hypothesis:
    """The hypothesis of this path; its score is what its parts make."""
    source = request.sources[path.sentence]
    attention = crop(path.attention, len(source.tokens))
    plain = ScoreParts(sum(path.log_probs), len(path.token_ids), adjustment, coverage=_coverage(attention))
    parts = normalise(plain)
    pieces = tuple(request.pieces(path.token_ids))
    text, restored = source.words.written(request.text(path.token_ids), source.tokens, pieces, attention)
    return Hypothesis(
        token_ids=path.token_ids,
        tokens=tuple(map(source.words.piece, pieces)),
        token_log_probs=path.log_probs,
        log_prob=parts.log_prob,
        score=parts.score,
        text=text,
        finished=path.token_ids[-1] == request.specials.eos,
        attention=attention,
        parts=parts,
        restored=restored,
    )


def best_first(hypotheses: list[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Sorted by score; equal scores keep their order."""
    return tuple(sorted(hypotheses, key=lambda item: -item.score))


def outcomes(
    live: Live[StateT], *, count: int, normalise: Normalise = lambda parts: parts, adjusted: bool, repeats: bool
) -> list[Outcome]:
    """The best ``count`` finished hypotheses of each sentence of a search that is over.

    Args:
        normalise: to the parts of the score that hypotheses are ranked by.
        adjusted: whether something else than the model's log P went into the search scores.
        repeats: whether the same hypothesis may come twice; else the better score stays, say of two groups' finds.

    Raises:
        CoreError: a sentence has none, as every continuation was forbidden.
    """
    request, ended = live.request, live.finished.everything()
    paths, search_scores = live.history.paths(ended), ended.search_score.tolist()
    results = []
    for sentence, mine in enumerate(split(paths, len(request.sources))):
        if not mine:
            raise CoreError(
                f"sentence {request.sources[sentence].index + 1}: every continuation is forbidden; "
                "loosen no_repeat_ngram_size or min_new_tokens, or change the prefix"
            )
        found = []
        for position in mine:
            adjustment = search_scores[position] - sum(paths[position].log_probs) if adjusted else 0.0
            found.append(hypothesis(request, paths[position], normalise, adjustment=adjustment))
        if not repeats:
            found = list({item.token_ids: item for item in reversed(best_first(found))}.values())
        results.append(Outcome(best_first(found)[:count], int(live.calls[sentence])))
    return results


def _coverage(attention: FloatArray | None) -> float:
    """Of a hypothesis's attention [T, S]; 0 without."""
    if attention is None:
        return 0.0
    return float(coverage(torch.from_numpy(attention).sum(0)))
