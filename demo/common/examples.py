"""What the page begins with, and what it suggests."""

from __future__ import annotations

EXAMPLES = (
    "A man in a red jacket is reading a newspaper on a bench.",
    "I don't know what to say.",
    "Two children are playing in the snow with their dog.",
    "If it rains tomorrow, we will stay at home.",
)

COMPARED = "He acts as if he knew everything."
"""What Compare begins with: greedy search follows likely pieces into no sentence at all, and a beam finds better."""

FIRST_STRATEGY = "beam"
