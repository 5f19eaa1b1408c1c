"""What it costs to add something to the app: a card, its function and one line; a view, its build and one line."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from demo import app
from demo.app import View, build
from demo.common.languages import Languages
from demo.common.markup import Html, tag
from demo.service import Asked, Service
from demo.translate import layout, show
from demo.translate.layout import lay_out
from demo.translate.panels import Panel
from demo.translate.state import Shown, ShownText
from seq2seq_core.decoding import BeamConfig, DecodeResult
from tests.demo import samples


def draw(result: DecodeResult) -> Html:
    """A toy card: how many pieces the source has."""
    return tag("p", f"{len(result.source_tokens)} pieces")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line of layout."""
    line = Panel("How long?", "in pieces", {"toy": lambda shown, _: draw(shown.result)})
    monkeypatch.setattr(layout, "PANELS", (*layout.PANELS, line))


@pytest.mark.usefixtures("toy")
def test_a_card_is_its_function_and_a_line(service: Service) -> None:
    config: Any = build(service).get_config_file()
    (toy,) = (part for part in config["components"] if part["props"].get("elem_id") == "toy")
    assert any("How long?" in str(part["props"].get("value")) for part in config["components"])
    sentence = next(part for part in config["components"] if part["props"].get("elem_id") == "sentence")
    events = config["dependencies"]
    heard = {event["id"] for event in events if (sentence["id"], "submit") in map(tuple, event["targets"])}
    assert any(toy["id"] in event["outputs"] for event in events if event["trigger_after"] in heard), (
        "a search draws in it"
    )


@pytest.mark.usefixtures("toy")
def test_a_card_shows_each_result(service: Service) -> None:
    with gr.Blocks():
        view = lay_out(service)
    sentence = Shown(Asked("A dog.", "", "en-de", BeamConfig()), samples.result(), Languages("English", "German"))
    shown = ShownText((sentence,))
    for updates in (show.everything(view, shown, False), show.candidate(view, shown, True)):
        assert updates[view.parts["toy"].html] == f"<p>{len(sentence.result.source_tokens)} pieces</p>"


def test_a_view_is_its_build_and_a_line(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def build_toy(service: Service) -> None:
        gr.Textbox(", ".join(service.names), elem_id="toy-view")

    monkeypatch.setattr(app, "VIEWS", (*app.VIEWS, View("Toy", build_toy)))
    config: Any = build(service).get_config_file()
    tabs = [part["props"].get("label") for part in config["components"] if part["type"] == "tabitem"]
    assert tabs == [view.name for view in app.VIEWS]
    (shown,) = (part for part in config["components"] if part["props"].get("elem_id") == "toy-view")
    assert "en-de" in shown["props"]["value"]
