"""Why not?: why did the model not say what was expected?"""

from __future__ import annotations

import json

import gradio as gr
from gradio.context import Context

from demo.common import status
from demo.common.wiring import DECODING, EACH, LAST, SAVE, UNSEEN, hearing, listening, newest, told, typed_again
from demo.service import Service
from demo.why_not import said
from demo.why_not.events import WhyEvents
from demo.why_not.layout import VIEW, WhyView, lay_out

WAITING = f"return {json.dumps(said.waiting())};"
FAILED = f"() => {json.dumps(status.failed('Ask'))}"


def build(service: Service) -> None:
    """The view's components and events."""
    view = lay_out(service)
    _wire(view, WhyEvents(service, view))


def _wire(view: WhyView, events: WhyEvents) -> None:
    page, settings = Context.root_block, view.controls.widgets
    assert page is not None, "a view is built inside a Blocks context"
    wished = [view.wish, view.sentence, view.expected, view.model, view.strategy, view.summary, *settings]
    loaded = page.load(events.restore, None, wished, **LAST)
    entered = [view.ask.click, view.sentence.submit, view.expected.submit]
    waiting = hearing(VIEW, view.asked, view.status, WAITING)
    for begun in (view.exact.click, view.draw.click, view.instead.select):
        begun(**waiting)
    asked, asking = [view.turn, listening(VIEW, view.asked)], DECODING | told(VIEW)
    for search in (
        gr.on(entered, **waiting).then(events.ask, asked, view.results, **asking),
        loaded.then(**hearing(VIEW, view.asked)).then(events.open, [view.wish, *asked], view.results, **asking),
        view.instead.select(events.what_if, [view.turn, view.present], view.results, **DECODING),
        view.draw.click(events.draw, [view.turn, view.present, view.count], view.results, **DECODING),
        view.exact.click(events.search, [view.turn, view.present, view.seconds], view.results, **DECODING),
    ):
        search.failure(None, None, view.status, js=FAILED, **UNSEEN)
    loaded.then(**typed_again(view.sentence, view.expected))
    learning = [view.turn, view.present, view.press], [view.present, view.learnt, view.status]
    view.tokens.select(events.learn, *learning, **newest("why-tokens"))
    view.stop.click(events.stop, view.turn, None, **EACH)
    chosen = [view.model, view.sentence]
    view.model.input(events.choose_model, chosen, [view.sentence, view.expected, view.status], **LAST)
    view.strategy.input(events.choose_strategy, view.strategy, [view.summary, *settings], **LAST)
    saved = view.downloads.select(events.export, view.present, [view.file, view.status], **EACH)
    saved.then(inputs=view.file, **SAVE)
