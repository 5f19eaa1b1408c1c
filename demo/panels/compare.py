"""Several strategies side by side: what each said, where it differs from the first, and what it cost."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.markup import Html, join, tag

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult

EMPTY = "Choose a set and press Compare: each card is the same sentence, decoded in another way."


def compare(names: Sequence[str], results: Sequence[DecodeResult]) -> Html:
    """A card for each strategy; those whose result is still to come wait."""
    first = results[0].hypotheses[0].text if results else ""
    cards = [
        _card(name, results[i], first) if i < len(results) else _waiting(name, now=i == len(results))
        for i, name in enumerate(names)
    ]
    return tag("div", cards, class_="contest")


def empty() -> Html:
    """Before the first comparison."""
    return tag("p", EMPTY, class_="instead")


def _card(name: str, result: DecodeResult, first: str) -> Html:
    best = result.hypotheses[0]
    facts = {
        "log P": f"{best.log_prob:.2f}",
        "score": f"{best.score:.2f}",
        "tokens": str(best.parts.length),
        "calls": f"{result.forward_calls:,}",
        "time": f"{result.seconds * 1000:,.0f} ms",
    }
    rows = [tag("div", tag("dt", key), tag("dd", value.replace("-", "−"))) for key, value in facts.items()]
    said = tag("p", marked(first, best.text) or "(empty)", class_="said", lang="de", dir="auto")
    return tag("article", tag("h3", name), said, tag("dl", rows), class_="contestant")


def _waiting(name: str, *, now: bool) -> Html:
    bars = [tag("span", class_="skeleton", style=f"width:{width}%") for width in (90, 60)] if now else []
    return tag("article", tag("h3", name), tag("p", bars, class_="said"), class_="contestant waiting")


def marked(first: str, other: str) -> Html:
    """``other`` with the words marked that stand in ``first`` differently or not at all."""
    ours, theirs = first.split(), other.split()
    parts: list[str] = []
    for what, _, _, start, end in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        words = " ".join(theirs[start:end])
        if words:
            parts.append(words if what == "equal" else tag("mark", words))
    return join(parts, " ")
