"""A set of sentences under several strategies: how far it is, and the table of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag, unseen
from demo.common.series import colour
from demo.common.several_runs import OVERLAP, fastest
from demo.common.status import device_name, duration, noted, told

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.sets.figures import SetRun, StrategyRow
    from seq2seq_core.evaluation import Estimate

EMPTY = "Press Run: every strategy above decodes all sentences, and a table sets their quality beside their cost."

SAME = "same as"
NO_LINK = "a link does not hold lines of your own; the JSON does"
LIKENESS = ("chrF", "BLEU", "exact, %")
"""Columns that references bring."""

COLUMNS = {
    "chrF": "chrF of the whole set against the references, 0 to 100",
    "BLEU": "BLEU of the whole set against the references, 0 to 100",
    "exact, %": "Outputs that are the reference, letter by letter",
    "log P": "Mean log P of an output under the model",
    "t": "Mean number of tokens, the end of the sentence counted",
    "steps": "Mean calls of the decoder for a sentence, each for all rows that are alive",
    "rows × steps": "Mean rows decoded for a sentence, over all steps: what the machine has to compute",
    "ms": "Mean milliseconds of decoding a sentence",
    SAME: "Sentences with the same output as the strategy that all are held against",
}
NOTES = (
    "log P, t, steps, rows × steps and ms are means over sentences; ms is decoding alone, in batches of {batch}, "
    "{runs} ",
    "± is half the 95% interval of a bootstrap over sentences; p compares with {base} on the same resamples, and above "
    "0.05 the difference may well be chance. ",
)


ONCE = "run once: the machine's mood is in it."
SEVERAL = "the median of {number} runs and their range."


def empty() -> Html:
    """Before the first run."""
    return tag("p", EMPTY, class_="instead")


def draw(run: SetRun, rows: Sequence[StrategyRow | None], batch: int) -> Html:
    """A row of figures for each strategy; those still to come wait."""
    names = [name for name in COLUMNS if _shows(run, name)]
    heads = [
        tag("th", f"{SAME} {run.against + 1}" if name == SAME else name, scope="col", title=COLUMNS[name],
            class_="number")
        for name in names
    ]  # fmt: skip
    head = tag("tr", tag("th", "Strategy", scope="col"), heads)
    whole = [row for row in rows if row and row.done == run.size]
    best = {name: _best(whole, name) for name in LIKENESS}
    first = _fastest(rows)
    body = [_row(run, place, row, names, best, place == first) for place, row in enumerate(rows)]
    inside = tag("table", tag("thead", head), tag("tbody", body), class_="over-set")
    scroll = tag("div", inside, class_="scroll", tabindex=0, role="region", aria_label="Figures over the set")
    scale = tag("p", run.scale, class_="caption") if run.scale else ""
    return join([scroll, scale, tag("p", _notes(run, rows, batch), class_="caption")])


def busy(run: SetRun, seconds_left: float | None) -> Html:
    """How far it is: which strategy, its sentences, and the time that is left at the pace so far."""
    turn = next((i for i, entry in enumerate(run.entries) if len(entry.outputs) < run.size), len(run.entries) - 1)
    entry = run.entries[turn]
    facts = [
        f"{run.called(turn)}, strategy {turn + 1} of {len(run.entries)}",
        f"{len(entry.outputs)} of {run.size} sentences",
        *([f"about {duration(seconds_left)} left"] if seconds_left is not None else []),
    ]
    bar = tag("progress", max=run.size * len(run.entries), value=run.done, aria_label="Sentences done")
    # No role: a reader that is told every few sentences would say nothing else.
    return join([tag("p", told(facts), class_="status busy"), bar])


def done(run: SetRun, link: str) -> Html:
    """After the last sentence; ``link`` is a query that asks for the same, "" for lines of a person's own."""
    outputs = [output for entry in run.entries for output in entry.outputs]
    calls, seconds = sum(o.forward_calls for o in outputs), sum(o.milliseconds for o in outputs) / 1000
    facts = [_size(run), f"{calls:,} steps", f"{seconds:,.1f} s", device_name(run.device)]
    again = tag("a", "link to this", href=link, class_="state") if link else NO_LINK
    return noted("done", told([*facts, again]), run.sentences.note)


def stopped(run: SetRun, problem: str = "") -> Html:
    """After a run that did not get to its end; ``problem`` says why, "" where somebody pressed Stop."""
    turn = next((i for i, entry in enumerate(run.entries) if len(entry.outputs) < run.size), 0)
    entry, rest = run.entries[turn], len(run.entries) - turn - 1
    where = f"Stopped after {len(entry.outputs)} of {run.size} sentences of {run.called(turn)}"
    waiting = f"; {rest} more {'strategy' if rest == 1 else 'strategies'} had not begun" if rest else ""
    kept = "What was done is kept." if run.done else ""
    return noted("stopped", f"{where}{waiting}.", f"{problem} {kept}".strip())


def _row(
    run: SetRun,
    place: int,
    row: StrategyRow | None,
    names: Sequence[str],
    best: Mapping[str, float | None],
    is_fastest: bool,
) -> Html:
    fill, ink = colour(place)
    badge = tag("span", str(place + 1), class_="badge", style=f"background:{fill};color:{ink}")
    entry = run.entries[place]
    part = row is not None and row.done < run.size
    so_far = tag("small", f"{len(entry.outputs)} of {run.size} sentences") if part else ""
    name = tag("span", tag("b", run.called(place), dir="auto"), so_far, _holding(run, place))
    who = tag("th", tag("div", badge, name, class_="who"), scope="row")
    cells = [
        tag("td", _cell(row, name, None if part else best.get(name), is_fastest) if row else _blank(), class_="number")
        for name in names
    ]
    return tag("tr", who, cells, class_="waiting" if row is None or part else None)


def _shows(run: SetRun, name: str) -> bool:
    return name not in LIKENESS or (run.sentences.references is not None and (name != "exact, %" or run.exact))


def _holding(run: SetRun, place: int) -> Html:
    """The button that holds all others against this strategy, or that they are."""
    if len(run.entries) < 2:
        return Html("")
    if place == run.against:
        return tag("small", "p and the last column: against this one")
    name = unseen(f": {run.called(place)}")
    return tag("button", "hold all against this", name, type="button", data_kind="against", data_index=place)


def _likeness(row: StrategyRow, name: str) -> Estimate | None:
    return {"chrF": row.chrf, "BLEU": row.bleu, "exact, %": row.exact}[name]


def _best(whole: Sequence[StrategyRow], name: str) -> float | None:
    """Of strategies that have done all sentences: the likeness, as it is shown, that is above another's, if one is."""
    found = {round(likeness.score, 1) for row in whole if (likeness := _likeness(row, name))}
    return max(found) if len(found) > 1 else None


def _cell(row: StrategyRow, name: str, best: float | None, is_fastest: bool) -> Html | str:
    if name in LIKENESS:
        return _estimate(_likeness(row, name), best)
    if name == SAME:
        return _blank() if row.same is None else f"{row.same} of {row.done}"
    if name == "ms":
        return _milliseconds(row, is_fastest)
    value, digits = {
        "log P": (row.log_prob, 2), "t": (row.length, 1), "steps": (row.forward_calls, 1),
        "rows × steps": (row.rows, 1),
    }[name]  # fmt: skip
    return f"{value:,.{digits}f}".replace("-", "−")


def _milliseconds(row: StrategyRow, is_fastest: bool) -> Html | str:
    """With the range of several runs, and told apart where no other strategy's reaches into it."""
    shown = f"{row.milliseconds:,.1f}"
    if row.range is None:
        return shown
    said = join([tag("b", shown), unseen(", the fastest")]) if is_fastest else shown
    low, high = (f"{end:,.1f}" for end in row.range)
    return join([said, tag("small", f"{low}–{high}")])


def _fastest(rows: Sequence[StrategyRow | None]) -> int | None:
    """The place of the strategy that may be called the fastest, if one may."""
    return fastest([row.range if row else None for row in rows])


def _estimate(estimate: Estimate | None, best: float | None) -> Html | str:
    if estimate is None:
        return _blank()
    margin = tag("span", f" ± {estimate.margin:.1f}", class_="margin") if estimate.margin is not None else ""
    p = estimate.p_value
    test = "" if p is None else tag("small", "p < 0.01" if p < 0.01 else f"p {p:.2f}")
    score = f"{estimate.score:.1f}"
    shown = join([tag("b", score), unseen(", the best")]) if round(estimate.score, 1) == best else score
    return join([shown, margin, test])


def _blank() -> Html:
    return tag("span", "–", aria_hidden="true")


def _notes(run: SetRun, rows: Sequence[StrategyRow | None], batch: int) -> list[str]:
    quality = next((entry.quality for entry in run.entries if entry.quality), None)
    base = f"{run.against + 1} {run.called(run.against)}"
    means, intervals = NOTES[0].format(batch=batch, runs=_how_timed(rows)), NOTES[1].format(base=base)
    if quality is None:
        return [means]
    shown = intervals if quality.chrf.margin is not None else "Too few sentences for intervals. "
    signatures = (("chrF", quality.chrf_signature), ("BLEU", quality.bleu_signature))
    return [means, shown, *(tag("span", f"{name} {signature} ", class_="signature") for name, signature in signatures)]


def _how_timed(rows: Sequence[StrategyRow | None]) -> str:
    """How many runs the times come from, and what may be said of them."""
    number = min((len(row.times) for row in rows if row), default=0)
    if number < 2:
        return ONCE
    overlap = OVERLAP if len(rows) > 1 and _fastest(rows) is None else ""
    return SEVERAL.format(number=number) + overlap


def _size(run: SetRun) -> str:
    strategies = "strategy" if len(run.entries) == 1 else "strategies"
    return f"{run.size} sentence{'' if run.size == 1 else 's'}, {len(run.entries)} {strategies}"
