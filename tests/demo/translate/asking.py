"""Translate over a service of the test's own, asked as the page asks it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.common.turn import Turn
from demo.service import Service
from demo.translate.events import TranslateEvents
from demo.translate.layout import lay_out
from demo.translate.link import TranslateLink


def laid_out(service: Service) -> TranslateEvents:
    """The view's handlers, their widgets in a page of their own."""
    with gr.Blocks():
        return TranslateEvents(service, lay_out(service))


def translated(events: TranslateEvents, text: str, model: str, **wish: Any) -> dict[Any, Any]:
    """What the view shows at the end of a run, or of opening a link that wishes this, by widget."""
    settings = [widget.value for widget in events._view.controls.widgets]
    asked = {"turn": Turn(), "told": [text, model, "greedy", *settings]}
    link = {"wish": TranslateLink(text=text, **wish)} if wish else {}
    *_, last = (events.open if wish else events.run)(**link, **asked)
    return dict(last)
