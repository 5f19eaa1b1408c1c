"""Search error or model error: a given translation held against what a search found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from seq2seq_core.decoding import Hypothesis, ScoreConfig
from seq2seq_core.decoding.score import ScoreParts, length_divisor, normalised
from seq2seq_core.why_not.expected import Expected

Kind = Literal["same", "search error", "model error"]

MAX_ALPHA = 2.0
"""As far as the sliders for alpha go."""


@dataclass(frozen=True)
class Crossing:
    """A length normalisation under which first place changes.

    kind: avg or gnmt. alpha: where both score the same. longer: whether the given translation is the longer one, and so
    wins above this alpha; else it wins below.
    """

    kind: str
    alpha: float
    longer: bool


@dataclass(frozen=True)
class Judgement:
    """Why the given translation is not what was said.

    kind: "same" = it is what was said; "search error" = it scores above what was found, so that a better search would
        have found it or something better still (Stahlberg & Byrne 2019); "model error" = the model itself prefers what
        was found, and no search would help.
    score, found_score: of both, under the search's normalisation.
    behind: nats of log P by which it is less likely than what was found; below 0 where it is likelier.
    leaves_at: index of its first token that is another one than what was found; None where there is none.
    worst: index of the token at which it loses most against what the model would rather have said; None where it never
        loses.
    crossings: length normalisations under which the order of both is the other way round.
    """

    kind: Kind
    score: float
    found_score: float
    behind: float
    leaves_at: int | None
    worst: int | None
    crossings: tuple[Crossing, ...]


def judged(expected: Expected, found: Hypothesis, config: ScoreConfig, *, same: bool) -> Judgement:
    """
    Args:
        expected: the given translation.
        found: the best that was found.
        config: how both are scored.
        same: whether both are the same text.
    """
    ours, theirs = (normalised(parts, config) for parts in (expected.hypothesis.parts, found.parts))
    lost = [token.lost for token in expected.tokens]
    better: Kind = "search error" if ours.score > theirs.score else "model error"
    return Judgement(
        kind="same" if same else better,
        score=ours.score,
        found_score=theirs.score,
        behind=found.log_prob - expected.hypothesis.log_prob,
        leaves_at=_leaves_at(expected.hypothesis.token_ids, found.token_ids),
        worst=lost.index(max(lost)) if max(lost) > 0 else None,
        crossings=() if same else crossings(ours, theirs),
    )


def crossings(ours: ScoreParts, theirs: ScoreParts) -> tuple[Crossing, ...]:
    """Alphas, from 0 to ``MAX_ALPHA``, at which log P / divisor is the same for both: there first place changes.

    log P1 / d1^alpha = log P2 / d2^alpha where alpha = log(log P1 / log P2) / log(d1 / d2).
    """
    found = []
    totals = [parts.log_prob + parts.adjustment for parts in (ours, theirs)]
    for kind in ("avg", "gnmt"):
        bases = [length_divisor(float(parts.length), kind, 1.0) for parts in (ours, theirs)]
        if bases[0] == bases[1] or not all(total < 0 for total in totals):
            continue
        alpha = math.log(totals[0] / totals[1]) / math.log(bases[0] / bases[1])
        if 0 <= alpha <= MAX_ALPHA:
            found.append(Crossing(kind, alpha, ours.length > theirs.length))
    return tuple(found)


def _leaves_at(ours: tuple[int, ...], theirs: tuple[int, ...]) -> int | None:
    differ = (place for place, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1])
    return next(differ, None)
