"""Where did it learn this? Training sentences in which the decoder was in nearly the same state, and what came next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag
from demo.common.pieces import END_SIGN, label, letters

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.translate.state import Shown
    from seq2seq_core.neighbours import Neighbour, Neighbours

ASK = "Where did it learn this?"
ABOUT = (
    "Likeness is the cosine between the decoder's two states, 1 = the same: how the model would have gone on there, "
    "not how alike the sentences are. "
)
UNMOVED = "The state is the model's own here, without the attention that was moved by hand."
HEADS = ("Likeness", "What came next there")


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


def found(near: Neighbours, source: str | None = None, target: str | None = None) -> Html:
    """A row for each training sentence, in languages ``source`` and ``target``, the word that came next marked."""
    head = tag("tr", [tag("th", name, scope="col") for name in HEADS])
    rows = [_row(one, source, target) for one in near.found]
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="candidates near")
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Training sentences")
    name = label(near.tokens[near.place])
    title = tag("p", "Nearest to the state before ", tag("b", name, lang=target), class_="after")
    sample = "" if near.sentences == near.trained else f" of {near.trained:,}"
    told = (
        f"{near.same} of {len(near.found)} went on with the same piece. {ABOUT}Searched: {near.sentences:,}{sample} "
        f"training sentences, {near.credit or 'of unknown origin'}; it may have learnt from others, too."
    )
    return join([title, scroll, tag("p", told, class_="caption")])


def _row(one: Neighbour, source: str | None, target: str | None) -> Html:
    before, word, after = one.around
    said = tag("div", [before, tag("mark", word or END_SIGN), after], class_="said", lang=target, dir="auto")
    given = tag("div", one.source, class_="caption", lang=source, dir="auto")
    bar = tag("span", class_="bar", style=f"--length:{max(0.0, one.likeness):.3f}", aria_hidden="true")
    return tag(
        "tr", tag("td", tag("span", f"{one.likeness:.2f}", class_="value"), bar, class_="number"),
        tag("td", said, given, class_="text"), class_="chosen" if one.same else None,
    )  # fmt: skip
