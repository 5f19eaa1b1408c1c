"""Cards of the Compare view: a strategy with its settings, what it is called, and sets worth seeing side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seq2seq_core.decoding import STRATEGIES, options

SIZES = {"Beam width", "Candidates"}
"""Labels of settings by which people call a search, also where they are at their defaults."""

BRIEF = {"length_penalty": "alpha", "coverage_penalty": "beta"}
"""Settings whose label is too long for a name."""


@dataclass(frozen=True)
class Contestant:
    """A card of the Compare view.

    name: what it is called; ``named`` says it where a person typed nothing else.
    strategy: a key of ``STRATEGIES``.
    settings: those that are not at their defaults, by name; no seed, which all cards share.
    """

    name: str
    strategy: str
    settings: Mapping[str, Any] = field(default_factory=dict)


def named(strategy: str, settings: Mapping[str, Any]) -> str:
    """What a strategy with these settings is called, say "Beam 5, alpha 0"."""
    entry = STRATEGIES[strategy]
    name, details, times = entry.label.removesuffix(" search"), [], ""
    for option in options(entry.Config):
        value, label = settings.get(option.name, option.default), option.metadata["label"]
        if label in SIZES:
            name += f" {value}"
        elif option.name == "num_return_sequences":
            times = f" × {value}" if value != option.default else ""
        elif value != option.default:
            short = BRIEF.get(option.name) or re.sub(r" \(.*\)", "", label).lower()
            details.append(f"{short} {value:g}" if isinstance(value, float) else f"{short} {value}".lower())
    return ", ".join([name, *details]) + times


def defaults(strategy: str) -> dict[str, Any]:
    """All settings of a strategy, at their defaults, by name."""
    return {option.name: option.default for option in options(STRATEGIES[strategy].Config)}


def contestant(strategy: str, **settings: Any) -> Contestant:
    """A card with the name that its settings give it."""
    known = defaults(strategy)
    changed = {name: value for name, value in settings.items() if value != known[name]}
    return Contestant(named(strategy, changed), strategy, changed)


def _each(strategy: str, setting: str, *values: float, **others: Any) -> tuple[Contestant, ...]:
    return tuple(contestant(strategy, **{setting: value}, **others) for value in values)


PRESETS: dict[str, tuple[Contestant, ...]] = {
    "Greedy, beam, nucleus": (contestant("greedy"), contestant("beam"), contestant("sample", top_p=0.9)),
    "Wider beams": _each("beam", "num_beams", 1, 2, 5, 10, 20),
    "Length penalties": _each("beam", "length_penalty", 0.0, 1.0, 2.0),
    "Higher temperatures": _each("sample", "temperature", 0.3, 0.7, 1.0, 1.5),
    "Spread of samples": (
        *_each("sample", "temperature", 0.5, 1.0, num_return_sequences=10),
        contestant("sample", top_p=0.9, num_return_sequences=10),
        contestant("stochastic-beam", num_beams=10),
    ),
}
