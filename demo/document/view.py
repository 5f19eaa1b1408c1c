"""Document: can I run it on my file?"""

from __future__ import annotations

import json

import gradio as gr
from gradio.context import Context

from demo.common import status
from demo.common.wiring import EACH, LAST, LONG, SAVE, UNSEEN, hearing, listening, newest, typed_again
from demo.document import table
from demo.document.asked import FILE
from demo.document.events import DocumentEvents
from demo.document.layout import VIEW, DocumentView, lay_out
from demo.service import Service

WAITING = f"return {json.dumps(table.waiting())};"
FAILED = f"() => {{ {status.by_button(status.failed(), 'document-run')} }}"

FILE_SENT = "async (_, ...rest) => [(await window.chosenFile) ?? null, ...rest]"
"""The file that was chosen, as the first input (assets/file.js)."""

FILE_SENT_IF_WANTED = (
    f"async (_, turn) => {{ const told = window.said['{VIEW}'];"
    f'return [told[0] === "{FILE}" ? ((await window.chosenFile) ?? null) : null, turn, told]; }}'
)
"""The file, if one is asked about, and what the view's widgets say, of which the first is what kind it is."""


def build(service: Service) -> None:
    """The view's components and events."""
    view = lay_out(service)
    _wire(view, DocumentEvents(service, view))


def _wire(view: DocumentView, events: DocumentEvents) -> None:
    page, settings = Context.root_block, view.controls.widgets
    assert page is not None, "a view is built inside a Blocks context"
    named = [view.run, view.heading, view.text, view.column, view.table]
    restored = [view.model, view.strategy, view.summary, *settings, *named]
    page.load(events.restore, None, restored, **LAST).then(**typed_again(view.text))
    view.model.input(events.choose_model, [view.model, view.present], named, **LAST)
    view.strategy.input(events.choose_strategy, view.strategy, [view.summary, *settings], **LAST)
    chosen = [view.upload, view.column, view.model]
    gr.on([view.chooser.select, view.column.blur], events.read, chosen, [view.read, view.column], js=FILE_SENT, **LAST)
    inputs = [view.upload, view.turn, listening(VIEW, view.question)]
    waiting = view.run.click(**hearing(VIEW, view.question, view.status, WAITING))
    started = waiting.then(events.run, inputs, view.results, js=FILE_SENT_IF_WANTED, **LONG)
    started.failure(None, None, view.status, js=FAILED, **UNSEEN)
    view.stop.click(events.stop, view.turn, None, **EACH)
    shown = [view.turn, view.present]
    view.order.input(events.sort, [*shown, view.order], view.table, **LAST)
    view.table.select(events.leaf, [*shown, view.press], view.table, **newest("document-table"))
    saved = view.downloads.select(events.export, view.present, [view.file, view.status], **EACH)
    saved.then(inputs=view.file, **SAVE)
