"""The true best under the model's score, as exact search finds it, and where the empty translation stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.why_not.state import Explained
    from seq2seq_core.decoding import DecodeResult

ABOUT = (
    "Exact search looks for the most probable translation of all, by log P alone. Within its budget it proves it, or "
    "says that it could not."
)


def about() -> Html:
    """Before it was asked for."""
    return tag("p", ABOUT, class_="caption")


def draw(shown: Explained) -> Html:
    """What was found, whether that is proven, and the other translations by log P beside it."""
    result = shown.exact
    if result is None:
        return about()
    known, lang = shown.known, shown.languages.target_code
    best = result.hypotheses[0]
    rows = sorted(
        [
            ("the true best" if result.proven else "the best so far", best.text, best.log_prob),
            ("expected", known.expected.hypothesis.text, known.expected.hypothesis.log_prob),
            ("found", known.found.hypotheses[0].text, known.found.hypotheses[0].log_prob),
            ("empty", "", known.empty.hypothesis.log_prob),
        ],
        key=lambda row: -row[2],
    )
    lines = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", text or NO_WORDS, class_="text", lang=lang, dir="auto"),
            tag("td", f"{log_prob:.2f}".replace("-", "−"), class_="number"),
        )
        for name, text, log_prob in rows
    ]
    heads = [
        tag("th", unseen("Which"), scope="col"),
        tag("th", "Translation", scope="col"),
        tag("th", "log P", scope="col", class_="number"),
    ]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", lines), class_="candidates")
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Ranked by log P")
    return join([tag("p", _said(result), class_="verdict"), scroll, about()])


def _said(result: DecodeResult) -> str:
    calls = f"{result.forward_calls:,} model calls"
    if not result.proven:
        return f"Not proven after {calls}: something more probable than this may be left. Give it a larger budget."
    empty = (
        "" if result.hypotheses[0].text else " It is the empty translation: the model's own error, not the search's."
    )
    return f"Proven in {calls}: this is the most probable translation of all under the model.{empty}"
