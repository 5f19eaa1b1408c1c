"""Models: what is this model, may I use it, can I add mine?"""

from __future__ import annotations

from gradio.context import Context

from demo.about_models.events import ModelsEvents
from demo.about_models.layout import lay_out
from demo.common.wiring import EACH, LAST, SAVE, typed_again
from demo.service import Service


def build(service: Service) -> None:
    """The view's components and events."""
    view, page = lay_out(), Context.root_block
    assert page is not None, "a view is built inside a Blocks context"
    events = ModelsEvents(service, view)
    drawn = [view.title, view.curves, view.picture, view.pieces]
    shown = [view.present, view.listed, view.status, view.card, view.lengths, view.told, *drawn]
    loaded = page.load(events.restore, None, [*shown, view.over, view.measure, view.text], **LAST)
    loaded.then(**typed_again(view.text))
    view.listed.select(events.choose, [view.over, view.measure, view.text], [*shown, view.text], **LAST)
    settings = [view.present, view.over, view.measure, view.text]
    for changed in (view.over.input, view.measure.input):
        changed(events.lay_over, settings, [view.title, view.curves, view.picture], **LAST)
    saved = view.downloads.select(events.export, settings, [view.file, view.status], **EACH)
    saved.then(inputs=view.file, **SAVE)
    view.text.change(events.cut, settings, [view.title, view.pieces], **LAST)
