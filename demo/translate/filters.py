"""What can be moved over the open word of the step lens, and what is known of that word meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from seq2seq_core.decoding import FILTERS, DecodeResult, Hypothesis, SampleConfig, options

if TYPE_CHECKING:
    from demo.service import Foreseen

SAMPLE = "sample"
"""The strategy that the filters belong to."""

MOVED = (*FILTERS, "seed")


@dataclass(frozen=True)
class FilterControl:
    """A filter's setting, or the seed, as a person moves it.

    now: where the result has it. off: where it does nothing. least, most: its ends; None for words.
    step: between two values; 0 for what is typed.
    """

    name: str
    label: str
    help: str
    now: float | str
    off: float | str
    least: float | None = None
    most: float | None = None
    step: float = 0.0


@dataclass
class Glance:
    """What the model said before the word that is open, so that it is asked once while a filter moves.

    Each person has their own, and what is asked of another word takes its place.

    of: the request, and the ids before the word.
    """

    of: object = None
    known: Foreseen | None = None


def filter_controls(result: DecodeResult) -> tuple[FilterControl, ...]:
    """All filters in the order in which they apply, and the seed, where this result has them."""
    found = []
    for option in options(SampleConfig):
        if option.name not in MOVED:
            continue
        meta, off = option.metadata, cast(float | str, option.default)
        now = result.config.get(option.name, off)
        control = FilterControl(option.name, meta["label"], meta["help"], now, off)
        if not isinstance(off, str):
            typed = option.name == "seed"
            most = meta["max"] if typed else max(meta["soft_max"] or meta["max"], now)
            step = 0.0 if typed else meta["step"] or (1 if isinstance(off, int) else 0.01)
            control = FilterControl(option.name, meta["label"], meta["help"], now, off, meta["min"], most, step)
        found.append(control)
    return tuple(sorted(found, key=lambda each: MOVED.index(each.name)))


def sampler(settings: Mapping[str, object], result: DecodeResult) -> dict[str, object]:
    """Settings of a sampler with these filters whose outputs may be as long as this result's."""
    named = {option.name for option in options(SampleConfig)} - set(MOVED)
    return {name: value for name, value in result.config.items() if name in named} | dict(settings)


def number_of(result: DecodeResult, hypothesis: Hypothesis) -> int:
    """Which of a sampler's samples this is, as its seed counts them; the first for all other strategies."""
    if result.strategy != SAMPLE:
        return 0
    begun = hypothesis.token_ids[:-1]
    rows = (row.row for step in result.steps if step.index for row in step.rows if row.beginning.holds(begun))
    return next(rows, 0)
