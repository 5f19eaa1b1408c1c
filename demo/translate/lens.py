"""Why this word? What the model would have said instead, at each place and before and after each filter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import label, letters, percent, words
from demo.translate.translation import NOTHING_READ

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult, DecodeStep, Hypothesis, StepRow

SHORT = 5
NOT_TRACED = "This strategy does not record what it saw before each word."


def seen_before(result: DecodeResult, hypothesis: Hypothesis, place: int) -> tuple[DecodeStep, StepRow] | None:
    """The step, and its row, in which token number ``place`` of a hypothesis was chosen; None if it was not traced."""
    begun = hypothesis.token_ids[:place]
    for step in result.steps:
        for row in step.rows:
            if row.beginning.holds(begun) and row.top_ids:
                return step, row
    return None


def draw(result: DecodeResult, chosen: int, opened: int = 0) -> Html:
    """Under each token of hypothesis ``chosen`` its likeliest alternatives; each column opens the whole list.

    Column ``opened`` is marked as the one whose list is shown; the page itself marks what is pressed after that.
    """
    hypothesis = result.hypotheses[chosen]
    columns, letter = [], letters(result.source_tokens)
    for place, token in enumerate(hypothesis.tokens):
        found = seen_before(result, hypothesis, place)
        if found:
            columns.append(
                _column(found[1], token, hypothesis.token_ids[place], place, chosen, letter, place == opened)
            )
    if not columns:
        return tag("p", NOT_TRACED if result.source_tokens else NOTHING_READ, class_="caption")
    return tag("div", tag("div", columns, class_="lens"), class_="scroll")


def detail(result: DecodeResult, chosen: int, place: int, lang: str | None = None) -> Html:
    """The likeliest next tokens before token number ``place``, through each filter, each ready to be taken instead."""
    hypothesis = result.hypotheses[chosen]
    found = seen_before(result, hypothesis, place)
    if not found:
        return tag("p", NOT_TRACED if result.source_tokens else NOTHING_READ, class_="caption")
    step, row = found
    heads = [unseen("Rank"), "Next piece", *[_stage(name) for name in step.stages], unseen("Instead")]
    letter, taken = letters(result.source_tokens), hypothesis.token_ids[place]
    rows = [_detail_row(row, i, taken, place, chosen, letter, lang) for i in range(len(row.top_ids))]
    table = tag(
        "table", tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads])), tag("tbody", rows),
        class_="candidates detail",
    )  # fmt: skip
    begun = " ".join("".join(unit.text for unit in word) for word in words(row.tokens, [0.0] * len(row.tokens)))
    title = tag("p", "After ", tag("b", f"{begun} …" if begun else "the beginning", lang=lang), class_="after")
    return join([title, tag("p", _facts(step, row), class_="caption"), tag("div", table, class_="scroll")])


def _column(row: StepRow, token: str, token_id: int, place: int, chosen: int, letter: bool, opened: bool) -> Html:
    ranks = list(range(min(SHORT, len(row.top_ids))))
    if token_id in row.top_ids[SHORT:]:
        ranks.append(row.top_ids.index(token_id))
    names = {i: label(row.top_tokens[i], letter=letter) for i in ranks}
    alternatives = [
        tag("span", tag("i", style=f"width:{100 * _p(row, 0, i):.1f}%"), tag("span", name),
            class_="alternative" + (" taken" if row.top_ids[i] == token_id else ""),
            title=f"{name} · P {percent(_p(row, 0, i))}")
        for i, name in names.items()
    ]  # fmt: skip
    name = label(token, letter=letter)
    return tag(
        "button", tag("b", name), alternatives, type="button", data_index=place, data_of=chosen,
        aria_label=f"{name}, place {place + 1}: its alternatives", aria_pressed=str(opened).lower(),
    )  # fmt: skip


def _detail_row(
    row: StepRow, rank: int, token_id: int, place: int, chosen: int, letter: bool, lang: str | None
) -> Html:
    name, taken = label(row.top_tokens[rank], letter=letter), row.top_ids[rank] == token_id
    cells = [tag("td", str(rank + 1), class_="rank"), tag("td", name, class_="text", lang=lang)]
    for stage in range(len(row.top_log_probs)):
        p = _p(row, stage, rank)
        bar = tag("span", class_="bar", style=f"--length:{p:.3f}", aria_hidden="true")
        cells.append(tag("td", tag("span", percent(p) if p else "–", class_="value"), bar, class_="number"))
    take = tag(
        "button", tag("span", "Take"), tag("span", " this one instead", class_="rest"),
        type="button", data_index=rank, data_of=chosen, data_at=place, aria_label=f"Take {name} instead",
    )  # fmt: skip
    cells.append(tag("td", tag("span", "taken", class_="caption") if taken else take, class_="take"))
    return tag("tr", cells, class_="chosen" if taken else None)


def _p(row: StepRow, stage: int, rank: int) -> float:
    return math.exp(float(row.top_log_probs[stage][rank]))


def _stage(name: str) -> str:
    return "P under the model" if name == "model" else f"after {name.replace('_', '-')}"


def _facts(step: DecodeStep, row: StepRow) -> str:
    facts = [f"entropy {_nats(row.entropy[0])} nats under the model"]
    names: Sequence[str] = step.stages
    for i, name in enumerate(names[1:], start=1):
        kept = "" if name == "temperature" else f"{row.kept[i]:.1%} of the probability is left, "
        facts.append(f"{_stage(name)} {kept}entropy {_nats(row.entropy[i])}")
    return "; ".join(facts).capitalize() + "."


def _nats(entropy: float) -> str:
    return f"{max(float(entropy), 0.0):.2f}"  # what rounding leaves below 0 is 0
