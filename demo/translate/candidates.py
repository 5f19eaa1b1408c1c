"""The candidates: a table whose numbers are bars as well, each row of which chooses its candidate."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from demo.common import glossary
from demo.common.difference import marked
from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS
from demo.translate.scores import by_parts

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult

MARKS = "Marked: what differs from candidate 1; ‸ where words of it are missing. "
BARS = "Bars measure the distance from certainty, which is 0: shorter is better. t counts tokens."
OWN_SCORE = (
    "The score is this strategy's own, and higher is better. Bars measure how far log P is from certainty, which is 0: "
    "shorter is better. t counts tokens."
)

HEADINGS = (
    (unseen("Rank"), "rank"),
    ("Candidate", ""),
    ("Score", "number"),
    ("log P", "number"),
    ("t", "number length"),
)


def draw(result: DecodeResult, chosen: int, lang: str | None = None) -> Html:
    """All hypotheses of a result, in the language ``lang``, the chosen one marked."""
    head = tag("tr", [tag("th", name, scope="col", class_=kind) for name, kind in HEADINGS])
    scored = by_parts(result) and not any(h.parts.adjustment for h in result.hypotheses)
    worst_score = max((abs(h.score) for h in result.hypotheses), default=0.0)
    worst_log_prob = max((abs(h.log_prob) for h in result.hypotheses), default=0.0)
    score_bar = partial(_bar, worst=worst_score, kind="score") if scored else _value
    rows = []
    first = result.hypotheses[0].text if result.hypotheses else ""
    for i, times in counted(result, chosen).items():
        hypothesis = result.hypotheses[i]
        name = tag("button", str(i + 1), type="button", aria_pressed=str(i == chosen).lower(),
                   aria_label=f"Show candidate {i + 1}")  # fmt: skip
        said = marked(first, hypothesis.text) if i and hypothesis.text else hypothesis.text or NO_WORDS
        often = tag("small", f"{times} times", class_="caption") if times > 1 else ""
        cells = [
            tag("td", name, class_="rank"),
            tag("td", tag("div", said), often, class_="text", lang=lang, dir="auto"),
            tag("td", score_bar(hypothesis.score), class_="number"),
            tag("td", _bar(hypothesis.log_prob, worst_log_prob, "log-prob"), class_="number"),
            tag("td", str(hypothesis.parts.length), class_="number length"),
        ]
        rows.append(tag("tr", cells, class_="chosen" if i == chosen else None, data_index=i))
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="candidates")
    told = [MARKS if len(rows) > 1 else "", BARS if scored else OWN_SCORE, " "]
    caption = tag("p", told, glossary.button(), class_="caption")
    return join([tag("div", table, class_="scroll"), caption])


def counted(result: DecodeResult, chosen: int) -> dict[int, int]:
    """The candidates to show, those of one text as one of them, with how often it came: the chosen, else the first."""
    texts = [hypothesis.text for hypothesis in result.hypotheses]
    shown = {text: texts.index(text) for text in texts} | ({texts[chosen]: chosen} if texts else {})
    return {shown[text]: texts.count(text) for text in dict.fromkeys(texts)}


def _value(value: float) -> Html:
    return tag("span", f"{value:.2f}".replace("-", "−"), class_="value")


def _bar(value: float, worst: float, kind: str) -> list[Html]:
    share = abs(value) / worst if worst else 0.0
    return [
        _value(value),
        tag("span", class_=f"bar {kind}", style=f"--length:{share:.3f}", aria_hidden="true"),
    ]
