"""Translate: what does the model say, and where did it look?"""

from __future__ import annotations

import gradio as gr
from gradio.context import Context

from demo.common import status
from demo.common.wiring import DECODING, EACH, LAST, SAVE, UNSEEN, hearing, listening, newest, told, typed_again
from demo.service import Service
from demo.translate.events import TranslateEvents
from demo.translate.layout import VIEW, TranslateView, lay_out

BUSY = status.by_button(status.busy(), "translate")
FAILED = f"() => {{ {status.by_button(status.failed(), 'translate')} }}"


def build(service: Service) -> None:
    """The view's components and events."""
    view = lay_out(service)
    events = TranslateEvents(service, view)
    _wire_searches(view, events)
    _wire_displays(view, events)


def _wire_searches(view: TranslateView, events: TranslateEvents) -> None:
    """All that may decode, and what belongs to it."""
    heard = listening(VIEW, view.question)
    shown = [part.html for part in view.parts.values()]
    outputs = [view.status, view.present, view.whole, *shown, view.alpha, view.beta, view.ledger, *view.about]
    by, settings = ("turn", "unit", "present"), view.controls.widgets
    decoding, asking = DECODING | {"outputs": outputs}, told(VIEW)
    busy = hearing(VIEW, view.question, view.status, BUSY)
    run = decoding | asking | {"fn": events.run} | view.sent(*by, told=heard)
    page = Context.root_block
    assert page is not None, "a view is built inside a Blocks context"
    chosen = view.examples.select(events.example, None, view.sentence, **EACH, **view.sent("model"))
    named = [view.sentence, view.examples, view.translate, view.target, *view.over_heatmap]
    wished = [view.wish, view.unit, *named, view.model, view.strategy, view.summary, *settings]
    loaded = page.load(events.restore, None, wished, **LAST)
    take, shape = view.parts["detail"].html.select, view.parts["shaping"].html.submit
    # In the browser, since every answer of the server costs the page as much as some steps of the search; and first,
    # since Gradio goes through the listeners of an event one after the other.
    for begun in (view.examples.select, view.again.click, view.move.click, take, shape):
        begun(**busy)
    for search in (
        gr.on([view.sentence.submit, view.translate.click], **busy).then(**run),
        chosen.then(**busy).then(**run),
        loaded.then(**busy).then(events.open, None, **decoding, **asking, **view.sent(*by, "wish", told=heard)),
        view.again.click(
            events.search_again,
            None,
            **decoding | {"outputs": [*outputs, *settings]},
            **view.sent(*by, "alpha", "beta"),
        ),
        take(events.take, None, **decoding, **view.sent(*by)),
        view.move.click(
            events.move, None, **decoding | {"js": newest("cell")["js"]}, **view.sent(*by, "share", "press")
        ),
        shape(
            events.sample,
            None,
            **decoding | {"outputs": [*outputs, view.strategy, view.summary, *settings]},
            **view.sent(*by),
        ),
    ):
        search.failure(None, None, view.status, js=FAILED, **UNSEEN)
    loaded.then(**typed_again(view.sentence))
    view.status.select(events.back, None, outputs, **EACH, **view.sent(*by))
    view.stop.click(events.stop, None, None, **EACH, **view.sent("turn"))
    view.live.input(events.watch, None, None, **LAST, **view.sent("turn", "live"))
    view.model.input(events.model, None, named, **LAST, **view.sent("turn", "sentence", "model"))
    view.strategy.change(events.strategy, None, [view.summary, *settings], **LAST, **view.sent("strategy"))


def _wire_displays(view: TranslateView, events: TranslateEvents) -> None:
    """What only changes how a result is shown."""
    part = {name: each.html for name, each in view.parts.items()}
    looking = [each.input for each in (view.unit, view.over, view.layer, view.head)]
    looked_at = view.sent("present", "unit", "over", "layer", "head")
    gr.on(
        looking,
        events.regroup,
        None,
        [view.status, part["drawn"], part["cell"], *view.over_heatmap],
        **LAST,
        **looked_at,
    )
    chosen = [view.status, view.present, view.whole, *part.values(), *view.over_heatmap]
    view.parts["candidates"].html.select(
        events.choose, None, chosen, **newest("candidates"), **view.sent("present", "unit", "press")
    )
    everything = [*chosen, view.alpha, view.beta, view.ledger, view.target, view.earlier]
    view.whole.select(events.turn_to, None, everything, **newest("whole"), **view.sent("present", "unit", "press"))
    picked = [part["cell"], view.share]
    part["cell"].select(events.pick, None, picked, **newest("cell"), **view.sent("present", "unit", "press"))
    looked = [part["detail"], part["learnt"], view.present, view.status]
    # The word that is opened, or that is open while a filter moves, and where the filters are (assets/shaping.js).
    for opened, which in ((part["lens"].select, "pressed['lens']"), (part["shaping"].input, "")):
        where = f"(...inputs) => [...inputs.slice(0, -1), openWord({which})]"
        opened(events.look, None, looked, **LAST, js=where, **view.sent("present", "unit", "glance", "press"))
    learnt = [part["learnt"], view.present, view.status]
    part["learnt"].select(events.learn, None, learnt, **newest("learnt"), **view.sent("present", "unit", "press"))
    weights = ("present", "alpha", "beta")
    # With progress shown on it the ledger is painted 50 ms sooner, unlike all else (python -m benchmarks.app_speed).
    ranking = LAST | {"show_progress_on": view.ledger}
    gr.on([view.alpha.input, view.beta.input], events.rank, None, view.ledger, **ranking, **view.sent(*weights))
    saved = view.downloads.select(events.export, None, [view.file, view.status], **EACH, **view.sent(*weights, "unit"))
    saved.then(inputs=view.file, **SAVE)
