import csv
import io
import re
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo import service as service_module
from demo.common.contest_link import read
from demo.common.contestant import contestant
from demo.service import CHUNK, Service
from demo.sets import table as compare_set
from demo.sets.events import PASTED, Events, SetTurn, draw, link
from demo.sets.quality_cost import Point, quality_cost
from demo.sets.sentences import EVERYDAY

SKIP = gr.skip()
CARDS = (contestant("greedy"), contestant("beam", num_beams=3))


@pytest.fixture
def events(service: Service) -> Events:
    for name in service.working():
        service.translator(name).metadata |= {"source_language": "English", "target_language": "German"}
    return Events(service)


def asked(kind: Any = EVERYDAY, text: Any = "", model: Any = "en-de", cards: Any = CARDS) -> tuple[Any, ...]:
    return kind, text, model, 0, cards, "chrF", "ms"


def shown(update: Any) -> str:
    """An update's text without its tags."""
    return re.sub(r"<[^>]+>", " ", update)


def test_a_run_shows_how_far_it_is_and_then_every_strategy(events: Events) -> None:
    begin, *middle, last = events.run(SetTurn(), *asked())
    assert "Greedy, strategy 1 of 2" in shown(begin[0]) and "left" not in begin[0]
    chunks = -(-40 // CHUNK)
    assert len(middle) == 2 * chunks
    assert f"{CHUNK} of 40 sentences" in shown(middle[0][0]) and "left" in middle[0][0]
    assert 'max="80" value="8"' in middle[0][0]
    assert "strategy 2 of 2" in shown(middle[chunks][0])
    assert "40 sentences, 2 strategies" in shown(last[0])
    assert "40 of 40" in shown(last[1])  # the sample translator says the same under each strategy
    assert [len(entry.outputs) for entry in last[4].entries] == [40, 40]
    assert len(last[2].data) == 2


def test_the_figure_follows_when_a_strategy_has_ended(events: Events) -> None:
    updates = list(events.run(SetTurn(), *asked()))
    drawn = [len(update[2].data) for update in updates if update[2] != SKIP]
    assert drawn == [0, 1, 2, 2]


def test_stop_keeps_what_was_done_and_says_how_much(events: Events) -> None:
    turn = SetTurn()
    run = events.run(turn, *asked())
    seen = [next(run) for _ in range(4)]
    assert "24 of 40" in shown(seen[-1][0])
    events.stop(turn)
    (last,) = run
    assert "Stopped after 24 of 40 sentences of Greedy; 1 more strategy had not begun." in shown(last[0])
    assert "kept" in last[0]
    assert len(last[4].entries[0].outputs) == 24
    assert last[4].entries[0].quality is not None
    lines = csv.DictReader(io.StringIO(events.export(last[4], SimpleNamespace(kind="table"))["text"]))
    assert [line["sentences"] for line in lines] == ["24"]


def test_a_new_run_ends_the_one_before_it_without_a_word(events: Events) -> None:
    turn = SetTurn()
    first, second = events.run(turn, *asked()), events.run(turn, *asked())
    next(first), next(second)
    assert list(first) == []
    assert list(second)


def test_a_set_has_a_limit_of_its_own(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "SET_DEADLINE", -1.0)
    *_, last = events.run(SetTurn(), *asked())
    assert "Stopped after 0 of 40 sentences of Greedy" in shown(last[0])
    assert "One set may take" in last[0]


@pytest.mark.parametrize(
    "wrong",
    [
        asked(PASTED, "One.\tEins.\nTwo."),
        asked(PASTED, None),
        asked(model="broken"),
        asked(model=None),
        asked(cards=()),
        asked(cards="greedy"),
        asked(cards=(contestant("greedy"),) * 9),
    ],
)
def test_wrong_input_is_a_sentence_and_what_was_there_stays(events: Events, wrong: tuple[Any, ...]) -> None:
    (only,) = events.run(SetTurn(), *wrong)
    assert 'role="alert"' in only[0]
    assert only[1:] == [SKIP] * 4


def test_pasted_lines_are_text_and_have_no_link(events: Events) -> None:
    hostile = "<img src=x onerror=alert(1)> ${1} {{value}}"
    cards = ({"strategy": "greedy", "name": hostile},)
    *_, last = events.run(SetTurn(), *asked(PASTED, f"{hostile}\n=1+1", cards=cards))
    assert "<img" not in last[0] + last[1]
    assert "too long for a link" in last[0]
    assert "&lt;img" in last[2].data[0].text[0]
    assert last[4].sentences.sources == (hostile, "=1+1")


def test_without_references_the_table_has_no_quality(events: Events) -> None:
    updates = list(events.run(SetTurn(), *asked(PASTED, "A dog.\nA cat.")))
    assert updates[0][3]["choices"] == ["log P"]
    assert "BLEU" not in updates[-1][1]
    assert updates[-1][2].layout.yaxis.title.text == "mean log P"


def test_the_link_of_a_set_asks_for_it_again(events: Events) -> None:
    *_, last = events.run(SetTurn(), *asked())
    query = dict(pair.split("=", 1) for pair in link(last[4]).removeprefix("?").split("&"))
    wish = read(query)
    assert query["set"] == EVERYDAY
    assert wish is not None and wish.cards == CARDS
    turn = SetTurn()
    assert events.restore(turn, SimpleNamespace(query_params=query)) == EVERYDAY
    assert len(list(events.run_if_wished(turn, *asked()))) > 1
    assert list(events.run_if_wished(turn, *asked())) == [[SKIP] * 5]


@pytest.mark.parametrize("query", [{}, {"set": EVERYDAY}, {"view": "compare", "set": "../../etc"}])
def test_another_link_asks_for_no_set(events: Events, query: dict[str, str]) -> None:
    turn = SetTurn()
    assert events.restore(turn, SimpleNamespace(query_params=query)) == SKIP
    assert list(events.run_if_wished(turn, *asked())) == [[SKIP] * 5]


def test_other_axes_need_no_decoding_and_unknown_ones_change_nothing(events: Events) -> None:
    turn = SetTurn()
    run = list(events.run(turn, *asked()))[-1][4]
    figure = events.draw(turn, run, "BLEU", "calls")
    assert (figure.layout.yaxis.title.text, figure.layout.xaxis.title.text) == ("BLEU", "model calls a sentence")
    assert figure.data[0].x[0] == 10
    assert figure.data[0].error_y.array[0] == pytest.approx(run.entries[0].quality.bleu.margin)
    for wrong in [(None, "BLEU", "ms"), (run, "METEOR", "ms"), (run, "BLEU", ["ms"]), (run, {}, "ms")]:
        assert events.draw(turn, *wrong) == SKIP
    assert turn.axes == ("BLEU", "calls")


def test_axes_chosen_during_a_run_stay(events: Events) -> None:
    turn = SetTurn()
    run = events.run(turn, *asked())
    begun = next(run)
    events.draw(turn, begun[4], "BLEU", "calls")
    *_, last = run
    assert last[3]["value"] == "BLEU"
    assert (last[2].layout.yaxis.title.text, last[2].layout.xaxis.title.text) == ("BLEU", "model calls a sentence")


def test_the_last_update_says_all_that_the_first_did(events: Events) -> None:
    begin, *_, last = events.run(SetTurn(), *asked())
    assert begin[3] == last[3] != SKIP


@pytest.mark.parametrize("kind", ["table", "outputs", "json"])
def test_every_file_can_be_taken_away_and_no_other(events: Events, kind: str) -> None:
    run = list(events.run(SetTurn(), *asked()))[-1][4]
    assert events.export(run, SimpleNamespace(kind=kind))["text"]
    for wrong in (SimpleNamespace(kind="html"), SimpleNamespace(kind=["table"]), SimpleNamespace()):
        assert events.export(run, wrong) == SKIP
    assert events.export(None, SimpleNamespace(kind=kind)) == SKIP


def test_our_own_fault_is_a_sentence_and_is_logged_without_the_text(
    events: Events, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Service, "run_many", broken)
    *_, last = events.run(SetTurn(), *asked(PASTED, "my secret"))
    assert "Something went wrong" in last[0]
    assert "a bug" in caplog.text and "secret" not in caplog.text


def test_labels_keep_off_points_intervals_and_each_other() -> None:
    points = [
        Point(0, "Beam 1", 100, 67, 5),
        Point(1, "Beam 2", 106, 69, 5),
        Point(2, "Sampling, top-p 0.9", 180, 70, part=True),
    ]
    figure = quality_cost(points, "chrF", "ms")
    assert figure.data[0].textposition != figure.data[1].textposition
    assert "left" in figure.data[2].textposition
    assert figure.data[2].marker.symbol == "circle-open"
    assert figure.data[2].error_y.array is None
    assert figure.layout.xaxis.range[0] == 0
    assert not quality_cost([], "chrF", "ms").data


def test_a_stopped_strategy_is_marked_in_table_and_figure(events: Events) -> None:
    turn = SetTurn()
    run = events.run(turn, *asked())
    for _ in range(8):
        next(run)
    events.stop(turn)
    (last,) = run
    assert "Stopped after 16 of 40 sentences of Beam 3." in shown(last[0])
    assert "16 of 40 sentences" in shown(last[1])
    assert [trace.marker.symbol for trace in draw(last[4], "chrF", "ms").data] == ["circle", "circle-open"]
    assert "Press Run" in compare_set.empty()
