"""Where did it learn this? Training sentences in which the decoder was in nearly the same state, and what came next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.learnt import ASK, found
from demo.common.markup import Html, join, tag
from demo.common.pieces import label, letters

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.translate.state import Shown

UNMOVED = "The state is the model's own here, without the attention that was moved by hand."


def draw(shown: Shown, place: int) -> Html:
    """What was found for token ``place`` of the candidate, or a button that asks for it; nothing without an index."""
    hypothesis = shown.result.hypotheses[shown.index]
    if not shown.languages.neighbours or place >= len(hypothesis.tokens):
        return Html()
    if shown.near is None or shown.near.place != place:
        name = label(hypothesis.tokens[place], letter=letters(shown.result.source_tokens))
        button = tag("button", ASK, type="button", data_index=place, data_of=shown.index)
        said = tag("span", "training sentences in whose state it would have said ", tag("b", name), class_="try")
        return tag("div", button, said, class_="chips")
    drawn = found(shown.near, shown.languages.source_code, shown.languages.target_code)
    by_hand = any(each.step <= place for each in shown.request.moved)
    return join([drawn, tag("p", UNMOVED, class_="caption")]) if by_hand else drawn
