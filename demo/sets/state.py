"""What one person did in the section on a set."""

from __future__ import annotations

from dataclasses import dataclass, field

from demo.common.turn import Turn
from demo.sets.asked import Axes


@dataclass
class SetTurn(Turn):
    """
    wished: the page's address asks for a run, which has not begun yet.
    axes: the figure's, as chosen last; a person may change them while a run is under way.
    against: place of the strategy that the others are held against, as chosen last.
    refused: number of the request whose lines were refused.
    """

    wished: bool = False
    axes: Axes = field(default_factory=Axes)
    against: int = 0
    refused: int = 0
