from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo.controls import Controls
from demo.examples import EXAMPLES
from demo.service import Request, Service
from demo.tabs.translate_events import Events, Shown
from demo.turn import Turn
from seq2seq_core.decoding import BeamConfig
from tests.demo import samples

SKIP = gr.skip()
SHOWN = Shown(Request("A dog.", "", "en-de-attention", BeamConfig()), samples.result())


@pytest.fixture
def events(service: Service) -> Events:
    with gr.Blocks():
        return Events(service, Controls("beam"))


def defaults(events: Events) -> list[Any]:
    return [widget.value for widget in events._controls.widgets]


def test_a_run_begins_busy_and_ends_with_everything_shown(events: Events) -> None:
    busy, *_, last = events.run(Turn(), "A dog.", "en-de-attention", "beam", *defaults(events))
    assert "busy" in busy[0]
    assert busy[1:] == [SKIP] * 11
    status, shown, translation, heatmap, no_attention, candidates, *_ = last
    assert "Beam search" in status
    assert shown.result.source == "A dog."
    assert "Mann" in translation
    assert heatmap["visible"] and heatmap["value"].data
    assert not no_attention["visible"]
    assert candidates.count("<tr data-index") == 2


def test_the_twin_without_attention_says_so_in_place_of_the_heatmap(events: Events) -> None:
    *_, last = events.run(Turn(), "A dog.", "en-de-context", "greedy", *defaults(events))
    assert not last[3]["visible"]
    assert last[4]["visible"]


@pytest.mark.parametrize(
    ("text", "model", "strategy", "values"),
    [
        ("", "en-de-attention", "beam", None),
        (None, None, None, []),
        ("A dog.", "broken", "beam", None),
        ("A dog.", "en-de-attention", {"x": 1}, None),
        ("A dog.", "en-de-attention", "beam", [None] * 40),
    ],
)
def test_wrong_input_is_a_sentence_and_what_was_there_stays(
    events: Events, text: Any, model: Any, strategy: Any, values: list[Any] | None
) -> None:
    *_, last = events.run(Turn(), text, model, strategy, *(defaults(events) if values is None else values))
    assert 'role="alert"' in last[0]
    assert last[1:] == [SKIP] * 11


def clicked(index: Any) -> Any:
    return SimpleNamespace(index=index)


def test_choosing_a_candidate_shows_it_without_decoding_again(events: Events) -> None:
    translation, heatmap, _, candidates, *_ = events.choose(SHOWN, clicked(2))
    assert "liest" in translation and "Jack" not in translation
    assert len(heatmap["value"].data[0].z) == 5
    assert '<tr class="chosen" data-index="2">' in candidates


@pytest.mark.parametrize("index", [-1, 3, None, "1", 1.5])
def test_a_candidate_that_is_not_there_changes_nothing(events: Events, index: Any) -> None:
    assert events.choose(SHOWN, clicked(index)) == [SKIP] * 7
    assert events.choose(None, clicked(0)) == [SKIP] * 7


def test_examples_by_number_only(events: Events) -> None:
    assert events.example(clicked(1)) == EXAMPLES[1]
    assert events.example(clicked(99)) == SKIP
    assert events.example(clicked("0")) == SKIP


def test_an_unknown_strategy_changes_no_widget(events: Events) -> None:
    assert set(map(str, events.strategy("no such"))) == {str(SKIP)}


def test_our_own_fault_is_a_sentence_too(
    events: Events, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Service, *_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Service, "request", broken)
    *_, last = events.run(Turn(), "my secret", "en-de-attention", "beam", *defaults(events))
    assert "Something went wrong" in last[0]
    assert "a bug" in caplog.text
    assert "secret" not in caplog.text


def test_stop_ends_a_run_after_the_step_it_is_at(events: Events) -> None:
    turn = Turn()
    run = events.run(turn, "A dog.", "en-de-attention", "beam", *defaults(events))
    next(run)
    events.stop(turn)
    (last,) = run
    assert "Stopped" in last[0]
    assert last[1:] == [SKIP] * 11


def test_a_new_request_ends_the_one_before_it_without_a_word(events: Events) -> None:
    turn = Turn()
    first, second = (events.run(turn, "A dog.", "en-de-attention", "beam", *defaults(events)) for _ in range(2))
    next(first), next(second)
    assert list(first) == []
    assert list(second)[-1][1] is not None
