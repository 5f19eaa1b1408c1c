"""Sets of strategies worth seeing side by side."""

from __future__ import annotations

from typing import Any

from demo.common.contestant import Contestant, contestant


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
