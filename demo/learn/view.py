"""Learn: what am I looking at?"""

from __future__ import annotations

from gradio.context import Context

from demo.common.wiring import EACH, LAST, SAVE
from demo.learn.events import LearnEvents
from demo.learn.layout import lay_out
from demo.service import Service


def build(service: Service) -> None:
    """The view's components and events."""
    view, page = lay_out(), Context.root_block
    assert page is not None, "a view is built inside a Blocks context"
    events = LearnEvents(service, view)
    shown = [view.contents, view.head, view.body, view.buttons, view.around, view.downloads]
    page.load(events.restore, None, shown, **LAST)
    for buttons in (view.contents, view.around):
        buttons.select(events.open, None, shown, **LAST)
    saved = view.downloads.select(events.export, None, view.file, **EACH)
    saved.then(inputs=view.file, **SAVE)
