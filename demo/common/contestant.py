"""What is compared: a strategy with its settings, on a model, and what it is called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, replace
from typing import Any

from seq2seq_core.decoding import STRATEGIES, options

SIZES = {"Beam width", "Candidates"}
"""Labels of settings by which people call a search, also where they are at their defaults."""

BRIEF = {"length_penalty": "alpha", "coverage_penalty": "beta"}
"""Settings whose label is too long for a name."""


@dataclass(frozen=True)
class Contestant:
    """A strategy to set beside others: a card of the Compare view.

    name: what it is called; ``named`` says it where a person typed nothing else.
    strategy: a key of ``STRATEGIES``.
    settings: those that are not at their defaults, by name; no seed, which all cards share.
    model: name of its own; "" = that of the comparison.
    """

    name: str
    strategy: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""


def named(strategy: str, settings: Mapping[str, Any], model: str = "") -> str:
    """What a strategy with these settings is called, say "Beam 5, alpha 0"; on its own model "Beam 5 · en-de"."""
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
            details.append(f"{short} {_shown(option, value)}")
    return ", ".join([name, *details]) + times + (f" · {model}" if model else "")


def called(card: Contestant, titles: Callable[[str], str]) -> str:
    """What a card is called on the page: a name that its settings gave it says what people call its model.

    ``titles`` says so by a model's name; "" where it does not know.
    """
    if not card.model or card.name != named(card.strategy, card.settings, card.model):
        return card.name
    return named(card.strategy, card.settings, titles(card.model) or card.model)


def numbered(cards: Iterable[Contestant], titles: Callable[[str], str]) -> tuple[str, ...]:
    """Each card as captions say it: the number that figures give it, what it is called, and its settings where its name
    does not say them. ``titles`` as in ``called``."""
    said = []
    for number, card in enumerate(cards, start=1):
        name = called(card, titles)
        how = named(card.strategy, card.settings, card.model and (titles(card.model) or card.model))
        said.append(f"{number}: {name}" + ("" if name == how else f" ({how})"))
    return tuple(said)


def _shown(option: Field[Any], value: Any) -> str:
    """A setting's value in a name; words stay as they were typed."""
    typed = isinstance(option.default, str) and not option.metadata["choices"]
    return f"“{value}”" if typed else f"{value:g}" if isinstance(value, float) else f"{value}".lower()


def defaults(strategy: str) -> dict[str, Any]:
    """All settings of a strategy, at their defaults, by name."""
    return {option.name: option.default for option in options(STRATEGIES[strategy].Config)}


def changed(strategy: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a strategy's settings that are not at their defaults, by name."""
    known = defaults(strategy)
    return {name: value for name, value in settings.items() if value != known.get(name)}


def contestant(strategy: str, model: str = "", /, **settings: Any) -> Contestant:
    """A card with the name that its settings and its model give it."""
    chosen = changed(strategy, settings)
    return Contestant(named(strategy, chosen, model), strategy, chosen, model)


def on_model(card: Contestant, model: str) -> Contestant:
    """The card on another model; a name that its settings gave it follows."""
    own_name = card.name == named(card.strategy, card.settings, card.model)
    name = named(card.strategy, card.settings, model) if own_name else card.name
    return replace(card, name=name, model=model)


def there(cards: Iterable[Contestant]) -> str:
    """Cards as the board says them to the page, so that what ran them on something else knows whether they changed."""
    return json.dumps([[card.name, card.strategy, dict(card.settings), card.model] for card in cards], default=str)
