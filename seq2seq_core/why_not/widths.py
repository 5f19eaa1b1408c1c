"""Which beam would have kept it: where beams of other widths lose a given translation, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from seq2seq_core.decoding import Candidate, DecodeResult, DecodeStep
from seq2seq_core.types import CoreError

MAX_WIDTH = 50
RIVALS = 3

Became = Literal["first", "finished", "pushed out", "dropped", "stopped"]


@dataclass(frozen=True)
class AtWidth:
    """What became of a given translation in a beam of one width.

    width: K.
    outcome: "first" = it is what this beam says; "finished" = it was completed, and others score higher;
        "pushed out" = it was completed, and so many scored higher that it is not among the K kept; "dropped" = its
        beginning fell out of the beam; "stopped" = the search was over while its beginning was still in the beam.
    place: among what this beam found, 1 = best; None where it is not there.
    step: index of the token that was not kept, or at which the search was over; None where it was kept to its end.
    short_by: "dropped" only: nats of log P by which its beginning was below the last that was kept.
    rivals: "dropped" only: texts of the likeliest beginnings that were kept instead.
    text, score: what this beam says, and its score.
    """

    width: int
    outcome: Became
    text: str
    score: float
    place: int | None = None
    step: int | None = None
    short_by: float | None = None
    rivals: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether it was in the beam to its end."""
        return self.outcome in ("first", "finished", "pushed out")


def check_widths(widths: Sequence[int]) -> None:
    """
    Raises:
        CoreError: one is no beam width that is looked at here.
    """
    wrong = [width for width in widths if not 1 <= width <= MAX_WIDTH]
    if wrong:
        raise CoreError(f"a width to look at is {wrong[0]}; it must be from 1 to {MAX_WIDTH}")


def at_width(
    result: DecodeResult,
    wanted: Sequence[int],
    totals: Sequence[float],
    width: int,
    text: Callable[[Sequence[int]], str],
) -> AtWidth:
    """Where a beam lost the tokens ``wanted``.

    Args:
        result: of a beam of this width with its steps, and with as many hypotheses.
        wanted: ids of the translation, its end included.
        totals: log P of its beginnings, of as many tokens as there are before and with each.
        width: K.
        text: what ids say.
    """
    first = result.hypotheses[0]
    said = AtWidth(width, "stopped", first.text, first.score)
    for step in result.steps[: len(wanted)]:
        taken, last = _taken(step, wanted), step.index == len(wanted) - 1
        if taken is None or (taken.fate == "dropped" and not last):
            return replace(said, outcome="dropped", step=step.index, **_lost_to(step, totals[step.index], text))
    if len(result.steps) < len(wanted):
        return replace(said, step=len(result.steps))
    # Found in other pieces, it is the same translation: results name each text once.
    texts = [text(hypothesis.token_ids) for hypothesis in result.hypotheses]
    place = texts.index(text(wanted)) + 1 if text(wanted) in texts else None
    outcome: Became = "first" if place == 1 else "finished" if place else "pushed out"
    return replace(said, outcome=outcome, place=place)


def stays_from(found: Sequence[AtWidth]) -> int | None:
    """The width from which on every beam that was looked at keeps it to its end; None where the widest does not."""
    stays = None
    for one in sorted(found, key=lambda one: -one.width):
        if not one.kept:
            break
        stays = one.width
    return stays


def _taken(step: DecodeStep, wanted: Sequence[int]) -> Candidate | None:
    """The candidate that continues the wanted beginning with the wanted token; None where it was not considered."""
    begun, token = wanted[: step.index], wanted[step.index]
    rows = {row.row for row in step.rows if row.beginning.holds(begun)}
    return next((c for c in step.candidates if c.parent in rows and c.token_id == token), None)


def _lost_to(step: DecodeStep, total: float, text: Callable[[Sequence[int]], str]) -> dict[str, Any]:
    """Who was kept instead at this step, and by how much."""
    begun = {row.row: row.token_ids for row in step.rows}
    kept = [c for c in step.candidates if c.fate == "kept"]
    rivals = tuple(text([*begun[c.parent], c.token_id]) for c in kept[:RIVALS])
    short = min((c.total_log_prob for c in kept), default=None)
    return {"short_by": None if short is None else short - total, "rivals": rivals}
