"""What happens in the Compare view. Anyone who knows the address can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import gradio as gr

from demo.common import export, several_runs, status
from demo.common.contest import MAX_CARDS, Contest, one_line, prepare
from demo.common.contestant import Contestant, called, contestant
from demo.common.controls import reads
from demo.common.examples import COMPARED
from demo.common.languages import Languages, instead
from demo.common.press import listed
from demo.common.question import PageQuestion, quoted, typed
from demo.common.text_input import InputError
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.compare import asked, board, timing
from demo.compare import export as comparison
from demo.compare.desk import Desk
from demo.compare.editing import Editing
from demo.compare.layout import THE_COMPARISONS, CompareView
from demo.compare.offline import offline
from demo.compare.presets import PRESETS, of_models
from demo.compare.show import Display, plot
from demo.service import Asked, Service
from seq2seq_core.decoding import DecodeResult

REPAINT = 0.12
"""Seconds between two words on how far a search is."""

NOT_YET = "There is nothing to time yet: compare first, and wait until it is done."

OURS = "Something went wrong on our side; try another sentence or strategy."

BORROWED = "The reference was given for {}: write this sentence's own, or empty it."


class CompareEvents:
    """The view's handlers; what belongs to a person lies on their ``Desk``."""

    def __init__(self, service: Service, view: CompareView, display: Display, editing: Editing) -> None:
        self._service = service
        self._view = view
        self._display = display
        self._editing = editing

    def restore(self, desk: Desk, request: gr.Request) -> Updates:
        """What the link asks for that opened the page, and the models that can be chosen, once all were tried."""
        working, view = self._service.working(), self._view
        wish = asked.wish(query_of(request), working)
        titled = [(title, name) for name, title in working.items()]
        choices: Updates = {
            view.model: gr.update(choices=titled, value=wish.model),
            view.editor.model: gr.update(choices=[THE_COMPARISONS, *titled]),
        }
        if not wish.linked:
            return choices | self._begins(wish.model, None)
        desk.wanted, desk.note = True, wish.note
        desk.deal(wish.cards or desk.cards)
        return (
            self._begins(wish.model, wish.text, wish.reference)
            | choices
            | {
                view.seed: wish.seed,
                view.cards: desk.cards,
                **self._display.everything(desk),
            }
        )

    def _begins(self, model: str | None, text: str | None, reference: str | None = None) -> Updates:
        """The link's sentence, or one that the model can read where what stands there is none for it."""
        view, known = self._view, self._service.languages(model) if model else Languages()
        if known.reads_english and not (text or reference):
            return {}
        sentence = text or known.own_example or COMPARED
        return {
            view.sentence: gr.update(value=sentence, **reads(known) | {"label": view.sentence.label}),
            view.reference: gr.update(value=reference or "", placeholder=_trusted(known)),
        }

    def model(self, text: object, model: object) -> Updates:
        """What is read and wanted as a reference follows the model that was chosen; what a person typed stays."""
        view, working = self._view, self._service.working()
        if not isinstance(model, str) or model not in working:
            return UNCHANGED
        known = self._service.languages(model)
        other = instead(text, known, map(self._service.languages, working), COMPARED)
        value = {} if other is None else {"value": other}
        return {
            view.sentence: gr.update(**value, **reads(known) | {"label": view.sentence.label}),
            view.reference: gr.update(placeholder=_trusted(known)),
        }

    def run_linked(self, desk: Desk, told: object) -> Iterator[Updates]:
        """Runs what a link asked for."""
        if not desk.wanted:
            yield UNCHANGED
            return
        desk.wanted = False
        yield from self.run(desk, told)

    def run(self, desk: Desk, told: object) -> Iterator[Updates]:
        """Decodes with one card after the other and shows each result as it comes.

        Args:
            desk: the person's cards.
            told: what the widgets of ``CompareView.asked`` say.
        """
        view, before = self._view, self._display.picture(desk)
        text, model, seed, reference, *_ = listed(told, 4)
        try:
            contest = prepare(self._service, text, model, desk.cards, seed=seed, reference=reference)
        except InputError as error:
            yield {view.status: status.wrong(error)}
            return
        mine = desk.begin(contest)
        desk.question = self._question(contest, text, model, seed)
        # Cards may be added and removed meanwhile, so what is next is asked for anew each time.
        while (card := desk.due()) is not None:
            desk.busy, painted = card, time.monotonic()
            yield {view.status: self._busy(desk, card), **self._display.board(desk)}
            try:
                with closing(self._service.run(self._request(desk, contest, card))) as events:
                    for event in events:
                        if not desk.waits_for(card, mine):
                            break
                        if isinstance(event, DecodeResult):
                            desk.put(card, event)
                        elif event is not None and time.monotonic() - painted > REPAINT:
                            painted = time.monotonic()
                            yield {view.status: self._busy(desk, card, event.steps)}
            except InputError as error:
                desk.put(card, None, str(error))
            except Exception:
                logging.exception("a comparison failed")  # without the person's text
                desk.put(card, None, OURS)
            if desk.number != mine:
                return
            if desk.stopped == mine:
                break
            yield self._display.since(before, desk)
            before = self._display.picture(desk)
        desk.end()
        # All once more: of several updates that reach a busy browser at a time, Gradio keeps only the last.
        yield {view.status: _ending(desk, contest, mine), **self._display.everything(desk)}

    def _question(self, contest: Contest, *said: object) -> PageQuestion:
        text, model, seed = said
        return PageQuestion(
            (typed(text), model, seed), (quoted(str(text)), self._service.title(model), f"seed {contest.seed}")
        )

    def _busy(self, desk: Desk, card: Contestant, step: int = 0) -> str:
        """How far the run is; where the card was taken away meanwhile, as if it were the last."""
        place, name = desk.place(card), called(card, self._service.title)
        return board.busy(name, len(desk.cards) if place is None else place, len(desk.cards), step)

    def _request(self, desk: Desk, contest: Contest, card: Contestant) -> Asked:
        """What a card wants, which may be new since the run began."""
        first = contest.requests[0]
        # Beside a card of the contest, so that a model of another pair of languages is refused.
        both = [contest.cards[0], card]
        made = prepare(self._service, first.text, contest.model, both, seed=contest.seed)
        desk.widen(made.scale)
        return made.requests[1]

    def time_again(self, desk: Desk) -> Iterator[Updates]:
        """Decodes the cards several times more, for their time alone."""
        view, contest = self._view, desk.asked
        if contest is None or not desk.finished() or desk.busy is not None:
            yield {view.timing: board.problem(NOT_YET)}
            return
        before, runs, begun = self._display.picture(desk), 0, time.monotonic()
        times: timing.Times = ()
        problem = ""
        yield {view.timing: several_runs.under_way("card", 0)}
        try:
            asks = partial(self._request, desk, contest)
            for so_far in timing.rounds(self._service, desk, asks, begun):
                times, runs = so_far, runs + 1
                yield {view.timing: several_runs.under_way("card", runs)}
        except InputError as error:
            problem = str(error)
        except Exception:
            logging.exception("cards could not be timed")  # without the person's text
            problem = OURS
        desk.time(times)
        if runs and desk.axis is None:
            desk.axis = "milliseconds"
        line = board.problem(several_runs.broken_off(problem, runs)) if problem else several_runs.over("card", runs)
        yield {view.timing: line, **self._display.since(before, desk)}

    def stop(self, desk: Desk) -> None:
        """Ends the comparison that is running, after the step it is at."""
        desk.stop()

    def press(self, desk: Desk, event: gr.EventData) -> Updates:
        """What a button on a card, or the one that adds a card, does."""
        pressed = asked.card_press(event)
        place = desk.ids.index(pressed.card) if pressed.card in desk.ids else None
        if pressed.kind == "add" and len(desk.cards) < MAX_CARDS:
            return self._dealt(desk, lambda: _add(desk))
        if place is None:
            return UNCHANGED
        if pressed.kind == "copy" and len(desk.cards) < MAX_CARDS:
            return self._dealt(desk, lambda: desk.insert(place + 1, desk.cards[place]))
        if pressed.kind == "remove":
            return self._dealt(desk, lambda: desk.remove(place))
        if pressed.kind == "edit":
            return self._dealt(desk, lambda: desk.open(None if desk.opened == place else place))
        return UNCHANGED

    def preset(self, desk: Desk, model: object, event: gr.EventData) -> Updates:
        """Lays out the cards of a preset; ``model`` is the comparison's."""
        name, note = asked.preset(event), ""
        if name is None:
            return UNCHANGED
        try:
            cards, note = (PRESETS[name], "") if name in PRESETS else self._models_of(name, model)
        except InputError as error:
            return {self._view.status: board.problem(str(error))}
        return self._dealt(desk, lambda: desk.deal(cards)) | {self._view.status: board.noted(note)}

    def _models_of(self, preset: str, model: object) -> tuple[tuple[Contestant, ...], str]:
        """The cards of a preset of models; those that still load are none yet."""
        service = self._service
        chosen = service.known(model).name
        here = [name for name in service.working() if name == chosen or not service.pending(name)]
        return of_models(preset, chosen, [service.known(name) for name in here])

    def close(self, desk: Desk) -> Updates:
        """Puts the editor away."""
        return self._dealt(desk, lambda: desk.open(None))

    def _dealt(self, desk: Desk, change: Callable[[], None]) -> Updates:
        before = self._display.picture(desk)
        change()
        shown = self._display.since(before, desk)
        return {self._view.cards: desk.cards, **shown, **self._editing.show(desk)}

    def refer(self, desk: Desk, reference: object) -> Updates:
        """Measures what is there against another reference; nothing is decoded."""
        if desk.asked is None or not isinstance(reference, str):
            return UNCHANGED
        before = self._display.picture(desk)
        desk.refer(one_line(reference).text)
        return self._display.since(before, desk)

    def against(self, desk: Desk, axis: object) -> Updates:
        """The plot, against another figure."""
        if not isinstance(axis, str) or axis not in desk.axes or not desk.finished():
            return UNCHANGED
        desk.axis = axis
        return {self._view.plot: plot(desk, self._service)}

    def export(self, desk: Desk, event: gr.EventData) -> Updates:
        """The comparison as a file, for the page to save."""
        kind, finished = asked.file_kind(event), desk.finished()
        if kind is None or desk.asked is None or not finished:
            return UNCHANGED
        if kind == "html":
            return {self._view.file: export.file("comparison.html", offline(desk, self._service))}
        write = comparison.traces if kind == "json" else comparison.table
        try:
            return {self._view.file: export.file(f"comparison.{kind}", write(desk.asked, finished))}
        except InputError as error:
            return {self._view.file: None, self._view.status: board.problem(str(error))}


def _trusted(known: Languages) -> str:
    return f"{known.one_output} you trust, to measure against"


def _add(desk: Desk) -> None:
    desk.insert(len(desk.cards), contestant("beam"))
    desk.open(len(desk.cards) - 1)


def _ending(desk: Desk, contest: Contest, mine: int) -> str:
    if desk.stopped == mine:
        return board.stopped(len(desk.finished()), len(desk.cards))
    results = [each.result for each in desk.finished()]
    borrowed = BORROWED.format(quoted(desk.borrowed)) if desk.borrowed else ""
    notes = [desk.note, contest.note, borrowed, *(results[0].notes if results else ())]
    desk.note = ""
    calls, seconds = sum(result.forward_calls for result in results), sum(result.seconds for result in results)
    return board.done(len(results), calls, seconds, " ".join(filter(None, notes)))
