"""Sets of strategies worth seeing side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Contestant:
    """A strategy with some of its settings; the others are at their defaults."""

    name: str
    strategy: str
    settings: Mapping[str, Any] = field(default_factory=dict)


PRESETS: dict[str, tuple[Contestant, ...]] = {
    "Three ways": (
        Contestant("Greedy", "greedy"),
        Contestant("Beam 5", "beam", {"num_beams": 5}),
        Contestant("Nucleus, top-p 0.9", "sample", {"top_p": 0.9}),
    ),
    "Wider and wider": tuple(Contestant(f"Beam {width}", "beam", {"num_beams": width}) for width in (1, 2, 5, 10, 20)),
    "Hotter and hotter": tuple(
        Contestant(f"Temperature {heat}", "sample", {"temperature": heat}) for heat in (0.3, 0.7, 1.0, 1.5)
    ),
}
