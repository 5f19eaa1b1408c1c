"""One setting of a card at several values: a card for each."""

from __future__ import annotations

import math
import re
from dataclasses import Field
from typing import Any

from demo.common.contest import MAX_CARDS, contestants
from demo.common.contestant import Contestant
from demo.common.text_input import InputError
from seq2seq_core.decoding import STRATEGIES, options

ABOUT = 4
"""Steps that are offered between the two ends of a setting."""

WRONG = "Give a first value, a last one that is not smaller, and a step above 0."
MANY = "From {:g} to {:g} in steps of {:g} is {:,} cards, and at most {} fit: take a larger step."


def swept(strategy: str) -> dict[str, str]:
    """The strategy's settings that are numbers, by name, and what they are called; the seed is the comparison's."""
    return {option.name: option.metadata["label"] for option in options(STRATEGIES[strategy].Config) if _number(option)}


def offered(strategy: str, setting: str) -> tuple[float, float, float]:
    """First and last value and step to begin with: what the setting's slider spans, in a few steps."""
    option = next(option for option in options(STRATEGIES[strategy].Config) if option.name == setting)
    first, last = option.metadata["min"], option.metadata["soft_max"] or option.metadata["max"]
    step = (last - first) / ABOUT
    return (first, last, max(1, round(step))) if isinstance(option.default, int) else (first, last, round(step, 2))


def sweep(card: Contestant, setting: object, first: object, last: object, step: object) -> tuple[Contestant, ...]:
    """The card with its setting at ``first``, and so on by ``step``, up to ``last``.

    Raises:
        InputError: these are no such values, or there are more than fit.
    """
    if not isinstance(setting, str) or setting not in swept(card.strategy):
        raise InputError("Choose a setting of this strategy.")
    start, end, by = (_finite(value) for value in (first, last, step))
    if start is None or end is None or by is None or by <= 0 or end < start:
        raise InputError(WRONG)
    count = math.floor((end - start) / by + 1e-9) + 1
    if count > MAX_CARDS:
        raise InputError(MANY.format(start, end, by, count, MAX_CARDS))
    values = [round(start + i * by, 10) for i in range(count)]
    settings = [{**card.settings, setting: value} for value in values]
    try:
        return contestants([{"strategy": card.strategy, "settings": each, "model": card.model} for each in settings])
    except InputError as error:
        raise InputError(re.sub(r"^Strategy \d+: ", "", str(error))) from error


def _number(option: Field[Any]) -> bool:
    plain = isinstance(option.default, int | float) and not isinstance(option.default, bool)
    return plain and not option.metadata["choices"] and option.name != "seed"


def _finite(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > 1e9 or value != value:
        return None
    return float(value)
