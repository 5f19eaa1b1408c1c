"""What happens in Compare's section on a set. Anyone can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gradio as gr
import plotly.graph_objects as go

from demo.common import contest_link, export, status
from demo.common.contest import prepare
from demo.common.languages import languages
from demo.common.text_input import InputError
from demo.common.turn import Turn
from demo.service import CHUNK, Asked, Service
from demo.sets import export as set_export
from demo.sets import table as compare_set
from demo.sets.figures import Entry, Row, SetRun, ended, rows, with_part
from demo.sets.quality_cost import Point, quality_cost
from demo.sets.sentences import EVERYDAY, SentenceSet, everyday, pasted

PASTED = "pasted"
"""Beside ``EVERYDAY``: the lines that a person typed."""

QUALITIES = ("chrF", "BLEU", "log P")
UNTOUCHED = [gr.skip()] * 4
"""For all results but the status: as they were."""

FILES = {
    "table": ("set-table.csv", set_export.table),
    "outputs": ("set-translations.csv", set_export.outputs),
    "json": ("set.json", set_export.everything),
}

Updates = list[Any]


@dataclass(frozen=True)
class Cost:
    """What a sentence costs: on the button, on the axis, and the field of ``Row`` that says it."""

    label: str
    axis: str
    field: str


COSTS = {
    "ms": Cost("milliseconds", "milliseconds a sentence", "milliseconds"),
    "calls": Cost("model calls", "model calls a sentence", "forward_calls"),
}


@dataclass
class SetTurn(Turn):
    """
    wished: the page's address asks for a run, which has not begun yet.
    axes: the figure's quality and cost; a person may change them while a run is under way.
    """

    wished: bool = False
    axes: tuple[str, str] = (QUALITIES[0], next(iter(COSTS)))


class Events:
    """The section's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def restore(self, turn: Any, request: gr.Request) -> Any:
        """The built-in set, if the link asks for it that opened the page."""
        query = dict(request.query_params)
        turn.wished = contest_link.read(query) is not None and query.get("set") == EVERYDAY
        return EVERYDAY if turn.wished else gr.skip()

    def run_if_wished(self, turn: Any, *asked: Any) -> Iterator[Updates]:
        """Runs what the page's address asks for, once."""
        if not turn.wished:
            yield [gr.skip(), *UNTOUCHED]  # without a word, Gradio would empty everything that this may write
            return
        turn.wished = False
        yield from self.run(turn, *asked)

    def run(
        self, turn: Any, kind: Any, text: Any, model: Any, seed: Any, cards: Any, quality: Any, cost: Any
    ) -> Iterator[Updates]:
        """Translates every sentence with one strategy after the other."""
        turn.number += 1
        mine = turn.number
        try:
            sentences = self._sentences(kind, text, model)
            contest = prepare(self._service, sentences.sources[0], model, cards, seed=seed)
        except InputError as error:
            yield [status.error(str(error)), *UNTOUCHED]
            return
        run = SetRun(sentences, str(model), contest.seed, tuple(Entry(card) for card in contest.cards))
        choices = _qualities(run)
        turn.axes = (quality if quality in choices else choices[0], cost if cost in list(COSTS) else next(iter(COSTS)))
        yield _everything(compare_set.busy(run, None), run, turn)
        yield from self._decode(turn, mine, run, contest.requests)

    def _decode(self, turn: SetTurn, mine: int, run: SetRun, requests: tuple[Asked, ...]) -> Iterator[Updates]:
        """The figures as they come; a run that is stopped keeps those it has."""
        begun, problem = time.monotonic(), ""
        try:
            with closing(self._service.run_many(requests, run.sentences.sources)) as parts:
                for part in parts:
                    if turn.number != mine:
                        return
                    if turn.stopped == mine:
                        break
                    if part.results:
                        run = with_part(run, part)
                        yield self._progress(run, turn, part.turn, time.monotonic() - begun)
        except InputError as error:
            problem = str(error)
        except Exception:
            logging.exception("a run on a set failed")  # without the person's text
            problem = "Something went wrong on our side; try another strategy."
        run = ended(run)
        line = compare_set.done(run, link(run)) if run.whole else compare_set.stopped(run, problem)
        # Of several updates that reach a busy browser at a time, Gradio keeps only the last.
        yield _everything(line, run, turn)

    def _progress(self, run: SetRun, turn: SetTurn, place: int, seconds: float) -> Updates:
        """After some sentences; the figure follows whenever a strategy has ended."""
        left = run.size * len(run.entries) - run.done
        line = compare_set.busy(run, seconds / run.done * left)
        if len(run.entries[place].outputs) < run.size:
            return [line, _table(run), *UNTOUCHED[1:]]
        return [line, _table(run), draw(run, *turn.axes), gr.skip(), run]

    def _sentences(self, kind: Any, text: Any, model: Any) -> SentenceSet:
        if kind == PASTED:
            return pasted(text)
        spoken = languages(self._service.translator(model).metadata)
        return everyday(spoken.source, spoken.target)

    def stop(self, turn: Any) -> None:
        """Ends the run, after the step it is at."""
        turn.stopped = turn.number

    def choose(self, kind: Any) -> Any:
        """Shows the box for a person's own lines where they are wanted; what is in it stays."""
        return gr.update(visible=kind == PASTED)

    def draw(self, turn: Any, run: Any, quality: Any, cost: Any) -> Any:
        """The figure on other axes; nothing is decoded."""
        if run is None or quality not in _qualities(run) or cost not in list(COSTS):
            return gr.skip()
        turn.axes = (quality, cost)
        return draw(run, *turn.axes)

    # Any, because Gradio evaluates the annotations of a handler that takes an event.
    def export(self, run: Any, event: gr.EventData) -> Any:
        """What is shown as a file, for the page to save."""
        kind = getattr(event, "kind", None)
        if run is None or not isinstance(kind, str) or kind not in FILES:
            return gr.skip()
        name, write = FILES[kind]
        return export.file(name, write(run))


def _everything(line: str, run: SetRun, turn: SetTurn) -> Updates:
    """All that a run writes, below this line on how far it is."""
    radio = gr.update(choices=_qualities(run), value=turn.axes[0])
    return [line, _table(run), draw(run, *turn.axes), radio, run]


def _qualities(run: SetRun) -> list[str]:
    """What can be measured: without references, the model's own score alone."""
    return list(QUALITIES if run.sentences.references else QUALITIES[-1:])


def draw(run: SetRun, quality: str, cost: str) -> go.Figure:
    """The strategies that have a quality, or, where log P is asked for, that have begun."""
    points = []
    for place, row in enumerate(rows(run)):
        found = _quality(row, quality) if row else None
        if row and found:
            price = getattr(row, COSTS[cost].field)
            points.append(Point(place, row.name, price, *found, part=row.done < run.size))
    return quality_cost(points, "mean log P" if quality == "log P" else quality, COSTS[cost].axis)


def link(run: SetRun) -> str:
    """A query that asks for the same run; "" for pasted lines, which are too long for an address."""
    if not run.sentences.name:
        return ""
    cards = [entry.card for entry in run.entries]
    return f"{contest_link.write('', run.model, run.seed, '', cards)}&set={run.sentences.name}"


def _quality(row: Row, name: str) -> tuple[float, float | None] | None:
    if name == "log P":
        return row.log_prob, None
    estimate = row.chrf if name == "chrF" else row.bleu
    return (estimate.score, estimate.margin) if estimate else None


def _table(run: SetRun) -> str:
    return compare_set.table(run, rows(run), CHUNK)
