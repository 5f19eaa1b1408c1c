import html
import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo.common.controls import Controls
from demo.common.examples import EXAMPLES
from demo.common.languages import Languages
from demo.common.turn import Turn
from demo.service import Asked, Service
from demo.translate.events import TranslateEvents
from demo.translate.link import TranslateLink
from demo.translate.shown import PIECES, WORDS, Shown
from seq2seq_core.decoding import BeamConfig
from tests.demo import samples

SKIP = gr.skip()
GERMAN = Languages("English", "German")
SHOWN = Shown(Asked("A dog.", "", "en-de", BeamConfig()), samples.result(), GERMAN)


@pytest.fixture
def events(service: Service) -> TranslateEvents:
    with gr.Blocks():
        return TranslateEvents(service, Controls("beam"))


def defaults(events: TranslateEvents) -> list[Any]:
    return [widget.value for widget in events._controls.widgets]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft after every step."""
    monkeypatch.setattr("demo.translate.events.PATIENCE", -1)
    monkeypatch.setattr("demo.translate.events.REPAINT", -1)


def test_who_watches_sees_every_step_and_the_tree_grow(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.translate.events.LIVE_PAUSE", 0.001)
    turn = Turn()
    events.watch(turn, True)
    *drafts, last = events.run(turn, PIECES, "A dog.", "en-de", "beam", *defaults(events))
    assert [f"step {i}" in draft[0] for i, draft in enumerate(drafts, start=1)] == [True] * len(drafts)
    trees = [draft[5] for draft in drafts]
    assert [tree.count('class="node kept chosen"') for tree in trees] == list(range(1, 11))
    assert all("growing" in tree for tree in trees)
    assert "growing" not in last[5]


def test_whoever_stops_while_watching_may_look_at_how_far_it_came(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.translate.events.LIVE_PAUSE", 0)
    turn = Turn(live=True)
    run = events.run(turn, PIECES, "A dog.", "en-de", "beam", *defaults(events))
    next(run), next(run)
    events.stop(turn)
    (last,) = run
    assert "Stopped at step 2" in last[0] and last[1:] == [SKIP] * 10


def test_watching_holds_others_up_for_a_bounded_time(events: TranslateEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("demo.translate.events.time.sleep", pauses.append)
    monkeypatch.setattr("demo.translate.events.LIVE", 0.3)
    list(events.run(Turn(live=True), PIECES, "A dog.", "en-de", "beam", *defaults(events)))
    assert 0 < sum(pauses) < 0.3 + 0.15


def test_a_short_search_sends_one_update(events: TranslateEvents) -> None:
    assert len(list(events.run(Turn(), PIECES, "A dog.", "en-de", "beam", *defaults(events)))) == 1


@pytest.mark.usefixtures("impatient")
def test_a_run_sends_drafts_and_ends_with_everything_shown(events: TranslateEvents) -> None:
    *drafts, last = events.run(Turn(), PIECES, "A dog.", "en-de", "beam", *defaults(events))
    assert "step 1" in drafts[0][0] and "step 2" in drafts[1][0]
    assert drafts[0][1:3] + drafts[0][4:] == [SKIP] * 9
    status, shown, heatmap, translation, candidates, *_ = last
    assert "Beam search" in status
    assert shown.result.source == "A dog."
    assert "Mann" in translation
    assert figure(heatmap)["data"]
    assert candidates.count("<tr data-index") == 2


def test_the_twin_without_attention_says_so_in_place_of_the_heatmap(events: TranslateEvents) -> None:
    *_, last = events.run(Turn(), PIECES, "A dog.", "en-de-context", "greedy", *defaults(events))
    assert "has no attention" in last[2] and "data-figure" not in last[2]


@pytest.mark.parametrize(
    ("text", "model", "strategy", "values"),
    [
        ("", "en-de", "beam", None),
        (None, None, None, []),
        ("A dog.", "broken", "beam", None),
        ("A dog.", "en-de", {"x": 1}, None),
        ("A dog.", "en-de", "beam", [None] * 40),
    ],
)
def test_wrong_input_is_a_sentence_and_what_was_there_stays(
    events: TranslateEvents, text: Any, model: Any, strategy: Any, values: list[Any] | None
) -> None:
    *_, last = events.run(Turn(), PIECES, text, model, strategy, *(defaults(events) if values is None else values))
    assert 'role="alert"' in last[0]
    assert last[1:] == [SKIP] * 10


def figure(heatmap: str) -> Any:
    """What the page's script gives to Plotly."""
    found = re.search('data-figure="(.*?)"', heatmap)
    assert found
    return json.loads(html.unescape(found[1]))


def clicked(index: Any) -> Any:
    return {"index": index}


def event(index: Any) -> Any:
    return SimpleNamespace(index=index)


def test_choosing_a_candidate_shows_it_without_decoding_again(events: TranslateEvents) -> None:
    line, shown, heatmap, translation, candidates, *_ = events.choose(SHOWN, PIECES, clicked(2))
    assert shown.index == 2 and "candidate=3" in line
    assert "liest" in translation and "Jack" not in translation
    assert len(figure(heatmap)["data"][0]["customdata"]) == 5
    assert '<tr class="chosen" data-index="2">' in candidates


@pytest.mark.parametrize("index", [-1, 3, None, "1", 1.5])
def test_a_candidate_that_is_not_there_changes_nothing(events: TranslateEvents, index: Any) -> None:
    assert events.choose(SHOWN, PIECES, clicked(index)) == [SKIP] * 8
    assert events.choose(SHOWN, PIECES, index) == [SKIP] * 8
    assert events.choose(None, PIECES, clicked(0)) == [SKIP] * 8


def test_examples_by_number_only(events: TranslateEvents) -> None:
    assert events.example("en-de", event(1)) == EXAMPLES[1]
    assert events.example("en-de", event(99)) == SKIP
    assert events.example("en-de", event("0")) == SKIP
    assert events.example("no such", event(0)) == SKIP
    assert events.example(["x"], event(0)) == SKIP


def test_an_unknown_strategy_changes_no_widget(events: TranslateEvents) -> None:
    assert set(map(str, events.strategy("no such"))) == {str(SKIP)}


def test_our_own_fault_is_a_sentence_too(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Service, *_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Service, "request", broken)
    *_, last = events.run(Turn(), PIECES, "my secret", "en-de", "beam", *defaults(events))
    assert "Something went wrong" in last[0]
    assert "a bug" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("impatient")
def test_stop_ends_a_run_after_the_step_it_is_at(events: TranslateEvents) -> None:
    turn = Turn()
    run = events.run(turn, PIECES, "A dog.", "en-de", "beam", *defaults(events))
    next(run)
    events.stop(turn)
    (last,) = run
    assert "Stopped" in last[0]
    assert last[1:] == [SKIP] * 10


@pytest.mark.usefixtures("impatient")
def test_a_new_request_ends_the_one_before_it_without_a_word(events: TranslateEvents) -> None:
    turn = Turn()
    first, second = (events.run(turn, PIECES, "A dog.", "en-de", "beam", *defaults(events)) for _ in range(2))
    next(first), next(second)
    assert list(first) == [[SKIP] * 11]
    assert list(second)[-1][1] is not None


def test_words_instead_of_pieces_change_the_heatmap_alone(events: TranslateEvents) -> None:
    line, heatmap = events.regroup(SHOWN, WORDS)
    assert "Jacke" in figure(heatmap)["layout"]["yaxis"]["ticktext"] and "unit=words" in line
    assert "·e" in figure(events.regroup(SHOWN, PIECES)[1])["layout"]["yaxis"]["ticktext"]
    assert events.regroup(None, WORDS) == [SKIP] * 2


def test_a_link_opens_at_the_candidate_and_the_beginning_that_it_names(events: TranslateEvents) -> None:
    wish = TranslateLink(prefix=(5,), candidate=1)
    *_, last = events.open(Turn(), WORDS, wish, "A dog.", "en-de", "beam", *defaults(events))
    line, shown, *_ = last
    assert (shown.request.prefix, shown.index) == ((5,), 1)
    assert "prefix=5&amp;candidate=2&amp;unit=words" in line
    assert "Go back" not in line, "there is nothing to go back to"
    *_, last = events.open(Turn(), WORDS, TranslateLink(candidate=99), "A dog.", "en-de", "beam", *defaults(events))
    assert last[1].index == len(last[1].result.hypotheses) - 1


def test_going_back_shows_what_the_model_chose_by_itself(events: TranslateEvents) -> None:
    turn = Turn(number=3)
    forced = replace(SHOWN, request=replace(SHOWN.request, prefix=(1,)), before=SHOWN)
    status, shown, *_ = events.back(turn, PIECES, forced)
    assert shown is SHOWN and "as you chose" not in status
    assert turn.number == 4, "a search that still runs would write over it"
    assert events.back(turn, PIECES, SHOWN) == [SKIP] * 11
    assert events.back(turn, PIECES, None) == [SKIP] * 11


def speaks(service: Service, name: str, **metadata: Any) -> None:
    service.translator(name).metadata.update(metadata)


def test_the_chosen_model_names_the_languages_at_once(events: TranslateEvents, service: Service) -> None:
    speaks(service, "en-de-context", source_language="Date in words", target_language="ISO date", examples=["May 3"])
    sentence, examples, target, axes, line = events.model(None, PIECES, EXAMPLES[2], "en-de-context")
    assert (sentence["label"], sentence["value"]) == ("Date in words", "May 3")
    assert "May 3" in examples and "ISO date" in target
    assert "ISO date down, Date in words across" in axes
    assert line == SKIP
    *_, target, axes, line = events.model(SHOWN, PIECES, EXAMPLES[2], "en-de-context")
    assert target == axes == SKIP, "they stand over what another model said, until the next result"
    assert "Still shown: en-de" in line
    target, axes = events.headings(SHOWN)
    assert "German" in target and "German down, English across" in axes
    assert "lang=" not in examples
    assert "Beam search" in events.model(SHOWN, PIECES, "x", "en-de")[4], "back at the model whose result is shown"


def test_what_a_person_typed_outlives_a_change_of_model(events: TranslateEvents, service: Service) -> None:
    speaks(service, "en-de-context", examples=["May 3"])
    assert "value" not in events.model(None, PIECES, "my own words", "en-de-context")[0]
    assert events.model(None, PIECES, ["x"], "no such") == [SKIP] * 5


def test_the_page_to_take_away_is_of_what_is_shown(events: TranslateEvents) -> None:
    shown = replace(SHOWN, index=1)
    saved = events.export(shown, WORDS, 0.5, 0, SimpleNamespace(kind="html"))
    assert (saved["name"], saved["type"]) == ("translation.html", "text/html")
    assert shown.result.hypotheses[1].text.split()[2] in saved["text"]
    assert "Under α = 0.50" in saved["text"]
    assert events.export(shown, WORDS, "x", 0, SimpleNamespace(kind="html")) == SKIP
    assert events.export(shown, WORDS, 0, 0, SimpleNamespace(kind="../x")) == SKIP


def test_what_is_sent_ahead_is_what_the_server_would_say(events: TranslateEvents) -> None:
    ahead = json.loads(events.prepare(SHOWN))
    assert ahead["result"] == SHOWN.number and len(ahead["candidates"]) == len(SHOWN.result.hypotheses)
    _, _, heatmap, *panels = events.choose(SHOWN, WORDS, clicked(1))
    assert ahead["candidates"][1]["panels"] == panels
    assert ahead["candidates"][1]["heatmaps"][WORDS] == heatmap
    assert f'data-result="{SHOWN.number}"' in panels[1]
    assert events.prepare(None) == SKIP


def test_what_is_sent_ahead_is_bounded(events: TranslateEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.translate.shown.MOST", 10)
    assert len(json.loads(events.prepare(SHOWN))["candidates"]) == 1
