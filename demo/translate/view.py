"""Translate: what does the model say, and where did it look?"""

from __future__ import annotations

import json

import gradio as gr
from gradio.context import Context

from demo.common import status
from demo.common.wiring import DECODING, EACH, LAST, SAVE, UNSEEN, newest
from demo.service import Service
from demo.translate.events import TranslateEvents
from demo.translate.layout import TranslateView, lay_out

BUSY, FAILED = (f"() => {json.dumps(line)}" for line in (status.busy(), status.failed()))


def build(service: Service) -> None:
    """The view's components and events."""
    view = lay_out(service)
    _wire(view, TranslateEvents(service, view.controls))


def _wire(view: TranslateView, events: TranslateEvents) -> None:
    outputs = [view.status, view.present, *view.shown, view.alpha, view.beta, view.ledger]
    decoding = DECODING | {"outputs": outputs}
    by = [view.turn, view.unit]
    asked = [view.sentence, view.model, view.strategy, *view.controls.widgets]
    run = decoding | {"fn": events.run, "inputs": [*by, *asked]}
    page = Context.root_block
    assert page is not None, "a tab is built inside a Blocks context"
    exemplified = view.examples.select(events.example, view.model, view.sentence, **EACH)
    settings = [view.summary, *view.controls.widgets]
    wished = [view.wish, view.unit, *view.described, view.model, view.strategy, *settings]
    loaded = page.load(events.restore, None, wished, **LAST)
    entered = [view.sentence.submit, view.translate.click]
    # In the browser, since every answer of the server costs the page as much as some steps of the search; and first,
    # since Gradio goes through the listeners of an event one after the other.
    for begun in (*entered, view.examples.select, view.again.click, view.detail.select, loaded.then):
        begun(None, None, view.status, js=BUSY, **UNSEEN)
    for asking in (
        gr.on(entered, **run),
        exemplified.then(**run),
        loaded.then(events.open, [*by, view.wish, *asked], **decoding),
        view.again.click(events.search_again, [*by, view.present, view.alpha, view.beta], **decoding),
        view.detail.select(events.take, [*by, view.present], **decoding),
    ):
        asking.failure(None, None, view.status, js=FAILED, **UNSEEN)
        asking.success(events.headings, view.present, [view.target, view.axes], **LAST)
    view.status.select(events.back, [*by, view.present], outputs, **EACH)
    view.stop.click(events.stop, view.turn, None, **EACH)
    view.live.input(events.watch, [view.turn, view.live], None, **LAST)
    view.model.input(
        events.model, [view.present, view.unit, view.sentence, view.model], [*view.described, view.status], **LAST
    )  # fmt: skip
    view.strategy.change(events.strategy, view.strategy, settings, **LAST)
    _wire_displays(view, events)
    weights = [view.present, view.alpha, view.beta]
    # With progress shown on it the ledger is painted 50 ms sooner, unlike all else (python -m benchmarks.app_speed).
    ranking = LAST | {"show_progress_on": view.ledger}
    gr.on([view.alpha.input, view.beta.input], events.rank, weights, view.ledger, **ranking)
    view.lens.select(events.look, [view.present, view.press], view.detail, **newest("lens"))
    exported = [view.present, view.unit, view.alpha, view.beta]
    saved = view.downloads.select(events.export, exported, view.file, **EACH)
    saved.then(inputs=view.file, **SAVE)


def _wire_displays(view: TranslateView, events: TranslateEvents) -> None:
    """Another candidate, and words instead of pieces: at once from ``views``, then from the server, which decides."""
    sent = view.send_ahead.click(events.prepare, view.present, view.views, **LAST)
    # Taken out of the component at once: what components hold makes every event on the page slower.
    sent.then(None, view.views, view.views, js="(views) => keepAhead(views)", **UNSEEN)
    by = [view.present, view.unit]
    view.unit.input(None, view.unit, view.heatmap, js="(unit) => ofUnit(unit)", **UNSEEN)
    view.unit.input(events.regroup, by, [view.status, view.heatmap], **LAST)
    of_candidate = f"(unit) => ofCandidate(unit, {len(view.shown)})"
    view.candidates.select(None, view.unit, view.shown, js=of_candidate, **UNSEEN)
    by = [*by, view.press]
    view.candidates.select(events.choose, by, [view.status, view.present, *view.shown], **newest("candidates"))
