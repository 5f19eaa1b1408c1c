"""Training sentences in which the decoder was in nearly the same state, and what came next there, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag
from demo.common.pieces import END_SIGN, label

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.neighbours import Neighbour, Neighbours

ASK = "Where did it learn this?"
ABOUT = (
    "Likeness is the cosine between the decoder's two states, 1 = the same: how the model would have gone on there, "
    "not how alike the sentences are. "
)
HEADS = ("Likeness", "What came next there")


def found(near: Neighbours, source: str | None = None, target: str | None = None, rather: str | None = None) -> Html:
    """A row for each training sentence, the word that came next marked.

    Args:
        near: what was found.
        source, target: languages, by their codes.
        rather: another piece, of which is said how many went on with it, too.
    """
    head = tag("tr", [tag("th", name, scope="col") for name in HEADS])
    rows = [_row(one, source, target) for one in near.found]
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="candidates near")
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Training sentences")
    name = label(near.tokens[near.place])
    title = tag("p", "Nearest to the state before ", tag("b", name, lang=target), class_="after")
    sample = "" if near.sentences == near.trained else f" of {near.trained:,}"
    other = ""
    if rather is not None:
        others = sum(one.tokens[one.place] == rather for one in near.found)
        other = f" {others} with {label(rather)}, which the model would rather say."
    told = (
        f"{near.same} of {len(near.found)} went on with the same piece.{other} {ABOUT}Searched: {near.sentences:,}"
        f"{sample} training sentences, {near.credit or 'of unknown origin'}; it may have learnt from others, too."
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
