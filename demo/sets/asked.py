"""What a person asks of the section on a set: read once from what the browser sends, and typed from there on."""

from __future__ import annotations

from dataclasses import dataclass

from demo.common.contest import Contest, contestants, prepare
from demo.service import Service
from demo.sets.sentences import SentenceSet, everyday, pasted

PASTED = "pasted"
"""Beside ``EVERYDAY``: the lines that a person typed."""

EXACT = "exact, %"
QUALITIES = ("chrF", "BLEU", EXACT, "log P")


@dataclass(frozen=True)
class Cost:
    """What a sentence costs: on the button, on the axis, and the field of ``StrategyRow`` that says it."""

    label: str
    axis: str
    field: str


COSTS = {
    "rows": Cost("rows × steps", "rows × steps a sentence", "rows"),
    "steps": Cost("steps", "steps a sentence", "forward_calls"),
    "ms": Cost("milliseconds", "milliseconds a sentence", "milliseconds"),
}
"""First what the machine has to compute, whichever it is."""


@dataclass(frozen=True)
class Axes:
    """What the figure shows: one of ``QUALITIES`` against a key of ``COSTS``."""

    quality: str = QUALITIES[0]
    cost: str = next(iter(COSTS))


@dataclass(frozen=True)
class SetQuestion:
    """Sentences, the strategies to translate them with, and the figure's axes."""

    sentences: SentenceSet
    model: str
    contest: Contest
    axes: Axes


def question(
    service: Service,
    kind: object,
    text: object,
    model: object,
    seed: object,
    cards: object,
    quality: object,
    cost: object,
) -> SetQuestion:
    """A valid question from whatever came in; an axis that cannot be is the first that can.

    Raises:
        InputError: something in it cannot be used.
    """
    checked = contestants(cards)
    spoken = service.languages(checked[0].model or model)
    sentences = pasted(text) if kind == PASTED else everyday(spoken.source, spoken.target)
    contest = prepare(service, sentences.sources[0], model, checked, seed=seed)
    possible = qualities(sentences, exact=contest.exact, several=bool(contest.scale))
    return SetQuestion(sentences, str(model), contest, read_axes(possible, quality, cost) or Axes(possible[0]))


def qualities(sentences: SentenceSet, *, exact: bool, several: bool) -> tuple[str, ...]:
    """What can be measured: without references, the model's own score alone.

    Args:
        sentences: with their references, if they have any.
        exact: exact matches are a measure of the task, and then its first.
        several: there are several models, whose log P have no scale in common.
    """
    if not sentences.references:
        return QUALITIES[-1:]
    left_out = {EXACT, "log P"} if several else {EXACT}
    likeness = [name for name in QUALITIES if name not in left_out]
    return (EXACT, *likeness) if exact else tuple(likeness)


def read_axes(possible: tuple[str, ...], quality: object, cost: object) -> Axes | None:
    """The figure's axes; None where they are none that can be shown."""
    if not isinstance(quality, str) or not isinstance(cost, str) or quality not in possible or cost not in COSTS:
        return None
    return Axes(quality, cost)
