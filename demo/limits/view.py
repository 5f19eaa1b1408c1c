"""Limits: what does the fixed context cost, what does attention buy, what came after?"""

from __future__ import annotations

import json

import gradio as gr
from gradio.context import Context

from demo.common import status
from demo.common.wiring import DECODING, EACH, LAST, SAVE, UNSEEN, hearing, listening, told, typed_again
from demo.limits import said
from demo.limits.events import LimitsEvents
from demo.limits.layout import VIEW, LimitsView, lay_out
from demo.service import Service

WAITING = f"return {json.dumps(said.waiting())};"
FAILED = f"() => {json.dumps(status.failed('Set beside'))}"


def build(service: Service) -> None:
    """The view's components and events."""
    view = lay_out(service)
    _wire(view, LimitsEvents(service, view))


def _wire(view: LimitsView, events: LimitsEvents) -> None:
    page = Context.root_block
    assert page is not None, "a view is built inside a Blocks context"
    averages = [view.lengths, view.reach_average, view.exposure_average, view.slips, view.slips_told]
    wished = [view.wish, view.sentence, view.reference, view.models, view.place, view.timed, *averages]
    loaded = page.load(events.restore, None, wished, **LAST)
    entered = [view.ask.click, view.sentence.submit, view.reference.submit]
    waiting = hearing(VIEW, view.asked, view.status, WAITING)
    view.measure.click(**waiting)
    asked, asking = [view.turn, listening(VIEW, view.asked)], DECODING | told(VIEW)
    for search in (
        gr.on(entered, **waiting).then(events.ask, asked, view.results, **asking),
        loaded.then(**hearing(VIEW, view.asked)).then(events.open, [view.wish, *asked], view.results, **asking),
        view.measure.click(
            events.measure,
            [view.turn, view.sentence, view.timed, view.timings],
            [view.status, view.costs, view.timings],
            **DECODING,
        ),
    ):
        search.failure(None, None, view.status, js=FAILED, **UNSEEN)
    loaded.then(**typed_again(view.sentence, view.reference))
    view.stop.click(events.stop, view.turn, None, **EACH)
    taken = [view.file, view.status]
    for saved in (
        view.downloads.select(events.export, [view.present, view.timings], taken, **EACH),
        view.costs_downloads.select(events.export_costs, view.timings, taken, **EACH),
    ):
        saved.then(inputs=view.file, **SAVE)
