"""Search error or model error, and what speaks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS, minus

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.decoding import Hypothesis

EMPTY = (
    "Type a sentence and what you expected of the model, then press Ask: did the search miss it, or does the model "
    "prefer what it says?"
)
NUMBERS = ("log P", "t", "score")


def empty() -> Html:
    """Before the first question."""
    return tag("p", EMPTY, class_="instead")


def draw(shown: Explained) -> Html:
    """The verdict as a sentence, both outputs with their scores, and the evidence as a list."""
    known = shown.known
    name, _, rest = minus(known.verdict).partition(": ")
    said = tag("p", [tag("b", f"{name}: "), rest] if rest else name, class_="verdict")
    rows = [
        _row("expected", known.expected.hypothesis, known.judgement.score, shown.languages.target_code),
        _row("found", known.found.hypotheses[0], known.judgement.found_score, shown.languages.target_code),
    ]
    words = (unseen("Which"), shown.languages.output)
    heads = [tag("th", head, scope="col", class_="number" if head in NUMBERS else None) for head in (*words, *NUMBERS)]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="candidates")
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Both, with their scores")
    lines = [tag("li", minus(line)) for line in known.evidence]
    return join([said, scroll, tag("ul", lines, class_="evidence-list")])


def _row(name: str, hypothesis: Hypothesis, score: float, lang: str | None) -> Html:
    numbers = (f"{hypothesis.log_prob:.2f}", str(hypothesis.parts.length), f"{score:.3f}")
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", hypothesis.text or NO_WORDS, class_="text", lang=lang, dir="auto"),
        [
            tag("td", minus(number), class_="number", data_label=head)
            for head, number in zip(NUMBERS, numbers, strict=True)
        ],
    )
