"""What tells the cards of a comparison apart: a number and, beside it, a colour, the same on the page and in plots."""

from __future__ import annotations

# Okabe & Ito's colours for colour-blind eyes (jfly.uni-koeln.de/color), each with the ink that is legible on it. Their
# yellow and black are left out, which vanish on a light or a dark page.
COLOURS = (
    ("#0072b2", "#ffffff"),
    ("#e69f00", "#17181c"),
    ("#009e73", "#17181c"),
    ("#cc79a7", "#17181c"),
    ("#56b4e9", "#17181c"),
    ("#d55e00", "#17181c"),
    ("#7b61d1", "#ffffff"),
    ("#8a8f99", "#17181c"),
)


def colour(place: int) -> tuple[str, str]:
    """Fill and ink of card number ``place``, counted from 0."""
    return COLOURS[place % len(COLOURS)]
