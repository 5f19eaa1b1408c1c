"""Sets (in Compare): which strategy translates many sentences best, and at what price?"""

from __future__ import annotations

import gradio as gr

from demo.common.wiring import DECODING, EACH, LAST, SAVE, Entrants, listening
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
    listening(VIEW, [view.kind, view.lines, entrants.model, entrants.seed])
    inputs = [view.turn, view.kind, view.lines, entrants.model, entrants.seed, entrants.cards, view.quality, view.cost]
    decoding = DECODING | {"inputs": inputs, "outputs": view.results}
    view.run.click(events.run, **decoding)
    view.stop.click(events.stop, view.turn, None, **EACH)
    wished = entrants.loaded.then(events.restore, view.turn, view.kind, **LAST)
    wished.then(events.run_if_wished, **decoding)
    view.kind.change(events.choose, view.kind, view.lines, **LAST)
    axes = [view.turn, view.present, view.quality, view.cost]
    gr.on([view.quality.input, view.cost.input], events.draw, axes, view.plot, **LAST)
    held = [view.table, view.plot, view.apart, view.present]
    view.table.select(events.hold, [view.turn, view.present], held, **EACH)
    saved = view.downloads.select(events.export, view.present, view.file, **EACH)
    saved.then(inputs=view.file, **SAVE)
