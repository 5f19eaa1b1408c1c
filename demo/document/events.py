"""What happens in the Document view. Anyone can call a handler, so each checks its input."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import gradio as gr

from demo.common import export, press, strategy
from demo.common.contestant import changed, defaults, named
from demo.common.controls import reads_lines
from demo.common.languages import UNKNOWN, Languages
from demo.common.question import PageQuestion, bar, quoted, typed
from demo.common.text_input import InputError
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.document import asked, link, table
from demo.document import export as document_export
from demo.document.layout import EXAMPLE, VIEW, DocumentView
from demo.document.state import PAGE, DocumentRun, DocumentTurn, GivenFile
from demo.service import Asked, Service, read_document

if TYPE_CHECKING:
    from seq2seq_core.documents import Document

OURS = "Something went wrong on our side; try another document or strategy."

FILES = {
    "same": (None, document_export.same),
    "tsv": (".texts.tsv", document_export.table),
    "json": (".json", document_export.everything),
}
"""What can be taken away: the end of its name, None for that of the document, and what writes it."""

FILE_INPUT = "#document-input"
"""Where the page says which file is chosen."""


class DocumentEvents:
    """The view's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service, view: DocumentView) -> None:
        self._service = service
        self._view = view

    def restore(self, request: gr.Request) -> Updates:
        """The models that can be chosen, once all were tried, and what the link asks for that opened the page."""
        view, working = self._view, self._service.working()
        wish = link.read(query_of(request))
        model = wish.model if wish.model in working else next(iter(working), None)
        choices = gr.update(choices=[(title, name) for name, title in working.items()], value=model)
        begun = {view.model: choices, **self._named(self._service.languages(model) if model else UNKNOWN)}
        if begun[view.run] == UNKNOWN.verb:
            del begun[view.table]  # it says so already, unless a person was quicker and has a table there
        if wish.strategy is None:
            return begun
        return {
            **begun,
            view.strategy: wish.strategy,
            **self._described(wish.strategy),
            **view.controls.restored(wish.strategy, wish.settings),
        }

    def choose_model(self, name: object, run: DocumentRun | None) -> Updates:
        """What the model does, in the words of its task; a table that is there stays as it is."""
        if not isinstance(name, str) or name not in self._service.working():
            return UNCHANGED
        named = self._named(self._service.languages(name))
        return named | {self._view.table: gr.skip()} if run else named

    def _named(self, known: Languages) -> Updates:
        """All that says what is done with a document, before there is a table."""
        view = self._view
        return {
            view.run: known.verb,
            view.heading: table.heading(known),
            view.text: reads_lines(known, EXAMPLE),
            view.column: gr.update(label=table.column(known)),
            view.table: table.empty(known),
        }

    def choose_strategy(self, name: object) -> Updates:
        """What the strategy does, and its settings."""
        known = isinstance(name, str) and name in self._service.strategies
        return {**self._described(str(name)), **self._view.controls.visibility(str(name))} if known else UNCHANGED

    def _described(self, name: str) -> Updates:
        return {self._view.summary: strategy.summary(self._service.strategies[name].summary)}

    def read(self, file: object, column: object, model: object) -> Updates:
        """What is in the file that was chosen, before anything is decoded; and which column, if it is a table."""
        view = self._view
        try:
            known = self._service.languages(model)
            given = asked.given(asked.FILE, "", file, column, known)
        except InputError as error:
            return {view.read: table.problem(str(error)), view.column: gr.update(visible=False)}
        columns = gr.update(visible=asked.is_table(given.name))
        try:
            document = _document(given)
        except InputError as error:
            return {view.read: table.problem(str(error)), view.column: columns}
        return {view.read: table.read(given, document, known), view.column: columns}

    def run(self, file: object, turn: DocumentTurn, told: object) -> Iterator[Updates]:
        """Has the model write all of the document, text by text.

        Args:
            file: as the page read it, where one was chosen.
            turn: whose it is on the person's page.
            told: what the widgets of ``DocumentView.question`` say.
        """
        mine = turn.take()
        kind, text, column, model, strategy, *settings = press.listed(told, 5)
        try:
            request = self._request(model, strategy, settings)
            known = self._service.languages(model)
            run = self._begun(asked.given(kind, text, file, column, known), request, str(strategy))
            said = self._question(run, kind, text, column, model, strategy, *settings)
            run = dataclasses.replace(run, question=said)
        except InputError as error:
            yield {self._view.status: table.problem(str(error))}
            return
        turn.page = 0
        yield self._everything(table.busy(run), run, turn)
        begun, problem = time.monotonic(), ""
        try:
            with closing(self._service.run_document(request, [unit.text for unit in run.units])) as parts:
                for done in parts:
                    if turn.number != mine:
                        return
                    if turn.stopped == mine:
                        break
                    if done:
                        run = run.grown(done, time.monotonic() - begun)
                        yield self._everything(table.busy(run), run, turn)
        except InputError as error:
            problem = str(error)
        except Exception:
            logging.exception("a document failed")  # without the person's text
            problem = OURS
        yield self._everything(self._ending(run, problem), run, turn)

    def _request(self, model: object, strategy: object, settings: Sequence[object]) -> Asked:
        known = isinstance(strategy, str) and strategy in self._service.strategies
        chosen = self._view.controls.settings(str(strategy), settings) if known else {}
        return self._service.decoding(model, strategy, chosen)

    def _begun(self, given: GivenFile, request: Asked, strategy: str) -> DocumentRun:
        """The document before its first text is done.

        Raises:
            InputError: it cannot be read.
        """
        document = _document(given)
        return DocumentRun(
            given, document.units, document.notes, request.model, strategy, dataclasses.asdict(request.config),
            self._service.device, self._service.languages(request.model).noun,
        )  # fmt: skip

    def _question(self, run: DocumentRun, kind: object, text: object, column: object, *said: object) -> PageQuestion:
        model, strategy, *settings = said
        of_file = kind == asked.FILE
        table = of_file and asked.is_table(run.given.name)
        values = (kind, None if of_file else typed(text), column if table else None, model, strategy)
        what = run.given.name if of_file else quoted(str(text))
        how = named(run.strategy, changed(run.strategy, run.settings))
        return PageQuestion(
            (*values, *self._view.controls.said(run.strategy, settings)), (what, self._service.title(model), how),
            f"{len(run.given.data)} {run.given.name}" if of_file else None,
        )  # fmt: skip

    def _everything(self, line: str, run: DocumentRun, turn: DocumentTurn) -> Updates:
        """All that a run writes, below this line on how far it is."""
        view, known = self._view, self._service.languages(run.model)
        earlier = bar(VIEW, run.question, "document-run", f"{known.verb} again", FILE_INPUT)
        return {view.status: line, view.table: self._table(run, turn), view.present: run, view.earlier: earlier}

    def _table(self, run: DocumentRun, turn: DocumentTurn) -> str:
        standard, known = defaults(run.strategy), self._service.languages(run.model)
        return table.draw(
            run, turn.page, turn.doubtful_first, known, lambda unit: link.in_translate(run, unit.text, standard)
        )

    def _ending(self, run: DocumentRun, problem: str) -> str:
        if not run.whole:
            return table.stopped(run, problem)
        standard = defaults(run.strategy)
        changed = {name: value for name, value in run.settings.items() if value != standard.get(name)}
        return table.done(run, named(run.strategy, changed), link.write(run, standard))

    def stop(self, turn: DocumentTurn) -> None:
        """Ends the run, after the step it is at."""
        turn.stop()

    def sort(self, turn: DocumentTurn, run: DocumentRun | None, order: object) -> Updates:
        """The table in another order, from its beginning."""
        turn.doubtful_first, turn.page = order == asked.DOUBTFUL_FIRST, 0
        return UNCHANGED if run is None else {self._view.table: self._table(run, turn)}

    def leaf(self, turn: DocumentTurn, run: DocumentRun | None, pressed: object) -> Updates:
        """Another page of the table."""
        page = press.number(pressed, "index", -(-len(run.units) // PAGE)) if run else None
        if run is None or page is None or press.word(pressed, "kind") != "page":
            return UNCHANGED
        turn.page = page
        return {self._view.table: self._table(run, turn)}

    def export(self, run: DocumentRun | None, event: gr.EventData) -> Updates:
        """What is done, as a file for the page to save."""
        kind, view = press.word(event, "kind"), self._view
        if run is None or kind not in FILES:
            return UNCHANGED
        suffix, write = FILES[kind]
        try:
            return {view.file: export.binary(document_export.name(run, suffix), write(run))}
        except InputError as error:
            return {view.file: None, view.status: table.problem(str(error))}


def _document(given: GivenFile) -> Document:
    """What is in the file.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return read_document(**vars(given))
    except InputError:
        raise
    except Exception as error:
        logging.exception("a document could not be read")  # without its text
        raise InputError(OURS) from error
