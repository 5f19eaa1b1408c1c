"""Where labels stand beside the points of a plot, so that they cover one another as little as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in whatever unit the plot is laid out in."""


def choose_sides(labels: Iterable[Mapping[str, Box]], taken: Sequence[Box], canvas: Box) -> list[str]:
    """A side for each label: the first of those on which it covers least.

    Args:
        labels: of each, in the order of their importance, the box it would fill on each side, the sides that are liked
            best first.
        taken: boxes that should not be covered, the points themselves say; each label adds its own.
        canvas: what lies outside of it counts as covered.
    """
    occupied, sides = list(taken), []
    for boxes in labels:
        side = min(boxes, key=lambda side: _covered(boxes[side], occupied, canvas))
        occupied.append(boxes[side])
        sides.append(side)
    return sides


def _covered(box: Box, occupied: Iterable[Box], canvas: Box) -> float:
    left, bottom, right, top = box
    return (right - left) * (top - bottom) - _common(box, canvas) + sum(_common(box, other) for other in occupied)


def _common(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)
