"""Sets of strategies, and of models, worth seeing side by side."""

from __future__ import annotations

from dataclasses import asdict
from itertools import permutations
from typing import TYPE_CHECKING, Any

from demo.common.contest import MAX_CARDS
from demo.common.contestant import Contestant, contestant
from demo.common.languages import languages
from demo.common.text_input import InputError

if TYPE_CHECKING:  # the core brings torch
    from collections.abc import Sequence

    from demo.models import KnownModel


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

TWINS, PAIR = "With and without attention", "All models of this pair"
MODEL_PRESETS = (TWINS, PAIR)
"""Sets of models, one beam search each; which they are hangs on those that are here."""

NO_TWINS = "No two models here differ in their attention alone, one with and one without."
ALONE = "{} is the only model here that goes from {} to {}."
MORE = "There are {} models of this pair; these are the first {}, and another can be chosen on its card."


def of_models(preset: str, chosen: str, known: Sequence[KnownModel]) -> tuple[tuple[Contestant, ...], str]:
    """The cards of one of ``MODEL_PRESETS``, and what a person should know of them; "" = nothing.

    Args:
        preset: which.
        chosen: name of the model whose languages are meant.
        known: all models that work, it among them.

    Raises:
        InputError: there are no such models.
    """
    spoken = {model.name: languages(model.metadata) for model in known}
    pair = (spoken[chosen].source, spoken[chosen].target)
    of_pair = [model for model in known if (spoken[model.name].source, spoken[model.name].target) == pair]
    if preset == TWINS:
        names = _twins(of_pair) or _twins(known)
        if not names:
            raise InputError(NO_TWINS)
        return tuple(contestant("beam", name) for name in names), ""
    if len(of_pair) < 2:
        raise InputError(ALONE.format(chosen, *pair))
    cards = tuple(contestant("beam", model.name) for model in of_pair[:MAX_CARDS])
    return cards, MORE.format(len(of_pair), MAX_CARDS) if len(of_pair) > MAX_CARDS else ""


def _twins(models: Sequence[KnownModel]) -> tuple[str, ...]:
    """Names of two models of one shape, the first with attention and the second without; none without such."""
    shapes = {model.name: asdict(model.shape) for model in models}
    attention = {name: shape.pop("attention", "none") for name, shape in shapes.items()}
    pairs = permutations(shapes, 2)
    found = (pair for pair in pairs if shapes[pair[0]] == shapes[pair[1]])
    return next((pair for pair in found if attention[pair[0]] != "none" == attention[pair[1]]), ())
