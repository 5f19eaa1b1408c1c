"""What if it had said that word? One press searches again, where a word must or must not be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.decoding import DecodeResult

MUST, MUST_NOT = "must", "must-not"
"""Kinds of press."""

ABOUT = (
    "A press searches again with beams that have to say the word, or may not. How much less likely the output then "
    "is, under the same model, is what the word costs. Phrases can be typed into the settings “Must say” and "
    "“Must not say”."
)
ALIKE = "Both have the same words: there is none to ask for."
NUMBERS = ("log P", "against what it said")


@dataclass(frozen=True)
class Instead:
    """A word that was asked for and what came of it.

    must_not: whether it was to be left out. href: a link that shows it in Translate.
    """

    word: str
    must_not: bool
    href: str
    result: DecodeResult


def draw(shown: Explained) -> Html:
    """The words to press, and a row for each that was asked for."""
    apart, lang = shown.apart, shown.languages.target_code
    if not (apart.missing or apart.extra):
        return tag("p", ALIKE, class_="caption")
    chips = [
        _chips("It must say", MUST, apart.missing, lang),
        _chips("It must not say", MUST_NOT, apart.extra, lang),
    ]
    return join([*chips, _table(shown) if shown.instead else Html(), tag("p", ABOUT, class_="caption")])


def _chips(name: str, kind: str, words: tuple[str, ...], lang: str | None) -> Html:
    if not words:
        return Html()
    buttons = [
        tag("button", word, type="button", data_kind=kind, data_index=place, lang=lang)
        for place, word in enumerate(words)
    ]
    return tag("div", tag("span", name, class_="try"), buttons, class_="chips", role="group", aria_label=name)


def _table(shown: Explained) -> Html:
    said = shown.known.found.hypotheses[0]
    rows = [_row("what it said", said.text, said.log_prob, "", shown.languages.target_code)]
    for one in shown.instead:
        first = one.result.hypotheses[0]
        name = tag("a", f"{'without' if one.must_not else 'with'} “{one.word}”", href=one.href)
        nats = first.log_prob - said.log_prob
        rows.append(_row(name, first.text, first.log_prob, f"{nats:+.2f} nats", shown.languages.target_code))
    words = (unseen("Which"), shown.languages.output)
    heads = [tag("th", head, scope="col", class_="number" if head in NUMBERS else None) for head in (*words, *NUMBERS)]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates")
    return tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Asked for")


def _row(name: str, text: str, log_prob: float, nats: str, lang: str | None) -> Html:
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", text or NO_WORDS, class_="text", lang=lang, dir="auto"),
        tag("td", f"{log_prob:.2f}".replace("-", "−"), class_="number", data_label="log P"),
        tag("td", nats.replace("-", "−"), class_="number"),
    )
