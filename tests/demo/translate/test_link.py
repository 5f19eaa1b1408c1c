from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from demo.common import contest_link
from demo.common.contestant import contestant
from demo.common.controls import Controls
from demo.common.languages import Languages
from demo.service import Asked, Service
from demo.translate import link
from demo.translate.events import TranslateEvents
from demo.translate.layout import lay_out
from demo.translate.state import Shown, ShownText
from seq2seq_core.decoding import BeamConfig, GreedyConfig, SampleConfig
from tests.demo import samples


def shown(*requests: Asked, candidates: tuple[int, ...] = (0,), at: int = 0) -> ShownText:
    """What came of sentences with a line break between them."""
    sentences = tuple(
        Shown(request, samples.result(source=request.text), Languages(), index)
        for request, index in zip(requests, candidates, strict=True)
    )
    return ShownText(sentences, ("", *["\n"] * (len(requests) - 1), ""), at)


def query(text: str) -> dict[str, str]:
    return dict(parse_qsl(text.removeprefix("?")))


def test_a_link_says_what_was_asked_and_leaves_defaults_out() -> None:
    request = Asked("A <b>dog</b> & ümlaut?", "", "en-de", BeamConfig(num_beams=7, length_penalty=0.5))
    written = query(link.write(shown(request)))
    assert written == {
        "text": "A <b>dog</b> & ümlaut?", "model": "en-de", "strategy": "beam",
        "num_beams": "7", "length_penalty": "0.5",
    }  # fmt: skip
    assert link.read(written) == link.TranslateLink(
        request.text, "en-de", "beam", {"num_beams": 7, "length_penalty": 0.5}
    )


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"strategy": "no such", "num_beams": "5"},
        {"strategy": "beam", "num_beams": "many", "length_penalty": "nan"},
        {"strategy": "beam", "num_beams": "-4"},
    ],
)
def test_what_a_link_says_wrong_is_passed_over(wish: dict[str, str]) -> None:
    assert link.read(wish).settings == {}


def test_opening_a_link_sets_the_page_up(service: Service) -> None:
    with gr.Blocks():
        view = lay_out(service)
    request: Any = SimpleNamespace(query_params={"text": "Hi.", "strategy": "sample", "top_k": "9", "model": "broken"})
    updates: dict[Any, Any] = TranslateEvents(service, view).restore(request)
    assert (updates[view.sentence]["value"], updates[view.strategy], updates[view.unit]) == ("Hi.", "sample", "Pieces")
    assert updates[view.model]["value"] == "en-de"
    by_label = {widget.label: updates[widget] for widget in view.controls.widgets}
    assert by_label["Top-k"] == {"visible": True, "value": 9, "maximum": 100, "__type__": "update"}
    assert not by_label["Beam width"]["visible"]


@pytest.mark.parametrize("wanted", [1, 3, 5])
def test_a_link_reopens_with_as_many_translations_as_were_asked_for(service: Service, wanted: int) -> None:
    """The page begins with five, the core with one, and a link leaves out what is at the core's default."""
    with gr.Blocks():
        view = lay_out(service)
    request = Asked("Hi.", "", "en-de", BeamConfig(num_return_sequences=wanted))
    opened: Any = SimpleNamespace(query_params=query(link.write(shown(request))))
    updates: dict[Any, Any] = TranslateEvents(service, view).restore(opened)
    of_beam = [updates[widget] for widget in view.controls.widgets if widget.label == "Outputs"]
    assert [update["value"] for update in of_beam if update["visible"]] == [wanted]


def test_without_a_link_the_page_begins_as_it_was_built(service: Service) -> None:
    with gr.Blocks():
        view = lay_out(service)
    nothing: Any = SimpleNamespace(query_params={})
    updates: dict[Any, Any] = TranslateEvents(service, view).restore(nothing)
    assert not [widget.label for widget in view.controls.widgets if "value" in updates[widget]]


def test_a_slider_reaches_as_far_as_the_link_asks(service: Service) -> None:
    with gr.Blocks():
        controls = Controls("beam")
    wish = link.read({"strategy": "beam", "num_beams": "60"})
    widget = next(widget for widget in controls.widgets if widget.label == "Beam width")
    assert widget.maximum < 60
    update: Any = controls.restored("beam", wish.settings)[widget]
    assert update["maximum"] == update["value"] == 60


def test_a_link_holds_what_is_looked_at() -> None:
    request = Asked("Hi.", "", "en-de", BeamConfig(), prefix=(17, 4))
    written = query(link.write(shown(request, candidates=(2,)), words=True))
    assert (written["prefix"], written["candidate"], written["unit"]) == ("17,4", "3", "words")
    wish = link.read(written)
    assert (wish.prefixes, wish.candidates, wish.words) == (((17, 4),), (2,), True)


@pytest.mark.parametrize("wrong", ["-1", "x", "1,,2", "1.5", "٣", "1" * 12, ",".join("1" * 600)])
def test_numbers_in_a_link_that_are_none_are_passed_over(wrong: str) -> None:
    wish = link.read({"prefix": wrong, "candidate": wrong, "sentence": wrong})
    assert (wish.prefixes, wish.candidates, wish.sentence) == (((),), (), 0)


def test_a_beginning_that_the_model_has_no_pieces_for(service: Service) -> None:
    request = service.text_request("Hi.", "en-de", "beam", {}).sentences[0]
    assert service.continued(request, (5,)).prefix == (5,)
    left_out = service.continued(request, (10**6,))
    assert left_out.prefix == () and "no such pieces" in left_out.note


def test_a_link_holds_the_whole_text_and_which_sentence_of_it_is_looked_into() -> None:
    requests = [Asked(text, "", "en-de", BeamConfig()) for text in ("It rains.", "We walk.", "Yes.", "No.")]
    requests[2] = replace(requests[2], prefix=(17, 4))
    written = query(link.write(shown(*requests, candidates=(0, 1, 0, 0), at=2)))
    assert (written["text"], written["sentence"]) == ("It rains.\nWe walk.\nYes.\nNo.", "3")
    assert (written["prefix"], written["candidate"]) == (";;17,4", "1,2")
    wish = link.read(written)
    assert (wish.text, wish.sentence) == ("It rains.\nWe walk.\nYes.\nNo.", 2)
    assert (wish.prefixes, wish.candidates) == (((), (), (17, 4)), (0, 1))


def test_compare_this_sets_the_strategy_beside_another_and_keeps_its_seed() -> None:
    sampling = link.compared(Asked("Hi.", "", "en-fr", SampleConfig(seed=9, top_p=0.9)))
    found = contest_link.read(query(sampling))
    assert found is not None
    assert (found.text, found.model, found.seed) == ("Hi.", "en-fr", 9)
    assert found.cards == (contestant("sample", top_p=0.9), contestant("greedy"))
    greedy = contest_link.read(query(link.compared(Asked("Hi.", "", "en-fr", GreedyConfig()))))
    assert greedy is not None and greedy.cards == (contestant("greedy"), contestant("beam"))
