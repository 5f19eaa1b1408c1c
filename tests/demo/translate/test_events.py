import html
import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from demo.common import why_link
from demo.common.examples import EXAMPLES
from demo.common.languages import Languages
from demo.common.turn import Turn
from demo.service import Asked, Service
from demo.translate import show
from demo.translate.events import TranslateEvents
from demo.translate.link import TranslateLink
from demo.translate.state import PIECES, WORDS, Shown, ShownText
from demo.translate.view import build
from seq2seq_core.decoding import BeamConfig
from tests.demo import samples

SKIP = gr.skip()
GERMAN = Languages("English", "German")
SHOWN = Shown(Asked("A dog.", "", "en-de", BeamConfig()), samples.result(), GERMAN)
PRESENT = ShownText((SHOWN,))


def defaults(events: TranslateEvents) -> list[Any]:
    return [widget.value for widget in events._view.controls.widgets]


def asked(
    events: TranslateEvents, model: Any = "en-de", strategy: Any = "beam", text: Any = "A dog.", unit: str = PIECES,
    values: list[Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What the page sends; the settings, unless given, as they are at first."""
    return {"unit": unit, "told": [text, model, strategy, *(defaults(events) if values is None else values)]}


def named(events: TranslateEvents, updates: dict[Any, Any]) -> dict[str, Any]:
    """Updates by the names of what they are of, the settings by their labels."""
    view = events._view
    names = {component: name for name, component in vars(view).items() if isinstance(component, gr.blocks.Block)}
    names |= {part.html: name for name, part in view.parts.items()}
    names |= {widget: widget.label for widget in view.controls.widgets}
    return {names[component]: update for component, update in updates.items()}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft after every step."""
    monkeypatch.setattr("demo.translate.searching.PATIENCE", -1)
    monkeypatch.setattr("demo.translate.searching.REPAINT", -1)


def test_who_watches_sees_every_step_and_the_tree_grow(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.translate.searching.LIVE_PAUSE", 0.001)
    turn = Turn()
    events.watch(turn=turn, live=True)
    *drafts, last = events.run(turn=turn, **asked(events))
    drafts, last = [named(events, draft) for draft in drafts], named(events, last)
    assert [f"step {i}" in draft["status"] for i, draft in enumerate(drafts, start=1)] == [True] * len(drafts)
    trees = [draft["tree"] for draft in drafts]
    assert [tree.count('class="node kept chosen"') for tree in trees] == list(range(1, 11))
    assert all("growing" in tree for tree in trees)
    assert "growing" not in last["tree"]


def test_whoever_stops_while_watching_may_look_at_how_far_it_came(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.translate.searching.LIVE_PAUSE", 0)
    turn = Turn(live=True)
    run = events.run(turn=turn, **asked(events))
    next(run), next(run)
    events.stop(turn=turn)
    (last,) = run
    page = named(events, last)
    assert "Stopped at step 2" in page.pop("status")
    assert set(page) == {"drawn", "candidates", "lens", "ledger"}, "translation and tree stay as they are"
    assert all("was stopped before its end; search again" in card for card in page.values())


def linked(events: TranslateEvents, update: Any) -> dict[str, str]:
    """What the address asks for after this update; nothing where it stays as it was."""
    found = re.search('href="([^"]*)"', named(events, update).get("status", ""))
    return dict(parse_qsl(html.unescape(found[1])[1:])) if found else {}


@pytest.mark.usefixtures("impatient")
def test_the_address_names_the_question_before_there_is_a_result(events: TranslateEvents) -> None:
    turn = Turn()
    *drafts, last = events.run(turn=turn, **asked(events, text="My cat.", strategy="greedy"))
    assert drafts
    assert all(linked(events, each) == linked(events, last) for each in drafts)
    assert linked(events, last) == {"text": "My cat.", "model": "en-de", "strategy": "greedy"}
    run = events.run(turn=turn, **asked(events, text="My dog."))
    next(run)
    events.stop(turn=turn)
    (stopped,) = run
    assert linked(events, stopped)["text"] == "My dog.", "who opens the page anew asks what was stopped"
    (refused,) = events.run(turn=turn, **asked(events, text="  "))
    assert linked(events, refused) == {}


@pytest.mark.usefixtures("impatient")
def test_the_address_names_a_question_that_waits_for_its_turn_once(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events._service, "run_text", lambda _: (each for each in (None, None)))
    (waiting,) = events.run(turn=Turn(), **asked(events, text="My cat."))
    assert linked(events, waiting)["text"] == "My cat."


@pytest.mark.usefixtures("impatient")
def test_the_address_names_what_is_begun_anew_in_a_text(events: TranslateEvents) -> None:
    present = ShownText((SHOWN, SHOWN), ("", " ", ""), at=1)
    sent = {"turn": Turn(), "present": present, "alpha": 0.5, "beta": 0.0}
    first, *_ = events.search_again(**sent)
    written = linked(events, first)
    assert (written["sentence"], written["length_penalty"]) == ("2", "0.5")
    assert written["text"] == present.source


FRENCH = replace(SHOWN, languages=Languages("English", "French"))


def seen(events: TranslateEvents, *updates: Any) -> dict[str, Any]:
    """What the page shows after these updates."""
    return {name: what for update in updates if update != SKIP for name, what in named(events, update).items()}


def test_a_search_that_is_watched_has_the_page_to_itself(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.translate.searching.LIVE_PAUSE", 0)
    turn, before = Turn(live=True), ShownText((FRENCH,))
    run = events.run(turn=turn, present=before, **asked(events, text="My cat."))
    drafts = [next(run), next(run)]
    events.stop(turn=turn)
    page = seen(events, *drafts, *run)
    assert "German" in page["target"] and "German down" in page["axes"], "what stands over the search is of its model"
    assert page["present"] is None and "My cat." in page["earlier"]
    for name in ("drawn", "candidates", "lens", "ledger"):
        assert "come to its end" in seen(events, *drafts)[name] and "before its end" in page[name], (
            "nothing of another result beside the tree"
        )
    assert "growing" in page["tree"] and page["detail"] == page["learnt"] == page["whole"] == ""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("ends", ["stop", "refused"])
def test_what_a_draft_wrote_over_is_back_after_stop_or_another_refused_run(events: TranslateEvents, ends: str) -> None:
    turn, before = Turn(), ShownText((FRENCH,))
    run = events.run(turn=turn, present=before, **asked(events, text="My cat."))
    updates = [next(run)]
    assert "German" in seen(events, *updates)["target"]
    if ends == "stop":
        events.stop(turn=turn)
        updates += run
    else:
        updates += [*events.run(turn=turn, present=before, **asked(events, text="")), *run]
    page = seen(events, *updates)
    assert "French" in page["target"] and "French down" in page["axes"]
    assert page["present"] is before and "draft" not in page["translation"]
    assert ("Stopped." if ends == "stop" else "Type an English sentence") in page["status"]


def test_whatever_searches_is_told_what_is_shown(service: Service) -> None:
    with gr.Blocks() as page:
        build(service)
    searching = {fn.name: fn.inputs for fn in page.fns.values() if fn.name in ("run", "open", "take", "search_again")}
    assert set(searching) == {"run", "open", "take", "search_again"}
    for name, inputs in searching.items():
        kept = [each for each in inputs if isinstance(each, gr.State)]
        assert any(isinstance(each.value, Turn) for each in kept) and any(each.value is None for each in kept), name


def test_a_result_carries_the_question_that_it_answers(events: TranslateEvents) -> None:
    *_, last = events.run(turn=Turn(), **asked(events, text="My  cat."))
    bar = named(events, last)["earlier"]
    values = json.loads(html.unescape(re.search(r'data-asked="([^"]*)"', bar)[1]))  # type: ignore[index]
    sent = ["My  cat.", "en-de", "beam", *defaults(events)]
    assert len(values) == len(sent) and None in values, "what beam search has not does not count"
    assert all(mine in (None, theirs) for mine, theirs in zip(values, sent, strict=True))
    assert "“My cat.”, en-de, Beam 5." in bar and 'data-run="translate"' in bar and " hidden " in bar
    assert last[events._view.present].asked.values[0] == "My  cat."


def test_searching_again_moves_the_settings_with_it(events: TranslateEvents) -> None:
    *_, last = events.run(turn=Turn(), **asked(events))
    present = last[events._view.present]
    *_, last = events.search_again(turn=Turn(), unit=PIECES, present=present, alpha=0.25, beta=0)
    page = named(events, last)
    settings = {name: update for name, update in page.items() if name not in vars(events._view)}
    moved = {name: said["value"] for name, said in settings.items() if isinstance(said, dict) and "value" in said}
    assert set(moved.values()) == {0.25, 0}, "the two penalties, and no other setting"
    assert 0.25 in page["present"].asked.values and "alpha 0.25" in page["earlier"]


def test_watching_holds_others_up_for_a_bounded_time(events: TranslateEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("demo.translate.searching.time.sleep", pauses.append)
    monkeypatch.setattr("demo.translate.searching.LIVE", 0.3)
    list(events.run(turn=Turn(live=True), **asked(events)))
    assert 0 < sum(pauses) < 0.3 + 0.15


def test_a_short_search_sends_one_update(events: TranslateEvents) -> None:
    assert len(list(events.run(turn=Turn(), **asked(events)))) == 1


@pytest.mark.usefixtures("impatient")
def test_a_run_sends_drafts_and_ends_with_everything_shown(events: TranslateEvents) -> None:
    *drafts, last = events.run(turn=Turn(), **asked(events))
    drafts, last = [named(events, draft) for draft in drafts], named(events, last)
    assert "step 1" in drafts[0]["status"] and "step 2" in drafts[1]["status"]
    assert set(drafts[0]) == {"status", "translation", "target"} and set(drafts[1]) == {"status", "translation"}
    assert "Beam search" in last["status"]
    assert last["present"].shown.result.source == "A dog."
    assert "Mann" in last["translation"]
    assert figure(last["drawn"])["data"]
    assert last["candidates"].count("<tr data-index") == 2
    everything = {"status", "present", "whole", "source_words", "drawn", "translation", "candidates", "tree", "lens"}
    everything |= {"slim", "signs", "shaping", "detail", "learnt", "cell"}
    assert set(last) == everything | {"alpha", "beta", "ledger", "target", "axes", "earlier", "over", "layer", "head"}


def test_the_twin_without_attention_says_so_in_place_of_the_heatmap(events: TranslateEvents) -> None:
    *_, last = events.run(turn=Turn(), **asked(events, "en-de-context", "greedy"))
    heatmap = named(events, last)["drawn"]
    assert "has no attention" in heatmap and "data-figure" not in heatmap


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
    *_, last = events.run(turn=Turn(), **asked(events, model, strategy, text, values=values))
    assert list(named(events, last)) == ["status"]
    assert 'role="alert"' in last[events._view.status]


def figure(heatmap: str) -> Any:
    """What the page's script gives to Plotly."""
    found = re.search('data-figure="(.*?)"', heatmap)
    assert found
    return json.loads(html.unescape(found[1]))


def clicked(index: Any) -> Any:
    return {"index": index}


def event(index: Any) -> Any:
    return SimpleNamespace(index=index)


def test_a_candidate_that_did_not_win_is_sent_to_why_not_as_what_one_expected(events: TranslateEvents) -> None:
    result = PRESENT.shown.result
    for index, expected in ((0, None), (2, result.hypotheses[2].text)):
        table = named(events, events.choose(present=PRESENT, unit=PIECES, press=clicked(index)))["candidates"]
        [href] = re.findall(r'href="(\?view=why-not[^"]*)"', table)
        read = why_link.read(dict(parse_qsl(html.unescape(href)[1:])))
        assert read is not None and (read.text, read.expected) == ("A dog.", expected)


def test_choosing_a_candidate_shows_it_without_decoding_again(events: TranslateEvents) -> None:
    found = named(events, events.choose(present=PRESENT, unit=PIECES, press=clicked(2)))
    assert found["present"].shown.index == 2 and "candidate=3" in found["status"]
    assert "liest" in found["translation"] and "Jack" not in found["translation"]
    assert len(figure(found["drawn"])["data"][0]["customdata"]) == 5
    assert '<tr class="chosen" data-index="2">' in found["candidates"]
    whole = named(events, show.everything(events._view, PRESENT, False))
    assert whole.keys() & {"tree", "shaping"} and not found.keys() & {"tree", "shaping"}, "the same for all candidates"


@pytest.mark.parametrize("index", [-1, 3, None, "1", 1.5])
def test_a_candidate_that_is_not_there_changes_nothing(events: TranslateEvents, index: Any) -> None:
    assert events.choose(present=PRESENT, unit=PIECES, press=clicked(index)) == SKIP
    assert events.choose(present=PRESENT, unit=PIECES, press=index) == SKIP
    assert events.choose(present=None, unit=PIECES, press=clicked(0)) == SKIP


def test_examples_by_number_only(events: TranslateEvents) -> None:
    assert named(events, events.example(event(1), model="en-de")) == {"sentence": EXAMPLES[1]}
    assert events.example(event(99), model="en-de") == SKIP
    assert events.example(event("0"), model="en-de") == SKIP
    assert events.example(event(0), model="no such") == SKIP
    assert events.example(event(0), model=["x"]) == SKIP


def test_an_unknown_strategy_changes_no_widget(events: TranslateEvents) -> None:
    assert events.strategy(strategy="no such") == SKIP


def test_our_own_fault_is_a_sentence_too(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Service, *_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Service, "text_request", broken)
    *_, last = events.run(turn=Turn(), **asked(events, text="my secret"))
    assert "Something went wrong" in last[events._view.status]
    assert "a bug" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("impatient")
def test_stop_ends_a_run_after_the_step_it_is_at(events: TranslateEvents) -> None:
    turn = Turn()
    run = events.run(turn=turn, **asked(events))
    next(run)
    events.stop(turn=turn)
    (last,) = run
    assert list(named(events, last)) == ["status"]
    assert "Stopped" in last[events._view.status]


@pytest.mark.usefixtures("impatient")
def test_a_new_request_ends_the_one_before_it_without_a_word(events: TranslateEvents) -> None:
    turn = Turn()
    first, second = (events.run(turn=turn, **asked(events)) for _ in range(2))
    next(first), next(second)
    assert list(first) == [SKIP]
    assert named(events, list(second)[-1])["present"] is not None


def test_words_instead_of_pieces_change_the_heatmap_alone(events: TranslateEvents) -> None:
    by_words = named(events, events.regroup(present=PRESENT, unit=WORDS))
    assert set(by_words) == {"status", "drawn", "cell"} and "unit=words" in by_words["status"]
    assert "Jacke" in figure(by_words["drawn"])["layout"]["yaxis"]["ticktext"]
    assert by_words["cell"] == "", "a cell that was pressed is of the rows that were"
    by_pieces = named(events, events.regroup(present=PRESENT, unit=PIECES))
    assert "·e" in figure(by_pieces["drawn"])["layout"]["yaxis"]["ticktext"]
    assert events.regroup(present=None, unit=WORDS) == SKIP


def test_a_link_opens_at_the_candidate_and_the_beginning_that_it_names(events: TranslateEvents) -> None:
    wish = TranslateLink(prefixes=((5,),), candidates=(1,))
    *_, last = events.open(turn=Turn(), wish=wish, **asked(events, unit=WORDS))
    line, shown = last[events._view.status], last[events._view.present].shown
    assert (shown.request.prefix, shown.index) == ((5,), 1)
    assert "prefix=5&amp;candidate=2&amp;unit=words" in line
    assert "Go back" not in line, "there is nothing to go back to"
    *_, last = events.open(turn=Turn(), wish=TranslateLink(candidates=(99,)), **asked(events, unit=WORDS))
    shown = last[events._view.present].shown
    assert shown.index == len(shown.result.hypotheses) - 1


def test_going_back_shows_what_the_model_chose_by_itself(events: TranslateEvents) -> None:
    turn = Turn(number=3)
    forced = replace(SHOWN, request=replace(SHOWN.request, prefix=(1,)), before=SHOWN)
    found = named(events, events.back(turn=turn, unit=PIECES, present=ShownText((forced,))))
    assert found["present"].shown is SHOWN and "as you chose" not in found["status"]
    assert turn.number == 4, "a search that still runs would write over it"
    assert events.back(turn=turn, unit=PIECES, present=PRESENT) == SKIP
    assert events.back(turn=turn, unit=PIECES, present=None) == SKIP


def speaks(service: Service, name: str, **metadata: Any) -> None:
    service.translator(name).metadata.update(metadata)


def test_the_chosen_model_names_what_it_reads_and_nothing_that_another_said(
    events: TranslateEvents, service: Service
) -> None:
    speaks(service, "en-de-context", source_language="Date in words", target_language="ISO date", examples=["May 3"])
    chosen = {"sentence": EXAMPLES[2], "model": "en-de-context"}
    found = named(events, events.model(turn=Turn(), **chosen))
    assert (found["sentence"]["label"], found["sentence"]["value"]) == ("Date in words", "May 3")
    assert "May 3" in found["examples"] and "ISO date" in found["target"]
    assert "ISO date down, Date in words across" in found["axes"]
    assert "lang=" not in found["examples"]
    later = named(events, events.model(turn=Turn(number=1), **chosen))
    assert set(later) == {"sentence", "examples", "translate"}, (
        "headings stand over what another model said, until the next result"
    )


def test_what_a_person_typed_outlives_a_change_of_model(events: TranslateEvents, service: Service) -> None:
    speaks(service, "en-de-context", examples=["May 3"])
    found = events.model(turn=Turn(), sentence="my own words", model="en-de-context")
    assert "value" not in found[events._view.sentence]
    assert events.model(turn=Turn(), sentence=["x"], model="no such") == SKIP


def test_the_page_to_take_away_is_of_what_is_shown(events: TranslateEvents) -> None:
    shown = replace(SHOWN, index=1)
    sent: dict[str, Any] = {"present": ShownText((shown,)), "unit": WORDS, "alpha": 0.5, "beta": 0}
    saved: Any = events.export(SimpleNamespace(kind="html"), **sent)[events._view.file]
    assert (saved["name"], saved["type"]) == ("translation.html", "text/html")
    assert shown.result.hypotheses[1].text.split()[2] in saved["text"]
    assert "Under α = 0.50" in saved["text"]
    assert events.export(SimpleNamespace(kind="html"), **sent | {"alpha": "x"}) == SKIP
    assert events.export(SimpleNamespace(kind="../x"), **sent) == SKIP
    none = named(events, events.export(SimpleNamespace(kind="csv"), **sent | {"present": None}))
    assert none["file"] is None and "nothing to take away" in none["status"]
