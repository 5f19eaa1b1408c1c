"""Why this word? What the model would have said instead, at each place and before and after each filter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common import glossary
from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import label, letters, percent, words
from demo.translate.translation import NOTHING_READ

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult, DecodeStep, Hypothesis, StepRow

SHORT = 5
MASKS = {
    "bad_words",
    "top_k",
    "top_p",
    "min_p",
    "typical_p",
    "epsilon_cutoff",
    "no_repeat_ngram_size",
    "min_new_tokens",
}
"""Filters that take pieces away and leave the others as they were to each other."""

REST = "all other pieces"
UNKNOWN = "not recorded"
ROUNDING = 5e-5
"""Less than is shown of a share, and more than what 32 bits lose of a sum."""

NOT_TRACED = "This strategy does not record what it saw before each word."


def seen_before(result: DecodeResult, hypothesis: Hypothesis, place: int) -> tuple[DecodeStep, StepRow] | None:
    """The step, and its row, in which token number ``place`` of a hypothesis was chosen; None if it was not traced."""
    begun = hypothesis.token_ids[:place]
    for step in result.steps:
        for row in step.rows:
            if row.beginning.holds(begun) and row.top_ids:
                return step, row
    return None


def unlisted(result: DecodeResult, chosen: int, place: int) -> bool:
    """Whether token number ``place`` of a hypothesis is not among those that were recorded as the likeliest."""
    found = seen_before(result, result.hypotheses[chosen], place)
    return found is not None and result.hypotheses[chosen].token_ids[place] not in found[1].top_ids


def draw(result: DecodeResult, chosen: int, opened: int = 0) -> Html:
    """Under each token of hypothesis ``chosen`` its likeliest alternatives; each column opens the whole list.

    Column ``opened`` is marked as the one whose list is shown; the page itself marks what is pressed after that.
    """
    hypothesis = result.hypotheses[chosen]
    columns, letter = [], letters(result.source_tokens)
    for place, token in enumerate(hypothesis.tokens):
        found = seen_before(result, hypothesis, place)
        if found:
            taken = _Taken(hypothesis.token_ids[place], token, hypothesis.token_log_probs[place])
            columns.append(_column(found[1], taken, place, chosen, letter, place == opened))
    if not columns:
        return tag("p", NOT_TRACED if result.source_tokens else NOTHING_READ, class_="caption")
    return tag("div", tag("div", columns, class_="lens"), class_="scroll")


DRAWN = "drawn by the seed"


@dataclass(frozen=True)
class Moved:
    """A step as sampling would take it under filters that a person moved.

    settings: all of the sampler's. sample: number of the sample whose random numbers draw.
    """

    step: DecodeStep
    settings: Mapping[str, object]
    sample: int = 0

    @property
    def drawn(self) -> _Taken:
        """The piece that the seed draws."""
        [candidate] = self.step.candidates
        return _Taken(candidate.token_id, candidate.token, candidate.log_prob)


@dataclass(frozen=True)
class _Taken:
    """The piece that stands in a hypothesis. rank: the model's, 1 = its likeliest; None where it is not known."""

    token_id: int
    token: str
    log_prob: float
    rank: int | None = None


def detail(
    result: DecodeResult,
    chosen: int,
    place: int,
    lang: str | None = None,
    rank: int | None = None,
    given: int = 0,
    moved: Moved | None = None,
) -> Html:
    """The likeliest next tokens before token number ``place``, through each filter, each ready to be taken instead.

    A row each for the piece that was taken, if it is none of these, and for all the rest, so that columns add up.
    Nothing where no distribution was recorded.

    Args:
        result: what was decoded. chosen: one of its hypotheses.
        place: of one of its tokens. lang: its language.
        rank: the token's under the model, which the record does not have where it is ``unlisted``.
        given: tokens that a person chose, whatever the filters made of them.
        moved: what filters that a person moved make of it, in place of what was recorded.
    """
    hypothesis = result.hypotheses[chosen]
    found = (moved.step, moved.step.rows[0]) if moved else seen_before(result, hypothesis, place)
    if not found:
        return Html()  # the columns above it say why
    step, row = found
    heads = [unseen("Rank"), "Next piece", *[_stage(name) for name in step.stages], unseen("Instead")]
    letter = letters(result.source_tokens)
    taken = _Taken(hypothesis.token_ids[place], hypothesis.tokens[place], hypothesis.token_log_probs[place], rank)
    drawn = moved.drawn if moved else None
    rows = [_detail_row(row, i, taken.token_id, place, chosen, letter, lang, drawn) for i in range(len(row.top_ids))]
    drawn_under = moved.settings if moved else {} if place < given else result.config
    beyond, below = [], []
    for piece, said in _beyond(row, taken, drawn):
        shares = _shares(step, row, piece, drawn_under)
        beyond.append(shares)
        below.append(_taken_row(piece, shares, letter, lang, said))
    below.append(_rest_row(row, beyond))
    table = tag(
        "table", tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads])), tag("tbody", rows),
        tag("tbody", below, class_="unlisted"),  # in sight however far the list is scrolled
        class_="candidates detail",
    )  # fmt: skip
    begun = " ".join("".join(unit.text for unit in word) for word in words(row.tokens, [0.0] * len(row.tokens)))
    title = tag("p", "After ", tag("b", f"{begun} …" if begun else "the beginning", lang=lang), class_="after")
    facts = tag("p", _facts(step, row), " ", glossary.button(), class_="caption")
    told = tag("p", _told(moved, letter), class_="moved-to", role="status") if moved else ""
    return join([title, told, facts, tag("div", table, class_="scroll")])


def _beyond(row: StepRow, taken: _Taken, drawn: _Taken | None) -> list[tuple[_Taken, str]]:
    """The pieces with a row of their own though many are likelier, and what is said of each."""
    found = [] if taken.token_id in row.top_ids else [(taken, "taken")]
    if drawn is None or drawn.token_id in row.top_ids:
        return found
    if found and taken.token_id == drawn.token_id:
        return [(taken, f"taken, and {DRAWN}")]
    return [*found, (drawn, DRAWN)]


def _told(moved: Moved, letter: bool) -> list[str]:
    """In a sentence, what became of the distribution and which piece the seed draws."""
    [row] = moved.step.rows
    fallen = sum(1 for log_prob in row.top_log_probs[-1] if not math.isfinite(float(log_prob)))
    name = tag("b", label(moved.drawn.token, letter=letter))
    masked = MASKS & set(moved.step.stages)
    left = _held(row.kept[-1]) if masked else "no piece is taken away"
    out = f"; {fallen} of these {len(row.top_ids)} pieces fall out" if fallen else ""
    return [
        f"{left[0].upper()}{left[1:]}{out}. Seed {moved.settings['seed']} would draw ",
        name,
        f", sample {moved.sample + 1}.",
    ]


def _column(row: StepRow, taken: _Taken, place: int, chosen: int, letter: bool, opened: bool) -> Html:
    shown = [(row.top_ids[i], row.top_tokens[i], _p(row, 0, i)) for i in range(min(SHORT, len(row.top_ids)))]
    if taken.token_id not in row.top_ids[:SHORT]:
        shown.append((taken.token_id, taken.token, math.exp(taken.log_prob)))
    alternatives = [
        tag("span", tag("i", style=f"width:{100 * p:.1f}%"), tag("span", name := label(token, letter=letter)),
            class_="alternative" + (" taken" if token_id == taken.token_id else ""), title=f"{name} · P {percent(p)}")
        for token_id, token, p in shown
    ]  # fmt: skip
    name = label(taken.token, letter=letter)
    return tag(
        "button", tag("b", name), unseen(f", place {place + 1}; likeliest: "), alternatives,
        type="button", data_index=place, data_of=chosen, aria_pressed=str(opened).lower(),
    )  # fmt: skip


def _detail_row(
    row: StepRow,
    rank: int,
    token_id: int,
    place: int,
    chosen: int,
    letter: bool,
    lang: str | None,
    drawn: _Taken | None = None,
) -> Html:
    name, taken = label(row.top_tokens[rank], letter=letter), row.top_ids[rank] == token_id
    cells = [tag("td", str(rank + 1), class_="rank"), tag("td", name, class_="text", lang=lang)]
    cells += [_share(_p(row, stage, rank)) for stage in range(len(row.top_log_probs))]
    # What is taken has a button, too: the focus stays on it when it has just been taken (assets/focus.js).
    said = [tag("span", "taken")] if taken else [tag("span", "Take"), tag("span", " it instead", class_="rest")]
    take = tag(
        "button", said, unseen(f": {name}"), type="button", aria_disabled="true" if taken else None,
        data_index=rank, data_of=chosen, data_at=place,
    )  # fmt: skip
    by_seed = drawn is not None and row.top_ids[rank] == drawn.token_id
    seed = tag("span", DRAWN, " ", class_="caption by-seed") if by_seed else ""
    cells.append(tag("td", seed, take, class_="take"))
    fallen = not math.isfinite(float(row.top_log_probs[-1][rank]))
    kind = " ".join(name for name, holds in (("chosen", taken), ("fallen", fallen), ("drawn", by_seed)) if holds)
    return tag("tr", cells, class_=kind or None)


def _taken_row(
    taken: _Taken, shares: Sequence[float | None], letter: bool, lang: str | None, said: str = "taken"
) -> Html:
    """Of the piece that was taken though many are likelier."""
    rank = f"{taken.rank:,}" if taken.rank else "later"
    name = tag("td", label(taken.token, letter=letter), class_="text", lang=lang)
    told = tag("td", tag("span", said, class_="caption"), class_="take")
    kind = "drawn" if said == DRAWN else "chosen"
    return tag("tr", tag("td", rank, class_="rank"), name, [_share(p) for p in shares], told, class_=kind)


def _rest_row(row: StepRow, beyond: Sequence[Sequence[float | None]]) -> Html:
    """Of all pieces without a row, so that every column adds up to all there is."""
    cells = []
    for stage in range(len(row.top_log_probs)):
        apart = [shares[stage] for shares in beyond]
        listed = sum(_p(row, stage, i) for i in range(len(row.top_ids)))
        # What rounding leaves is nothing: shares are of 32 bits.
        left = None if None in apart else 1 - listed - sum(filter(None, apart))
        cells.append(_share(left if left is None or left > ROUNDING else 0.0))
    return tag("tr", tag("td", class_="rank"), tag("td", REST, class_="text"), cells, tag("td"), class_="others")


def _share(p: float | None) -> Html:
    """A cell; None where it is not known what the filter made of the piece."""
    shown = UNKNOWN if p is None else percent(p) if p else "–"
    bar = tag("span", class_="bar", style=f"--length:{p or 0:.3f}", aria_hidden="true")
    return tag("td", tag("span", shown, class_="value"), bar, class_="number")


def _shares(step: DecodeStep, row: StepRow, taken: _Taken, config: Mapping[str, object]) -> list[float | None]:
    """P of a piece that is none of the recorded after each stage, worked out from one that is and was left, too.

    What a filter makes of one piece it makes of the other: none but temperature changes how they are to each other.
    Without the settings that it was drawn under, the model's own P is all that is known.
    """
    known: list[float | None] = [taken.log_prob]
    for stage, name in enumerate(step.stages[1:], start=1):
        before, after = row.top_log_probs[stage - 1], row.top_log_probs[stage]
        left = next((i for i in range(len(row.top_ids)) if math.isfinite(float(after[i]))), None)
        last = known[-1]
        if not config or last is None or left is None or name not in MASKS | {"temperature"}:
            known.append(None)
            continue
        warmth = float(str(config["temperature"])) if name == "temperature" else 1.0
        known.append(float(after[left]) + (last - float(before[left])) / warmth)
    return [None if log_prob is None else math.exp(log_prob) for log_prob in known]


def _p(row: StepRow, stage: int, rank: int) -> float:
    return math.exp(float(row.top_log_probs[stage][rank]))


def _stage(name: str) -> str:
    return "P under the model" if name == "model" else f"after {name.replace('_', '-')}"


def _facts(step: DecodeStep, row: StepRow) -> str:
    facts = [f"entropy {_nats(row.entropy[0])} nats under the model"]
    names: Sequence[str] = step.stages
    for i, name in enumerate(names[1:], start=1):
        kept = f" {_held(row.kept[i])};"
        facts.append(f"{_stage(name)}{'' if name == 'temperature' else kept} entropy {_nats(row.entropy[i])}")
    return ". ".join(fact[:1].upper() + fact[1:] for fact in facts) + "."


def _held(kept: float) -> str:
    """What share of the model's own distribution is left, whatever temperature made of it before."""
    return f"what is left held {kept:.1%} of the model's own probability, shared out anew to 100%"


def _nats(entropy: float) -> str:
    return f"{max(0.0, float(entropy)):.2f}"  # in this order: what is below 0, and -0, is 0
