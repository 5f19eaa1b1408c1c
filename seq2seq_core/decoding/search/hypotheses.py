"""Paths of a search to the hypotheses that a person reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

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


def distinct(ranked: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """One hypothesis for each text, the first, whatever pieces spell it: ``spellings`` tells of the others.

    What the length limit cut off is not the same as what ended so: it might have gone on.
    """
    texts: dict[tuple[str, bool], dict[tuple[int, ...], Hypothesis]] = {}
    for item in ranked:
        texts.setdefault((item.text, item.finished), {}).setdefault(item.token_ids, item)
    return tuple(_first_of(*spelled.values()) for spelled in texts.values())


def _first_of(first: Hypothesis, *others: Hypothesis) -> Hypothesis:
    found = [*first.spellings, *(log_prob for item in others for log_prob in (item.log_prob, *item.spellings))]
    return replace(first, spellings=tuple(sorted(found, reverse=True)))


def outcomes(
    live: Live[StateT], *, count: int, normalise: Normalise = lambda parts: parts, adjusted: bool, repeats: bool
) -> list[Outcome]:
    """The best ``count`` finished hypotheses of each sentence of a search that is over.

    Args:
        normalise: to the parts of the score that hypotheses are ranked by.
        adjusted: whether something else than the model's log P went into the search scores.
        repeats: whether the same text may come twice; else the better score stays, see ``distinct``.

    Raises:
        CoreError: a sentence has none, as every continuation was forbidden.
    """
    request, ended = live.request, live.finished.everything()
    paths, search_scores = live.history.paths(ended), ended.search_score.tolist()
    results = []
    for sentence, mine in enumerate(split(paths, len(request.sources))):
        if not mine:
            raise CoreError(f"sentence {request.sources[sentence].index + 1}: {_nothing(request)}")
        found = []
        for position in mine:
            adjustment = search_scores[position] - sum(paths[position].log_probs) if adjusted else 0.0
            found.append(hypothesis(request, paths[position], normalise, adjustment=adjustment))
        ranked = best_first(found) if repeats else distinct(best_first(found))
        results.append(Outcome(ranked[:count], int(live.calls[sentence])))
    return results


def _nothing(request: AnyRequest) -> str:
    """Why a sentence has no hypothesis, and what to do."""
    if getattr(request.config, "force_words", ""):
        return (
            "no hypothesis says all of force_words before its end; raise max_new_tokens or num_beams, or ask for less"
        )
    return "every continuation is forbidden; loosen no_repeat_ngram_size, min_new_tokens or bad_words, or the prefix"


def _coverage(attention: FloatArray | None) -> float:
    """Of a hypothesis's attention [T, S]; 0 without."""
    if attention is None:
        return 0.0
    return float(coverage(torch.from_numpy(attention).sum(0)))
