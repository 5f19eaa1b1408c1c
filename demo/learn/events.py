"""What happens in the Learn view. Anyone can call a handler, so each checks its input."""

from __future__ import annotations

import gradio as gr

from demo.common import press
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.learn import contents
from demo.learn.export import offline
from demo.learn.layout import LearnView, take
from demo.learn.pages import VIEW, LearnPage, body, pages
from demo.learn.tables import TABLES
from demo.service import Service


class LearnEvents:
    """The view's handlers."""

    def __init__(self, service: Service, view: LearnView) -> None:
        self._service = service
        self._view = view

    def restore(self, request: gr.Request) -> Updates:
        """The page that the link names, or the first."""
        query = query_of(request)
        wanted = query.get("idea") if query.get("view") == VIEW else None
        return self._shown(pages().get(str(wanted)) or next(iter(pages().values())))

    def open(self, event: gr.EventData) -> Updates:
        """The page whose button was pressed."""
        page = pages().get(press.word(event, "kind") or "")
        return self._shown(page) if page else UNCHANGED

    def export(self, event: gr.EventData) -> Updates:
        """The page whose button was pressed as a file that the browser then fills in and saves."""
        page = pages().get(press.word(event, "kind") or "")
        return {self._view.file: offline(page)} if page else UNCHANGED

    def _shown(self, page: LearnPage) -> Updates:
        view, models = self._view, self._service.working()
        return {
            view.contents: contents.contents(page),
            view.head: contents.head(page),
            view.body: body(page, TABLES, models),
            view.buttons: contents.buttons(page, models),
            view.around: contents.around(page),
            view.downloads: take(page),
        }
