import csv
import io
import re
from dataclasses import replace
from statistics import median
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo.common.contest_link import read
from demo.common.contestant import contestant
from demo.common.text_input import InputError
from demo.service import CHUNK, Service, running
from demo.sets import quality_cost, table, timing
from demo.sets.asked import PASTED, Axes
from demo.sets.events import SetsEvents, figure, link
from demo.sets.figures import rows, timed
from demo.sets.layout import EXAMPLE, lay_out
from demo.sets.quality_cost import QualityPoint
from demo.sets.sentences import EVERYDAY
from demo.sets.state import SetTurn
from tests.demo import samples
from tests.demo.reading import caption, told

SKIP = gr.skip()
CARDS = (contestant("greedy"), contestant("beam", num_beams=3))


class Said(SetsEvents):
    """The handlers, with what they answer by the names of the view's components."""

    def run(self, *asked: Any) -> Any:
        return (told(self._view, update) for update in super().run(*asked))

    def run_if_wished(self, *asked: Any) -> Any:
        return list(super().run_if_wished(*asked))

    def file(self, *asked: Any) -> Any:
        return told(self._view, self.export(*asked)).file

    def plot(self, *asked: Any) -> Any:
        return told(self._view, self.draw(*asked)).plot

    def timed(self, *asked: Any) -> Any:
        return (told(self._view, update) for update in self.time_again(*asked))


@pytest.fixture
def events(service: Service) -> Said:
    for name in service.working():
        service.translator(name).metadata |= {"source_language": "English", "target_language": "German"}
    with gr.Blocks():
        return Said(service, lay_out())


def asked(kind: Any = EVERYDAY, text: Any = "", model: Any = "en-de", cards: Any = CARDS) -> tuple[Any, Any]:
    return cards, [kind, text, model, 0, "chrF", "ms"]


def shown(update: Any) -> str:
    """An update's text without its tags."""
    return re.sub(r"<[^>]+>", " ", update)


def test_a_run_shows_how_far_it_is_and_then_every_strategy(events: Said) -> None:
    begin, *middle, last = events.run(SetTurn(), *asked())
    assert "Greedy, strategy 1 of 2" in shown(begin.status) and "left" not in begin.status
    chunks = -(-40 // CHUNK)
    assert len(middle) == 2 * chunks
    assert f"{CHUNK} of 40 sentences" in shown(middle[0].status) and "left" in middle[0].status
    assert 'max="80" value="8"' in middle[0].status
    assert "strategy 2 of 2" in shown(middle[chunks].status)
    assert "40 sentences, 2 strategies" in shown(last.status)
    assert "40 of 40" in shown(last.table)  # the sample translator says the same under each strategy
    assert [len(entry.outputs) for entry in last.present.entries] == [40, 40]
    assert len(last.plot.data) == 2


def test_files_of_the_figure_say_what_was_run_on_what(events: Said) -> None:
    mine = replace(contestant("beam", num_beams=3), name="Mine")
    *_, last = events.run(SetTurn(), *asked(cards=(*CARDS[:1], mine)))
    assert caption(last.earlier)[0] == "40 sentences"
    assert caption(last.earlier)[2:] == ["seed 0", "1: Greedy", "2: Mine (Beam 3)"]


def test_the_figure_follows_when_a_strategy_has_ended(events: Said) -> None:
    updates = list(events.run(SetTurn(), *asked()))
    drawn = [len(update.plot.data) for update in updates if update.plot != SKIP]
    assert drawn == [0, 1, 2, 2]


def test_stop_keeps_what_was_done_and_says_how_much(events: Said) -> None:
    turn = SetTurn()
    run = events.run(turn, *asked())
    seen = [next(run) for _ in range(4)]
    assert "24 of 40" in shown(seen[-1].status)
    events.stop(turn)
    (last,) = run
    assert "Stopped after 24 of 40 sentences of Greedy; 1 more strategy had not begun." in shown(last.status)
    assert "kept" in last.status
    assert len(last.present.entries[0].outputs) == 24
    assert last.present.entries[0].quality is not None
    lines = csv.DictReader(io.StringIO(events.file(last.present, SimpleNamespace(kind="table"))["text"]))
    assert [line["sentences"] for line in lines] == ["24"]


def test_a_new_run_ends_the_one_before_it_without_a_word(events: Said) -> None:
    turn = SetTurn()
    first, second = events.run(turn, *asked()), events.run(turn, *asked())
    next(first), next(second)
    assert list(first) == []
    assert list(second)


def test_a_set_has_a_limit_of_its_own(events: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SET_DEADLINE", -1.0)
    *_, last = events.run(SetTurn(), *asked())
    assert "Stopped after 0 of 40 sentences of Greedy" in shown(last.status)
    assert "One set may take" in last.status


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
def test_wrong_input_is_a_sentence_and_what_was_there_stays(events: Said, wrong: tuple[Any, ...]) -> None:
    (only,) = events.run(SetTurn(), *wrong)
    assert 'role="alert"' in only.status
    assert [only.table, only.plot, only.quality, only.present] == [SKIP] * 4


def test_pasted_lines_are_text_and_have_no_link(events: Said) -> None:
    hostile = "<img src=x onerror=alert(1)> ${1} {{value}}"
    cards = ({"strategy": "greedy", "name": hostile},)
    *_, last = events.run(SetTurn(), *asked(PASTED, f"{hostile}\n=1+1", cards=cards))
    assert "<img" not in last.status + last.table
    assert "a link does not hold lines of your own" in shown(last.status)
    assert "href" not in last.status
    assert "&lt;img" in last.plot.data[0].text[0]
    assert last.present.sentences.sources == (hostile, "=1+1")


def test_without_references_the_table_has_no_quality(events: Said) -> None:
    updates = list(events.run(SetTurn(), *asked(PASTED, "A dog.\nA cat.")))
    assert updates[0].quality["choices"] == ["log P"]
    assert "BLEU" not in updates[-1].table
    assert updates[-1].plot.layout.yaxis.title.text == "mean log P"


def test_the_link_of_a_set_asks_for_it_again(events: Said) -> None:
    *_, last = events.run(SetTurn(), *asked())
    query = dict(pair.split("=", 1) for pair in link(last.present).removeprefix("?").split("&"))
    wish = read(query)
    assert query["set"] == EVERYDAY
    assert wish is not None and wish.cards == CARDS
    turn = SetTurn()
    assert told(events._view, events.restore(turn, None, SimpleNamespace(query_params=query))).kind == EVERYDAY
    assert len(list(events.run_if_wished(turn, *asked()))) > 1
    assert list(events.run_if_wished(turn, *asked())) == [SKIP]


@pytest.mark.parametrize("query", [{}, {"set": EVERYDAY}, {"view": "compare", "set": "../../etc"}])
def test_another_link_asks_for_no_set(events: Said, query: dict[str, str]) -> None:
    turn = SetTurn()
    assert events.restore(turn, None, SimpleNamespace(query_params=query)) == SKIP
    assert list(events.run_if_wished(turn, *asked())) == [SKIP]


def test_lines_that_could_be_pasted_are_such_as_the_model_reads(events: Said, service: Service) -> None:
    service.translator("en-de-context").metadata |= samples.PRONUNCIATION
    opened = told(events._view, events.restore(SetTurn(), "en-de-context", SimpleNamespace(query_params={})))
    assert opened.lines["placeholder"] == "walk"
    assert told(events._view, events.model(PASTED, "", "en-de")).lines["placeholder"] == EXAMPLE
    service.translator("en-de-context").metadata |= {"source_language": "Arabic", "examples": ["سليم", "كريم"]}
    arabic = told(events._view, events.model(PASTED, "", "en-de-context")).lines
    assert (arabic["placeholder"], arabic["rtl"]) == ("سليم\nكريم", True) and arabic["html_attributes"].lang == "ar"
    for wrong in (["en-de"], "broken", None):
        assert events.model(EVERYDAY, "", wrong) == SKIP


def test_the_built_in_set_gives_way_to_examples_of_a_model_that_does_not_read_it(
    events: Said, service: Service
) -> None:
    service.translator("en-de-context").metadata |= samples.PRONUNCIATION | {"examples": ["walk", "talk"]}
    words, mine = "walk\ntalk", "A line of mine."

    def then(kind: str, text: str, model: str) -> tuple[object, object]:
        """Kind and lines after another model was chosen; None for what stays."""
        said = told(events._view, events.model(kind, text, model))
        return None if said.kind == SKIP else said.kind, said.lines.get("value")

    assert then(EVERYDAY, "", "en-de-context") == (PASTED, words)
    assert then(PASTED, words, "en-de") == (EVERYDAY, "")
    assert then(PASTED, mine, "en-de") == then(PASTED, mine, "en-de-context") == (None, None)
    assert then(PASTED, "", "en-de") == then(PASTED, "", "en-de-context") == then(EVERYDAY, "", "en-de") == (None, None)
    assert then(EVERYDAY, mine, "en-de-context") == (PASTED, None)
    opened = told(events._view, events.restore(SetTurn(), "en-de-context", SimpleNamespace(query_params={})))
    assert (opened.kind, opened.lines["value"]) == (PASTED, words)


def test_other_axes_need_no_decoding_and_unknown_ones_change_nothing(events: Said) -> None:
    turn = SetTurn()
    run = list(events.run(turn, *asked()))[-1].present
    drawn = events.plot(turn, run, "BLEU", "steps")
    assert (drawn.layout.yaxis.title.text, drawn.layout.xaxis.title.text) == ("BLEU", "steps a sentence")
    assert drawn.data[0].x[0] == 10
    assert drawn.data[0].error_y.array[0] == pytest.approx(run.entries[0].quality.bleu.margin)
    for wrong in [(None, "BLEU", "ms"), (run, "METEOR", "ms"), (run, "BLEU", ["ms"]), (run, {}, "ms")]:
        assert events.plot(turn, *wrong) == SKIP
    assert turn.axes == Axes("BLEU", "steps")


def test_cost_is_first_what_the_machine_computes_in_figure_and_table(events: Said) -> None:
    assert events._view.cost.value == Axes().cost == "rows"
    *_, last = events.run(SetTurn(), CARDS, [*asked()[1][:-1], "rows"])
    assert last.plot.layout.xaxis.title.text == "rows × steps a sentence"
    assert "rows × steps" in shown(last.table) and "calls" not in shown(last.table + last.status)


def test_timing_again_gives_every_strategy_its_median_and_its_range(events: Said) -> None:
    turn = SetTurn()
    *_, ran = events.run(turn, *asked())
    assert "run once" in shown(ran.table)
    first, *_, last = events.timed(turn, ran.present)
    assert "run 1 of 6" in shown(first.timing) and "6 runs of each strategy" in shown(last.timing)
    assert last.cost == "ms" == turn.axes.cost, "the figure turns to what was measured"
    for entry, row in zip(last.present.entries, rows(last.present), strict=True):
        assert row is not None and len(entry.times) == 6
        assert (row.milliseconds, row.range) == (median(entry.times), (min(entry.times), max(entry.times)))
    assert "the median of 6 runs and their range" in shown(last.table)
    assert [trace.error_x.arrayminus is not None for trace in last.plot.data] == [True, True]
    assert [entry.outputs for entry in last.present.entries] == [entry.outputs for entry in ran.present.entries]
    held = events.hold(turn, last.present, SimpleNamespace(kind="against", index=1))  # type: ignore[arg-type]
    assert all(len(entry.times) == 6 for entry in held[events._view.present].entries), "holding changes no time"


@pytest.mark.parametrize(
    ("times", "bold"), [(((1.0, 2.0), (3.0, 4.0)), True), (((1.0, 3.5), (3.0, 4.0)), False), (((1.0,), (3.0,)), False)]
)
def test_the_fastest_strategy_is_told_apart_only_where_ranges_do_not_overlap(
    events: Said, times: Any, bold: bool
) -> None:
    *_, ran = events.run(SetTurn(), *asked())
    run = timed(ran.present, times)
    drawn = table.draw(run, rows(run), CHUNK)
    assert ("the fastest" in drawn.partition("</table>")[0]) == bold
    assert ("none is called the fastest" in drawn) == (not bold and len(times[0]) > 1)


def test_timing_a_set_ends_with_stop_with_another_run_and_with_its_time(
    events: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = SetTurn()
    begun, *_, ran = events.run(turn, *asked())
    (nothing,) = events.timed(turn, begun.present)
    assert "run the set, and wait" in shown(nothing.timing)
    under_way = events.timed(turn, ran.present)
    next(under_way)
    events.stop(turn)
    *_, last = under_way
    assert "Stopped before a run was done" in shown(last.timing) and last.present == SKIP
    under_way = events.timed(turn, ran.present)
    next(under_way), next(under_way)
    events.stop(turn)
    *_, last = under_way
    assert "1 run of each strategy, not 6" in shown(last.timing)
    monkeypatch.setattr(timing, "SECONDS", 0.0)
    *_, last = events.timed(turn, ran.present)
    assert "1 run of each strategy, not 6" in shown(last.timing)


def test_a_run_of_a_set_that_is_refused_takes_no_times_of_those_before_it(
    events: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, decode, called = SetTurn(), Service.run_many, 0
    *_, ran = events.run(turn, *asked())

    def refusing(self: Service, *wanted: Any, **how: Any) -> Any:
        nonlocal called
        called += 1
        if called > 1:
            raise InputError("There is no room for it.")
        return decode(self, *wanted, **how)

    monkeypatch.setattr(Service, "run_many", refusing)
    *_, last = events.timed(turn, ran.present)
    assert "There is no room for it. The run before it counts." in shown(last.timing) and 'role="alert"' in last.timing
    assert [len(entry.times) for entry in last.present.entries] == [1, 1]


def test_why_lines_were_refused_goes_with_them(events: Said) -> None:
    turn = SetTurn()
    assert told(events._view, events.choose(turn, EVERYDAY)).status == gr.skip(), "nothing was refused"
    *_, refused = events.run(turn, *asked(PASTED, " "))
    assert "Paste at least one sentence" in refused.status
    assert told(events._view, events.choose(turn, EVERYDAY)).status == ""
    assert list(events.run(turn, *asked()))
    assert told(events._view, events.choose(turn, PASTED)).status == gr.skip(), "what a run said stays"


def test_axes_chosen_during_a_run_stay(events: Said) -> None:
    turn = SetTurn()
    run = events.run(turn, *asked())
    begun = next(run)
    events.draw(turn, begun.present, "BLEU", "steps")
    *_, last = run
    assert last.quality["value"] == "BLEU"
    assert (last.plot.layout.yaxis.title.text, last.plot.layout.xaxis.title.text) == ("BLEU", "steps a sentence")


def test_the_last_update_says_all_that_the_first_did(events: Said) -> None:
    begin, *_, last = events.run(SetTurn(), *asked())
    assert begin.quality == last.quality != SKIP


@pytest.mark.parametrize("kind", ["table", "outputs", "json"])
def test_every_file_can_be_taken_away_and_no_other(events: Said, kind: str) -> None:
    run = list(events.run(SetTurn(), *asked()))[-1].present
    assert events.file(run, SimpleNamespace(kind=kind))["text"]
    for wrong in (SimpleNamespace(kind="html"), SimpleNamespace(kind=["table"]), SimpleNamespace()):
        assert events.file(run, wrong) == SKIP
    assert events.file(None, SimpleNamespace(kind=kind)) == SKIP


def test_our_own_fault_is_a_sentence_and_is_logged_without_the_text(
    events: Said, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Service, "run_many", broken)
    *_, last = events.run(SetTurn(), *asked(PASTED, "my secret"))
    assert "Something went wrong" in last.status
    assert "a bug" in caplog.text and "secret" not in caplog.text


def test_labels_keep_off_points_intervals_and_each_other() -> None:
    points = [
        QualityPoint(0, "Beam 1", 100, 67, 5),
        QualityPoint(1, "Beam 2", 106, 69, 5),
        QualityPoint(2, "Sampling, top-p 0.9", 180, 70, part=True),
    ]
    drawn = quality_cost.draw(points, "chrF", "ms")
    assert drawn.data[0].textposition != drawn.data[1].textposition
    assert "left" in drawn.data[2].textposition
    assert drawn.data[2].marker.symbol == "circle-open"
    assert drawn.data[2].error_y.array is None
    assert drawn.layout.xaxis.range[0] == 0
    assert not quality_cost.draw([], "chrF", "ms").data


def test_a_stopped_strategy_is_marked_in_table_and_figure(events: Said) -> None:
    turn = SetTurn()
    run = events.run(turn, *asked())
    for _ in range(8):
        next(run)
    events.stop(turn)
    (last,) = run
    assert "Stopped after 16 of 40 sentences of Beam 3." in shown(last.status)
    assert "16 of 40 sentences" in shown(last.table)
    assert [trace.marker.symbol for trace in figure(last.present, Axes("chrF", "ms")).data] == ["circle", "circle-open"]
    assert "Press Run" in table.empty()
