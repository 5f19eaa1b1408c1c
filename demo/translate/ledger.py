"""Why this rank? The parts of every score, under the alpha and beta of the sliders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common import glossary
from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS
from demo.translate.scores import MAX_ALPHA, Ranked, by_parts, flips, normalisation, ranked

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult

BASES = {"avg": "t", "gnmt": "((5 + t) / 6)"}
ELSEWISE = "This strategy ranks by something else than a score made of these parts; below is how they would rank."
HEADS = (unseen("Rank"), "Candidate", "log P", "t", "divisor", "coverage", "score")


def draw(result: DecodeResult, alpha: float, beta: float, lang: str | None = None) -> Html:
    """All candidates of a result, in the language ``lang``, ranked anew."""
    rows = [_row(rank, one, lang) for rank, one in enumerate(ranked(result, alpha, beta))]
    head = tag("tr", [tag("th", name, scope="col", class_="number" if i > 1 else None) for i, name in enumerate(HEADS)])
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="candidates")
    formula = ["score = log P / ", BASES[normalisation(result)], tag("sup", "α"), " + β · coverage "]
    lines = [tag("p", formula, glossary.button(), class_="formula")]
    if not by_parts(result):
        lines.append(tag("p", ELSEWISE, class_="caption"))
    # At 390 pixels the table scrolls, and holds nothing that could take the focus.
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Scores taken apart")
    lines += [_scale(alpha, flips(result, beta)), scroll]
    return join(lines)


def _row(rank: int, one: Ranked, lang: str | None) -> Html:
    moved, parts = one.place - rank, one.parts
    mark = "" if moved == 0 else f"▲{moved}" if moved > 0 else f"▼{-moved}"
    numbers = [
        f"{parts.log_prob:.2f}" + (f" {parts.adjustment:+.2f}" if parts.adjustment else ""),
        str(parts.length), f"{parts.length_divisor:.2f}", f"{parts.coverage:.2f}", f"{parts.score:.3f}",
    ]  # fmt: skip
    return tag(
        "tr",
        tag("td", f"{rank + 1} ", tag("small", mark, class_="moved"), class_="rank"),
        tag("td", one.text or NO_WORDS, class_="text", lang=lang, dir="auto"),
        [
            tag("td", number.replace("-", "−"), class_="number", data_label=head)  # a phone shows them below each other
            for head, number in zip(HEADS[2:], numbers, strict=True)
        ],
    )


def _scale(alpha: float, changes: Sequence[float]) -> Html:
    """The alphas from 0 to the largest: a mark where first and second place change, a dot for the present one."""
    marks = [tag("i", style=f"left:{100 * change / MAX_ALPHA:.1f}%") for change in changes]
    present = tag("b", style=f"left:{100 * alpha / MAX_ALPHA:.1f}%")
    ends = [tag("span", "α = 0"), tag("span", f"{MAX_ALPHA:g}")]
    line = tag("div", tag("div", marks, present, class_="line"), tag("div", ends, class_="ends"), aria_hidden="true")
    return tag("div", line, tag("p", _changes(changes), class_="summary"), class_="flips")


def _changes(changes: Sequence[float]) -> str:
    if not changes:
        return f"The first place does not change for any α from 0 to {MAX_ALPHA:g}."
    found = " and ".join(f"{alpha:.2f}" for alpha in changes)
    return f"The first place changes at α = {found}, the mark on this scale; the dot is the present α."
