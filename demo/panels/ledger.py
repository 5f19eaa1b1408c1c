"""Why this rank? The parts of every score, under the alpha and beta of the sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.ledger import Entry, by_parts, entries, flips, normalisation
from demo.markup import Html, join, tag, unseen

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult

BASES = {"avg": "t", "gnmt": "((5 + t) / 6)"}
ELSEWISE = "This strategy ranks by something else than a score made of these parts; below is how they would rank."
HEADS = (unseen("Rank"), "Candidate", "log P", "t", "divisor", "coverage", "score")


def ledger(result: DecodeResult, alpha: float, beta: float, lang: str | None = None) -> Html:
    """All candidates of a result, in the language ``lang``, ranked anew."""
    ranked = entries(result, alpha, beta)
    rows = [_row(rank, entry, lang) for rank, entry in enumerate(ranked)]
    head = tag("tr", [tag("th", name, scope="col", class_="number" if i > 1 else None) for i, name in enumerate(HEADS)])
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="candidates")
    formula = ["score = log P / ", BASES[normalisation(result)], tag("sup", "α"), " + β · coverage"]
    lines = [tag("p", formula, class_="formula")]
    if not by_parts(result):
        lines.append(tag("p", ELSEWISE, class_="caption"))
    # At 390 pixels the table scrolls, and holds nothing that could take the focus.
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Scores taken apart")
    lines += [scroll, tag("p", _changes(result, beta), class_="summary")]
    return join(lines)


def _row(rank: int, entry: Entry, lang: str | None) -> Html:
    moved = entry.place - rank
    mark = "" if moved == 0 else f"▲{moved}" if moved > 0 else f"▼{-moved}"
    numbers = [
        f"{entry.log_prob:.2f}" + (f" {entry.adjustment:+.2f}" if entry.adjustment else ""),
        str(entry.length), f"{entry.divisor:.2f}", f"{entry.coverage:.2f}", f"{entry.score:.3f}",
    ]  # fmt: skip
    return tag(
        "tr",
        tag("td", f"{rank + 1} ", tag("small", mark, class_="moved"), class_="rank"),
        tag("td", entry.text or "(empty)", class_="text", lang=lang, dir="auto"),
        [tag("td", number.replace("-", "−"), class_="number") for number in numbers],
    )


def _changes(result: DecodeResult, beta: float) -> str:
    found = [f"{alpha:.2f}" for alpha in flips(result, beta)]
    if not found:
        return "The first place does not change for any α from 0 to 2."
    return f"The first place changes at α = {', '.join(found)}."
