"""What the page begins with, and what it suggests."""

from __future__ import annotations

EXAMPLES = (
    "A man in a red jacket is reading a newspaper on a bench.",
    "I don't know what to say.",
    "Two children are playing in the snow with their dog.",
    "If it rains tomorrow, we will stay at home.",
)

COMPARED = "I would have helped you if you had asked me."
"""What Compare begins with: English does not say which "you" it means, and each strategy decides otherwise."""

FIRST_STRATEGY = "beam"
