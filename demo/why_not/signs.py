"""Signs of trouble in what was found: each a measure beside what is usual for the model, with who uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.why_not import Sign

ABOUT = (
    "These are measures of what the search found, told without knowing a better translation. Usual is what nine of ten "
    "translations of validation sentences keep to, so one in ten is outside and no worse for it: a sign is a reason to "
    "look, not a verdict."
)
UNKNOWN = (
    "Nobody has measured what is usual for this model: python -m seq2seq_core usual does. The measures stand alone."
)
HEADS = (("Measure", False), ("Here", True), ("Usual", True))


def draw(shown: Explained) -> Html:
    """What is outside of the usual in a sentence, and a row for each measure."""
    signs = shown.known.signs
    outside = [sign for sign in signs if sign.outside]
    known = any(sign.low is not None or sign.high is not None for sign in signs)
    if outside:
        lines = [tag("li", _said(sign)) for sign in outside]
        told = tag("ul", lines, class_="evidence-list")
    else:
        said, looks = ("Nothing is outside of the usual.", "verdict") if known else (UNKNOWN, "caption")
        told = tag("p", said, class_=looks)
    heads = [tag("th", head, scope="col", class_="number" if number else None) for head, number in HEADS]
    rows = [_row(sign, shown.languages.source_code) for sign in signs]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates why-signs")
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Measures")
    return join([told, scroll, tag("p", ABOUT, class_="caption")])


def _said(sign: Sign) -> str:
    """What is outside, in words; a word that was left out by its name."""
    if sign.words:
        verb = "were" if len(sign.words) > 1 else "was"
        return f"{', '.join(f'“{word}”' for word in sign.words)} {verb} hardly looked at: {sign.said}"
    return sign.said


def _row(sign: Sign, lang: str | None) -> Html:
    words = tag("small", ", ".join(sign.words), lang=lang, dir="auto") if sign.words else ""
    return tag(
        "tr",
        tag("td", sign.label, words, tag("small", f"{sign.what} ({sign.source})"), class_="text"),
        tag("td", _number(sign.value), class_="number"),
        tag("td", _usual(sign), class_="number"),
        class_="chosen" if sign.outside else None,
    )


def _usual(sign: Sign) -> str:
    if sign.low is not None and sign.high is not None:
        return f"{_number(sign.low)} to {_number(sign.high)}"
    if sign.low is not None:
        return f"at least {_number(sign.low)}"
    return f"at most {_number(sign.high)}" if sign.high is not None else "–"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")
