"""The Compare view in the address bar."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from demo.common import contest_link
from demo.common.contestant import Contestant, contestant
from demo.common.languages import Languages
from demo.compare.desk import Desk
from tests.demo.compare.conftest import Said

CARDS = (
    contestant("greedy"),
    contestant("beam", num_beams=10, length_penalty=0.0, early_stopping="never"),
    contestant("beam", force_words="die Flut, ja; 100 % = alles"),
    Contestant("a & b = <c>, d:e", "sample", {"top_p": 0.9}),
)


def query(text: str) -> dict[str, str]:
    return dict(parse_qsl(text.removeprefix("?")))


def test_a_link_holds_everything_and_reads_back_the_same() -> None:
    written = contest_link.write("A <b>dog</b> & ümlaut?", "en-de", 7, "Ein Hund = ein Tier.", CARDS)
    assert "card2=beam:num_beams=10,length_penalty=0.0,early_stopping=never" in written
    assert "name1" not in written
    found = contest_link.read(query(written))
    assert found == contest_link.ContestLink("A <b>dog</b> & ümlaut?", "en-de", 7, "Ein Hund = ein Tier.", CARDS)


def test_what_a_link_says_wrong_is_passed_over() -> None:
    wish = {
        "view": "compare",
        "seed": "-1",
        "card1": "no such",
        "card3": "beam:num_beams=many,no_such=1",
        "card9": "greedy",
    }
    assert contest_link.read(wish) == contest_link.ContestLink(None, None, None, None, (contestant("beam"),))
    assert contest_link.read({"text": "A dog.", "card1": "greedy"}) is None


def test_opening_a_link_sets_the_tab_up_and_runs_it_once(events: Said) -> None:
    desk = Desk()
    params = query(contest_link.write("A dog.", "en-de-context", 3, "Ein Hund.", CARDS))
    request: Any = SimpleNamespace(query_params=params)
    said = events.restored(desk, request)
    typed, reference = said.sentence["value"], said.reference["value"]
    assert (typed, said.model["value"], said.seed, reference, said.cards) == (
        "A dog.", "en-de-context", 3, "Ein Hund.", CARDS,
    )  # fmt: skip
    assert list(events.run_linked(desk, [typed, "en-de-context", said.seed, reference]))
    assert len(desk.finished()) == 4
    assert list(events.run_linked(desk, [typed, "en-de-context", said.seed, reference])) == [gr.skip()]


def test_a_model_that_reads_no_english_begins_with_a_sentence_of_its_own(
    events: Said, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    arabic = Languages("Arabic", "Latin", ("سليم",), "ar", None, noun="transliteration")
    monkeypatch.setattr(service, "languages", lambda name: arabic)
    request: Any = SimpleNamespace(query_params={})
    said = events.restored(Desk(), request)
    assert (said.sentence["value"], said.sentence["rtl"], said.sentence["html_attributes"].lang) == ("سليم", True, "ar")
    assert said.reference["placeholder"] == "A transliteration you trust, to measure against"


def test_another_tabs_link_only_brings_the_models(events: Said) -> None:
    desk = Desk()
    request: Any = SimpleNamespace(query_params={"text": "Hi.", "strategy": "beam"})
    said = events.restored(desk, request)
    assert said.model["value"] == "en-de"
    assert all(update == gr.skip() for name, update in vars(said).items() if name != "model")
    assert list(events.run_linked(desk, ["Hi.", "en-de", 0, ""])) == [gr.skip()]
