"""The handlers of the Compare view, with what they answer by the names of its components."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from demo.compare.editing import Editing
from demo.compare.events import CompareEvents
from demo.compare.layout import CompareView, lay_out
from demo.compare.show import Display
from demo.service import Service
from tests.demo.reading import told


class Said(CompareEvents):
    """The handlers, told by name."""

    def run(self, *asked: Any) -> Any:
        return (told(self._view, update) for update in super().run(*asked))

    def referred(self, *asked: Any) -> Any:
        return told(self._view, self.refer(*asked))

    def plot(self, *asked: Any) -> Any:
        return told(self._view, self.against(*asked)).plot

    def file(self, *asked: Any) -> Any:
        return told(self._view, self.export(*asked)).file

    def restored(self, *asked: Any) -> Any:
        return told(self._view, self.restore(*asked))


@pytest.fixture
def view(service: Service) -> CompareView:
    with gr.Blocks():
        return lay_out(service)


@pytest.fixture
def editing(service: Service, view: CompareView) -> Editing:
    return Editing(service, view, Display(service, view))


@pytest.fixture
def events(service: Service, view: CompareView, editing: Editing) -> Said:
    return Said(service, view, Display(service, view), editing)
