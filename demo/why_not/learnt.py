"""Where did it learn this? Training sentences near to the state before a token of the translation that was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.learnt import found
from demo.common.markup import Html, tag

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained

PRESS = (
    "Press a token of “Token by token”: you see the training sentences in which the decoder was in nearly the same "
    "state as before it, and what came next there."
)
NO_INDEX = (
    "No index of training sentences came with this model; of one that was trained here, python -m seq2seq_core "
    "neighbours --data builds it."
)


def draw(shown: Explained) -> Html:
    """What was found, or what to do."""
    near = shown.near
    if near is None:
        return tag("p", PRESS if shown.languages.neighbours else NO_INDEX, class_="caption")
    token = shown.known.expected.tokens[near.place]
    rather = None if token.rank == 1 else token.preferred
    return found(near, shown.languages.source_code, shown.languages.target_code, rather)
