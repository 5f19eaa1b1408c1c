"""What happens in the section on a set. Anyone can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import gradio as gr
import plotly.graph_objects as go

from demo.common import contest_link, export, press, several_runs, status
from demo.common.contestant import numbered, there
from demo.common.controls import reads_lines
from demo.common.question import PageQuestion, bar, typed
from demo.common.text_input import InputError
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.service import CHUNK, Service, pieces_of
from demo.sets import apart, quality_cost, table, timing
from demo.sets import export as set_export
from demo.sets.asked import COSTS, EXACT, PASTED, Axes, SetQuestion, qualities, question, read_axes
from demo.sets.contrasts import contrasts
from demo.sets.figures import Entrant, SetRun, StrategyRow, ended, held, rows, timed, with_part
from demo.sets.layout import EXAMPLE, VIEW, SetsView
from demo.sets.quality_cost import QualityPoint
from demo.sets.sentences import EVERYDAY, reads_everyday
from demo.sets.state import SetTurn

FILES = {
    "table": ("set-table.csv", set_export.table),
    "outputs": ("set-outputs.csv", set_export.outputs),
    "json": ("set.json", set_export.everything),
}

NOT_YET = "There is nothing to time yet: run the set, and wait until it is done."
NO_SCALE = "Several models have no scale in common<br>but likeness to references: give each line one."
"""Where the figure would be; Plotly breaks no line by itself."""

OURS = "Something went wrong on our side; try another strategy."

BOARD = "#board [data-there]"
"""Where the page says which strategies would run."""


class SetsEvents:
    """The section's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service, view: SetsView) -> None:
        self._service = service
        self._view = view

    def restore(self, turn: SetTurn, model: object, request: gr.Request) -> Updates:
        """The built-in set, if the link asks for it that opened the page, and what lines of one's own could say."""
        query = query_of(request)
        turn.wished = contest_link.read(query) is not None and query.get("set") == EVERYDAY
        suited = self._suited("" if turn.wished else EVERYDAY, "", model)
        return suited | ({self._view.kind: EVERYDAY} if turn.wished else {}) or UNCHANGED

    def model(self, kind: object, text: object, name: object) -> Updates:
        """The built-in set gives way to examples of a model that does not read it; what a person pasted stays."""
        return self._suited(kind, text, name) or UNCHANGED

    def _suited(self, kind: object, text: object, model: object) -> Updates:
        """What lines of one's own could say to this model, and what stands there where nobody wrote anything."""
        working = self._service.working()
        if not isinstance(model, str) or model not in working:
            return {}
        known = self._service.languages(model)
        suggested = {"\n".join(self._service.languages(name).examples) for name in working}
        ours = kind == EVERYDAY or text in suggested  # else a person wants lines of their own
        wanted = (EVERYDAY if reads_everyday(known) else PASTED) if ours else kind
        lines = "" if wanted == EVERYDAY else "\n".join(known.examples)
        replaced = ours and text in ("", *suggested) and text != lines
        box = reads_lines(known, EXAMPLE) | ({"value": lines} if replaced else {})
        return {self._view.lines: box} | ({} if wanted == kind else {self._view.kind: wanted})

    def run_if_wished(self, turn: SetTurn, *asked: object) -> Iterator[Updates]:
        """Runs what the page's address asks for, once; ``asked`` as for ``run``."""
        if not turn.wished:
            yield UNCHANGED
            return
        turn.wished = False
        yield from self.run(turn, *asked)

    def run(self, turn: SetTurn, cards: object, told: object) -> Iterator[Updates]:
        """Translates every sentence with one strategy after the other.

        Args:
            turn: whose it is on the person's page.
            cards: the strategies.
            told: what the page says of kind, lines, model, seed and the figure's two axes.
        """
        mine = turn.take()
        kind, text, model, seed, quality, cost, *_ = press.listed(told, 6)
        try:
            asks = question(self._service, kind, text, model, seed, cards, quality, cost)
        except InputError as error:
            turn.refused = mine
            yield {self._view.status: status.error(str(error))}
            return
        turn.axes = asks.axes
        entrants = tuple(Entrant(card) for card in asks.contest.cards)
        asked = self._question(asks, kind, text, model, seed)
        contest = asks.contest
        titles = self._service.working()
        of: dict[str, Any] = {"scale": contest.scale, "exact": contest.exact, "question": asked, "titles": titles}
        run, turn.against = SetRun(asks.sentences, asks.model, contest.seed, entrants, **of), 0
        yield self._everything(table.busy(run, None), run, turn.axes)
        begun, problem = time.monotonic(), ""
        try:
            with closing(self._service.run_many(asks.contest.requests, asks.sentences.sources)) as parts:
                for part in parts:
                    if turn.number != mine:
                        return
                    if turn.stopped == mine:
                        break
                    if part.results:
                        run = with_part(run, part)
                        yield self._progress(run, turn.axes, part.turn, time.monotonic() - begun)
        except InputError as error:
            problem = str(error)
        except Exception:
            logging.exception("a run on a set failed")  # without the person's text
            problem = OURS
        run = self._told_apart(ended(replace(run, against=turn.against)))  # one that is stopped keeps what it has
        line = table.done(run, link(run)) if run.whole else table.stopped(run, problem)
        # Of several updates that reach a busy browser at a time, Gradio keeps only the last.
        yield self._everything(line, run, turn.axes)

    def _progress(self, run: SetRun, axes: Axes, place: int, seconds: float) -> Updates:
        """After some sentences; the figure follows whenever a strategy has ended."""
        left = run.size * len(run.entries) - run.done
        view, line = self._view, table.busy(run, seconds / run.done * left)
        so_far: Updates = {view.status: line, view.table: table.draw(run, rows(run), CHUNK)}
        if len(run.entries[place].outputs) < run.size:
            return so_far
        return so_far | {view.plot: figure(run, axes), view.present: run}

    def _everything(self, line: str, run: SetRun, axes: Axes) -> Updates:
        """All that a run writes, below this line on how far it is."""
        view = self._view
        return {
            view.status: line,
            **self._figures(run, axes),
            view.quality: gr.update(choices=list(_qualities(run)), value=axes.quality),
            view.timing: "",
            view.earlier: bar(VIEW, run.question, "set-run", "Run again", BOARD),
        }

    def _question(self, asks: SetQuestion, kind: object, text: object, *said: object) -> PageQuestion:
        cards = asks.contest.cards
        lines = typed(text) if kind == PASTED else None
        names = (
            _count(len(asks.sentences.sources), "sentence", "sentences"),
            self._service.title(asks.model),
            _count(len(cards), "strategy", "strategies"),
        )
        seed = f"seed {asks.contest.seed}"
        caption = (*names[:2], seed, *numbered(cards, self._service.title))
        return PageQuestion((kind, lines, *said), names, there(cards), caption)

    def time_again(self, turn: SetTurn, run: SetRun | None) -> Iterator[Updates]:
        """Decodes the set several times more, for the time alone."""
        view = self._view
        if run is None or not run.whole:
            yield {view.timing: status.error(NOT_YET)}
            return
        mine, times, problem = turn.take(), timing.NONE, ""
        yield {view.timing: several_runs.under_way("strategy", 0)}
        try:
            for times in timing.rounds(self._service, turn, mine, run):
                yield {view.timing: several_runs.under_way("strategy", len(times[0]))}
        except InputError as error:
            problem = str(error)
        except Exception:
            logging.exception("a set could not be timed")  # without the person's text
            problem = OURS
        done = len(times[0]) if times else 0
        line = several_runs.over("strategy", done)
        if problem:
            line = status.error(several_runs.broken_off(problem, done))
        if not times:
            yield {view.timing: line}
            return
        run, turn.axes = timed(run, times), replace(turn.axes, cost="ms")
        if run.against != turn.against:  # chosen meanwhile
            run = self._told_apart(held(run, turn.against))
        yield {view.timing: line, view.cost: turn.axes.cost} | self._figures(run, turn.axes)

    def stop(self, turn: SetTurn) -> None:
        """Ends the run, after the step it is at."""
        turn.stop()

    def choose(self, turn: SetTurn, kind: object) -> Updates:
        """Shows the box for a person's own lines where they are wanted; what is in it stays, a refusal of it goes."""
        gone: Updates = {self._view.status: ""} if turn.number and turn.refused == turn.number else {}
        return {self._view.lines: gr.update(visible=kind == PASTED)} | gone

    def draw(self, turn: SetTurn, run: SetRun | None, quality: object, cost: object) -> Updates:
        """The figure on other axes; nothing is decoded."""
        axes = read_axes(_qualities(run), quality, cost) if run else None
        if run is None or axes is None:
            return UNCHANGED
        turn.axes = axes
        return {self._view.plot: figure(run, axes)}

    def hold(self, turn: SetTurn, run: SetRun | None, event: gr.EventData) -> Updates:
        """Holds all strategies against another one; nothing is decoded. A run under way does so at its end."""
        place = press.number(event, "index", len(run.entries) if run else 0)
        if run is None or place is None or press.word(event, "kind") != "against":
            return UNCHANGED
        turn.against = place
        if not run.entries[place].outputs:
            return UNCHANGED
        run = self._told_apart(held(run, place))
        return self._figures(run, turn.axes)

    def _figures(self, run: SetRun, axes: Axes) -> Updates:
        """All that is said of the strategies."""
        view = self._view
        return {
            view.table: table.draw(run, rows(run), CHUNK),
            view.plot: figure(run, axes),
            view.apart: self._apart(run),
            view.present: run,
        }

    def _told_apart(self, run: SetRun) -> SetRun:
        """The run with what tells its strategies apart."""
        return replace(run, apart=contrasts(run, lambda model, text: pieces_of(self._service, model, text)))

    def _apart(self, run: SetRun) -> str:
        """Where the strategies part."""
        return apart.draw(run, run.apart, self._service.languages(run.model_of(run.entries[0])))

    def export(self, run: SetRun | None, event: gr.EventData) -> Updates:
        """What is shown as a file, for the page to save."""
        kind = press.word(event, "kind")
        if run is None or kind not in FILES:
            return UNCHANGED
        name, write = FILES[kind]
        return {self._view.file: export.file(name, write(run))}


def figure(run: SetRun, axes: Axes) -> go.Figure:
    """The strategies that have a quality, or, where log P is asked for, that have begun."""
    points, cost = [], COSTS[axes.cost]
    no_scale = bool(run.scale) and axes.quality == "log P"
    for place, row in enumerate(() if no_scale else rows(run)):
        found = _quality(row, axes.quality) if row else None
        if row and found:
            price = getattr(row, cost.field)
            ends = row.range if axes.cost == "ms" else None
            points.append(QualityPoint(place, row.name, price, *found, part=row.done < run.size, ends=ends))
    measured = "mean log P" if axes.quality == "log P" else axes.quality
    return quality_cost.draw(points, measured, cost.axis, NO_SCALE if no_scale else "")


def _qualities(run: SetRun) -> tuple[str, ...]:
    return qualities(run.sentences, exact=run.exact, several=bool(run.scale))


def link(run: SetRun) -> str:
    """A query that asks for the same run; "" for pasted lines, which no link holds."""
    if not run.sentences.name:
        return ""
    cards = [entry.card for entry in run.entries]
    return f"{contest_link.write('', run.model, run.seed, '', cards)}&set={run.sentences.name}"


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _quality(row: StrategyRow, name: str) -> tuple[float, float | None] | None:
    if name == "log P":
        return row.log_prob, None
    estimate = {"chrF": row.chrf, "BLEU": row.bleu, EXACT: row.exact}[name]
    return (estimate.score, estimate.margin) if estimate else None
