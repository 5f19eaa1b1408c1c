"""Translations of several models, and a common reference, token by token beside each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.markup import Html, tag, unseen
from demo.common.pieces import NO_WORDS, label, letters, percent

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.limits.state import BesideEachOther
    from seq2seq_core.limits import Beside
    from seq2seq_core.why_not import Expected, ExpectedToken

EMPTY = "Type a sentence and press Set beside: each model decodes it, and is asked what it thinks of your reference."
HEADS = (("Model", False), ("It says", False), ("log P", True), ("log P of the reference", True), ("chrF", True))


def empty() -> Html:
    """Before the first question."""
    return tag("p", EMPTY, class_="instead")


def draw(shown: BesideEachOther) -> Html:
    """A row for each model, then the tokens of what they say."""
    lang = shown.languages.target_code
    heads = [tag("th", head, scope="col", class_="number" if number else None) for head, number in HEADS]
    rows = [_row(one, shown.title(one.model), _chrf(shown, place), lang) for place, one in enumerate(shown.found)]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates beside")
    return tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Model by model")


def tokens(shown: BesideEachOther) -> Html:
    """Two tables: what each model says, and the reference, a column of tokens with their P for each model."""
    said = _columns("What they say", [(one.model, one.said) for one in shown.found], shown)
    wanted = [(one.model, one.expected) for one in shown.found if one.expected is not None]
    return tag("div", said, _columns("The reference", wanted, shown) if wanted else "", class_="two-tables")


def _columns(title: str, columns: Sequence[tuple[str, Expected]], shown: BesideEachOther) -> Html:
    longest = max(len(given.tokens) for _, given in columns)
    letter = letters(shown.found[0].found.source_tokens)
    heads = [
        tag("th", unseen("Place"), scope="col"),
        *(tag("th", shown.title(name), scope="col", title=name) for name, _ in columns),
    ]
    rows = [
        tag("tr", tag("td", str(place + 1), class_="rank"),
            [_cell(given.tokens[place] if place < len(given.tokens) else None, letter, shown) for _, given in columns])
        for place in range(longest)
    ]  # fmt: skip
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates by-token")
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label=title)
    return tag("section", tag("h3", title), scroll)


def _cell(token: ExpectedToken | None, letter: bool, shown: BesideEachOther) -> Html:
    if token is None:
        return tag("td")
    probability = math.exp(token.log_prob)
    text = tag("span", label(token.token, letter=letter), class_="unit", style=f"--unsure:{1 - probability:.3f}")
    rank = f", rank {token.rank:,}" if token.rank > 1 else ""
    return tag(
        "td", text, tag("small", f"{percent(probability)}{rank}"), class_="text", lang=shown.languages.target_code
    )


def _chrf(shown: BesideEachOther, place: int) -> str:
    chrf = shown.scores[place][1] if place < len(shown.scores) else None
    return "–" if chrf is None else f"{chrf:.1f}"


def _row(one: Beside, title: str, chrf: str, lang: str | None) -> Html:
    best = one.found.hypotheses[0]
    wanted = "–" if one.expected is None else f"{one.expected.hypothesis.log_prob:.2f}".replace("-", "−")
    numbers = (f"{best.log_prob:.2f}".replace("-", "−"), wanted, chrf)
    return tag(
        "tr",
        tag("th", title, scope="row", title=one.model),
        tag("td", best.text or NO_WORDS, class_="text", lang=lang, dir="auto"),
        [tag("td", number, class_="number", data_label=head)
         for (head, _), number in zip(HEADS[-3:], numbers, strict=True)],
    )  # fmt: skip
