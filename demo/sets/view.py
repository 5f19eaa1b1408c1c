"""Sets (in Compare): which strategy translates many sentences best, and at what price?"""

from __future__ import annotations

import gradio as gr

from demo.common.wiring import DECODING, EACH, LAST, SAVE, Entrants, hearing, listening, told, typed_again
from demo.service import Service
from demo.sets.events import SetsEvents
from demo.sets.layout import VIEW, SetsView, lay_out


def build(service: Service, entrants: Entrants) -> None:
    """The section's components and events, where it is called.

    Args:
        service: what decodes.
        entrants: what is run on the set.
    """
    view = lay_out()
    _wire(view, SetsEvents(service, view), entrants)


def _wire(view: SetsView, events: SetsEvents, entrants: Entrants) -> None:
    said = [view.kind, view.lines, entrants.model, entrants.seed, view.quality, view.cost]
    inputs = [view.turn, entrants.cards, listening(VIEW, said)]
    decoding = DECODING | told(VIEW) | {"inputs": inputs, "outputs": view.results}
    heard = hearing(VIEW, said)
    view.run.click(**heard).then(events.run, **decoding)
    view.stop.click(events.stop, view.turn, None, **EACH)
    wished = entrants.loaded.then(events.restore, [view.turn, entrants.model], [view.kind, view.lines], **LAST)
    wished.then(**heard).then(events.run_if_wished, **decoding)
    wished.then(**typed_again(view.lines))
    view.again.click(events.time_again, [view.turn, view.present], view.timed, **DECODING)
    entrants.model.input(events.model, [view.kind, view.lines, entrants.model], [view.kind, view.lines], **LAST)
    view.kind.change(events.choose, [view.turn, view.kind], [view.lines, view.status], **LAST)
    axes = [view.turn, view.present, view.quality, view.cost]
    gr.on([view.quality.input, view.cost.input], events.draw, axes, view.plot, **LAST)
    held = [view.table, view.plot, view.apart, view.present]
    view.table.select(events.hold, [view.turn, view.present], held, **EACH)
    saved = view.downloads.select(events.export, view.present, view.file, **EACH)
    saved.then(inputs=view.file, **SAVE)
