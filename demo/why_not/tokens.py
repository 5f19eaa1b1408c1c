"""Each token of the translation that was expected, beside what the model would rather have said."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from demo.common.learnt import ASK
from demo.common.markup import Html, tag, unseen
from demo.common.pieces import label, letters, percent

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.why_not import ExpectedToken

HEADS = (
    (unseen("Place"), False), ("Expected", False), ("P", True), ("Rank", True), ("Rather", False), ("P", True),
    ("Lost", True), ("Entropy", True),
)  # fmt: skip


def draw(shown: Explained) -> Html:
    """A row for each token; the place where it leaves what was found, and where it loses most, are marked."""
    known, lang = shown.known, shown.languages.target_code
    letter = letters(known.found.source_tokens)
    most = max((token.lost for token in known.expected.tokens), default=0.0) or 1.0
    rows = [
        _row(place, token, most, _mark(shown, place), _named(shown, place, letter), letter, lang)
        for place, token in enumerate(known.expected.tokens)
    ]
    heads = [tag("th", head, scope="col", class_="number" if number else None) for head, number in HEADS]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates why-tokens")
    return tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Token by token")


def _named(shown: Explained, place: int, letter: bool) -> Html:
    """The token; a button that asks where it was learnt, where the model has training sentences to look through."""
    name = label(shown.known.expected.tokens[place].token, letter=letter)
    if not shown.languages.neighbours:
        return tag("span", name)
    return tag("button", name, type="button", data_index=place, title=ASK)


def _mark(shown: Explained, place: int) -> str:
    judged = shown.known.judgement
    if judged.kind == "same":
        return ""
    marks = [("leaves what was found", judged.leaves_at), ("loses most", judged.worst)]
    return ", ".join(name for name, at in marks if at == place)


def _row(place: int, token: ExpectedToken, most: float, mark: str, named: Html, letter: bool, lang: str | None) -> Html:
    bar = tag("span", class_="bar", style=f"--length:{token.lost / most:.3f}", aria_hidden="true")
    first = token.rank == 1
    return tag(
        "tr",
        tag("td", str(place + 1), class_="rank"),
        tag("td", named, tag("small", mark) if mark else "", class_="text", lang=lang),
        tag("td", percent(math.exp(token.log_prob)), class_="number"),
        tag("td", f"{token.rank:,}", class_="number"),
        tag("td", "" if first else label(token.preferred, letter=letter), class_="text", lang=lang),
        tag("td", "" if first else percent(math.exp(token.preferred_log_prob)), class_="number"),
        tag("td", tag("span", f"{token.lost:.2f}", class_="value"), bar, class_="number"),
        tag("td", f"{max(token.entropy, 0.0):.2f}", class_="number"),
        class_="chosen" if mark else None,
    )
