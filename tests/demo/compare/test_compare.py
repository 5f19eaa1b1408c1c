"""The Compare tab's handlers and what they show, on hand-made results."""

import json
import math
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from markupsafe import escape

from demo.common.contest import MAX_CARDS
from demo.common.contestant import Contestant, contestant, there
from demo.common.difference import marked, stretches
from demo.common.pieces import NO_WORDS
from demo.common.several_runs import RUNS
from demo.common.text_input import InputError
from demo.compare import board, timing
from demo.compare.board import Board, BoardLinks, ShownCard
from demo.compare.desk import Desk
from demo.compare.editing import Editing
from demo.compare.events import CompareEvents
from demo.compare.figures import figures, timed
from demo.compare.presets import PRESETS
from demo.compare.sweep import offered, sweep, swept
from demo.service import Service
from seq2seq_core.decoding import STRATEGIES
from tests.demo import samples
from tests.demo.compare.conftest import Said
from tests.demo.reading import caption, told

ASKED = ["A dog.", "en-de", 0, ""]


def press(events: Said, desk: Desk, kind: str, index: int | None = None) -> Any:
    event: Any = SimpleNamespace(kind=kind, card=None if index is None else desk.ids[index])
    return events.press(desk, event)


def heatmaps(events: Said, update: Any) -> list[Any]:
    """What an update says of each heatmap."""
    said = {} if update == gr.skip() else update
    return [said.get(each, gr.skip()) for each in events._view.maps]


def names(desk: Desk) -> list[str]:
    return [card.name for card in desk.cards]


def shown(name: str, **changes: Any) -> ShownCard:
    return ShownCard(name, "Beam search", figures(samples.result(**changes)))


def test_the_page_knows_the_cards_that_lie_there_at_first(events: Said) -> None:
    """Else what they made of a set would be called the answer to an earlier question at once."""
    assert f'data-there="{escape(there(Desk().cards))}"' in events._view.board.value


def test_words_that_differ_are_marked_and_everything_is_text() -> None:
    said = marked("Ein Mann liest eine Zeitung.", "Ein <b>Mann</b> liest die Zeitung.")
    assert said == "Ein <mark>&lt;b&gt;Mann&lt;/b&gt;</mark> liest <mark>die</mark> Zeitung."
    assert marked("Ein Hund.", "Ein Hund.") == "Ein Hund."
    assert marked("Ein Hund.", "").startswith('<span title="left out: Ein Hund."')


def test_punctuation_is_no_part_of_a_word_and_what_is_missing_is_known() -> None:
    found = list(stretches("Er schläft, heute.", "Er schläft heute!"))
    assert [(each.text, each.same, each.missing) for each in found] == [
        ("Er schläft", True, ""), ("", False, ","), (" heute", True, ""), ("!", False, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["\U0001f468\u200d\U0001f469\u200d\U0001f467 da", "e\u0301 ça", "مرحبا بالعالم", "  a  b "]
)
def test_the_stretches_are_the_text_again(text: str) -> None:
    for other in ("", text, "x y", text[::-1]):
        assert "".join(each.text for each in stretches(other, text)) == text.rstrip()


def test_figures_stand_in_columns_and_the_best_are_told_apart() -> None:
    first, second, _ = samples.result().hypotheses
    said = board.draw(Board([shown("A", forward_calls=9), shown("B", hypotheses=(second,), forward_calls=12)]))
    assert f"<b>{first.log_prob:.2f}</b>".replace("-", "−") in said
    assert "<b>9</b>" in said and "<b>12</b>" not in said
    assert said.count('role="columnheader"') == 9
    faster = board.draw(Board([shown("A", seconds=0.5), shown("B", hypotheses=(second,), seconds=0.1)]))
    assert "<b>100</b>" not in faster, "of one run, the machine's mood is in the time"
    assert "Reference" not in said


def test_with_a_reference_its_row_comes_first_and_words_are_held_against_it() -> None:
    card = ShownCard("A", "Beam search", figures(samples.result(), "Ein <i>Mann</i>."))
    said = board.draw(Board([card], reference="Ein <i>Mann</i>."))
    assert said.index("Ein &lt;i&gt;Mann&lt;/i&gt;.") < said.index("<mark>")
    assert said.count('role="columnheader"') == 11
    assert "differs from the reference" in said


def test_cards_that_say_the_same_say_so_and_an_empty_translation_is_named() -> None:
    first, second, _ = samples.result().hypotheses
    empty = replace(first, text="")
    cards = [shown(name, hypotheses=(said,)) for name, said in zip("ABCD", (first, second, first, first), strict=True)]
    said = board.draw(Board([*cards, shown("E", hypotheses=(empty,), proven=True)]))
    assert said.count("says the same as") == 2
    assert "says the same as 1<" in said and "says the same as 1 and 3<" in said
    assert "the most probable of all" in said and NO_WORDS in said


def test_samples_show_their_spread_with_duplicates_counted() -> None:
    first, second, _ = samples.result().hypotheses
    said = board.draw(Board([shown("A", hypotheses=(first, second, second))]))
    assert "3 translations, 2 different, 1 said before" in said
    assert "2×" in said
    assert "<details" not in board.draw(Board([shown("A", hypotheses=(first,))]))


def test_names_are_text_everywhere() -> None:
    assert "<img" not in board.draw(Board([shown("<img src=x onerror=alert(1)>"), ShownCard("<b>", "<i>")]))


def test_without_cards_the_board_says_what_to_do() -> None:
    assert "Add one" in board.draw(Board([]))


def test_a_reference_leads_to_why_not() -> None:
    card = shown("A")
    links = BoardLinks("?view=compare", why="?view=why-not")
    assert 'href="?view=why-not' in board.draw(Board([card], reference="Ein Mann."), links)
    assert "why not" not in board.draw(Board([card]), BoardLinks("?view=compare"))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_runs_and_shows_each_result_as_it_comes(events: Said, name: str) -> None:
    desk, number, event = Desk(), len(PRESETS[name]), SimpleNamespace(index=list(PRESETS).index(name))
    events.preset(desk, "en-de", event)  # type: ignore[arg-type]
    boards = [update.board for update in events.run(desk, ASKED) if isinstance(update.board, str)]
    done = [number - each.count("skeleton") // 2 - each.count("press Compare") for each in boards]
    assert done == sorted(done)
    assert set(done) == set(range(number + 1))
    assert len(desk.finished()) == number


def test_a_run_can_be_linked_to_before_its_first_result(events: Said) -> None:
    """The address follows the link: who opens the page anew meanwhile gets the same question, not the one before."""
    desk = Desk()
    first, *_, last = (update.board for update in events.run(desk, ASKED) if isinstance(update.board, str))
    for drawn in (first, last):
        assert "text=A+dog" in drawn and "link to this" in drawn
    assert "Take away" not in first and "Take away" in last


@pytest.mark.parametrize(
    "asked", [("", *ASKED[1:]), ("A dog.", "broken", 0, ""), ("A dog.", ASKED[1], None, ""), (*ASKED[:3], 5)]
)
def test_wrong_input_is_a_sentence_and_what_is_shown_stays(events: Said, asked: tuple[Any, ...]) -> None:
    (only,) = events.run(Desk(), [*asked])
    assert 'role="alert"' in only.status
    assert all(update == gr.skip() for name, update in vars(only).items() if name != "status")


@pytest.mark.parametrize(("place", "said"), [(0, "no strategy was done"), (1, "1 of 3 strategies were done and stay")])
def test_stop_keeps_what_was_finished_and_says_how_much_that_is(events: Said, place: int, said: str) -> None:
    desk, last = Desk(), ""
    for update in events.run(desk, ASKED):
        last = update.status if isinstance(update.status, str) else last
        if desk.busy == desk.cards[place]:
            events.stop(desk)
    assert [each.place for each in desk.finished()] == list(range(place))
    assert f"Stopped: {said}." in last


def test_a_new_run_ends_the_one_before(events: Said) -> None:
    desk = Desk()
    old = events.run(desk, ASKED)
    next(old)
    list(events.run(desk, ["A cat.", *ASKED[1:]]))
    assert list(old) == []
    assert {each.result.source for each in desk.finished()} == {"A cat."}


def test_a_reference_that_was_given_for_another_sentence_is_said_until_it_changes(events: Said) -> None:
    desk, said = Desk(), []
    for text, reference in (
        ("A dog.", "Ein Hund."),
        ("A cat.", "Ein Hund."),
        ("A cat.", "Ein Hund."),
        ("A cat.", "Eine Katze."),
    ):
        *_, last = events.run(desk, [text, *ASKED[1:3], reference])
        said.append("The reference was given for “A dog.”" in last.status)
    assert said == [False, True, True, False]


def test_cards_removed_and_added_during_a_run_are_heeded(events: Said) -> None:
    desk = Desk(cards=PRESETS["Wider beams"][:3])
    run = events.run(desk, ASKED)
    next(run)
    press(events, desk, "remove", 0)
    press(events, desk, "add")
    rest = list(run)
    assert names(desk) == ["Beam 2", "Beam 5", "Beam 5"]
    assert len(desk.finished()) == 3
    assert "Beam 1" not in rest[-1].board


def test_removing_adding_and_duplicating_keeps_the_results_of_the_others(events: Said) -> None:
    desk = Desk()
    list(events.run(desk, ASKED))
    press(events, desk, "copy", 1)
    assert names(desk) == ["Greedy", "Beam 5", "Beam 5", "Sampling, top-p 0.9"]
    assert len(desk.finished()) == 4
    press(events, desk, "remove", 0)
    said = press(events, desk, "add")[events._view.board]
    assert len(desk.finished()) == 4
    assert "view=compare" in said and "card4=beam" in said


def test_an_edited_card_waits_for_a_run_and_the_others_stay(events: Said, editing: Editing) -> None:
    desk = Desk()
    list(events.run(desk, ASKED))
    opened = press(events, desk, "edit", 1)
    widgets = editing._view.editor.controls.widgets
    values = [opened[widget].get("value") for widget in widgets]
    widths = [i for i, widget in enumerate(widgets) if widget.label == "Beam width"]
    for i in widths:
        values[i] = 7
    editing.set(desk, "", *values)
    assert names(desk) == ["Greedy", "Beam 7", "Sampling, top-p 0.9"]
    assert [each.place for each in desk.finished()] == [0, 2]
    editing.rename(desk, " <b>mine</b> ")
    assert names(desk)[1] == "<b>mine</b>"
    assert editing.rename(desk, "<b>mine</b>") == gr.skip()
    editing.rename(desk, "")
    assert names(desk)[1] == "Beam 7"


def test_wrong_settings_are_a_sentence_and_change_nothing(events: Said, editing: Editing) -> None:
    desk = Desk(opened=1)
    (problem,) = editing.set(desk, "", *[None] * len(editing._view.editor.controls.widgets)).values()
    assert 'role="alert"' in problem and "must be a whole number" in problem
    assert desk.cards == Desk().cards


def test_another_strategy_keeps_what_it_has_too(editing: Editing) -> None:
    desk = Desk(cards=(contestant("beam", num_beams=9, max_new_tokens=30),), opened=0)
    editing.switch(desk, "greedy")
    assert desk.cards == (contestant("greedy", max_new_tokens=30),)
    editing.switch(desk, "no such")
    assert desk.cards[0].strategy == "greedy"


def test_a_press_means_its_card_wherever_it_lies_by_then(events: Said) -> None:
    desk = Desk()
    greedy, beam, _ = desk.ids
    for card in (greedy, greedy, beam):  # twice on the same one, and then on one that the page still shows second
        event: Any = SimpleNamespace(kind="remove", card=card)
        events.press(desk, event)
    assert names(desk) == ["Sampling, top-p 0.9"]


def test_no_more_cards_than_fit_and_none_at_all(events: Said) -> None:
    desk = Desk(cards=(Contestant("Greedy", "greedy"),) * MAX_CARDS)
    for kind, index in (("add", None), ("copy", 0)):
        press(events, desk, kind, index)
    assert len(desk.cards) == MAX_CARDS
    while desk.cards:
        press(events, desk, "remove", 0)
    (only,) = events.run(desk, ASKED)
    assert "Add a strategy" in only.status


@pytest.mark.parametrize(
    "event", [{}, {"kind": "edit", "card": 99}, {"kind": "remove", "card": [1]}, {"kind": "x", "card": 1}]
)
def test_a_press_that_no_page_sends_changes_nothing(events: Said, event: dict[str, Any]) -> None:
    desk = Desk()
    wrong: Any = SimpleNamespace(**event)
    events.press(desk, wrong)
    assert desk.cards == Desk().cards


def test_a_reference_measures_at_once_and_the_plot_turns_to_it(events: Said) -> None:
    desk = Desk()
    list(events.run(desk, ASKED))
    said = events.referred(desk, samples.result().hypotheses[0].text)
    assert "100.0" in said.board
    assert said.against["value"] == "chrf"
    assert said.plot.layout.xaxis.title.text.startswith("chrF")
    assert events.plot(desk, "forward_calls").layout.xaxis.title.text.startswith("steps")
    assert events.plot(desk, "no such") == gr.skip()
    *_, last = events.run(desk, [*ASKED[:3], "Ein Hund."])
    assert last.against["value"] == "forward_calls"


def test_heatmaps_come_with_their_results_and_all_once_more_and_those_of_models_without_attention_not_at_all(
    events: Said,
) -> None:
    desk = Desk(cards=(contestant("greedy"), contestant("beam")))
    *before, last = [heatmaps(events, update) for update in CompareEvents.run(events, desk, ASKED)]
    drawn = [update for updates in before for update in updates if update != gr.skip()]
    assert len(drawn) == 2
    assert [update is not None for update in last] == [True] + [False] * (MAX_CARDS - 1)
    assert last[0]["value"].layout.title.text == "<b>1, 2</b>  Greedy, Beam 5", "both say the same, and looked alike"
    removed = heatmaps(events, press(events, desk, "remove", 0))
    assert removed[0]["value"].layout.title.text == "<b>1</b>  Beam 5"
    assert removed[1] == gr.skip(), "there was none"
    *_, last = events.run(desk, ["A dog.", "en-de-context", 0, ""])
    assert last.no_attention["visible"]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_comparison_can_be_taken_away(events: Said, kind: str) -> None:
    desk = Desk()
    list(events.run(desk, ["=1+1 dog", *ASKED[1:]]))
    event: Any = SimpleNamespace(kind=kind)
    file = events.file(desk, event)
    assert file["name"] == f"comparison.{kind}"
    if kind == "json":
        whole = json.loads(file["text"])
        assert [card["name"] for card in whole["cards"]] == names(desk)
        assert whole["cards"][0]["result"]["schema"] == 2
    else:
        lines = file["text"].encode().decode("utf-8-sig").splitlines()
        assert lines[0].startswith("card,name,strategy,settings,text,log_prob")
        assert len(lines) == 4
        assert "'=1+1 dog" in lines[1]


def timed_as(*runs: tuple[float, ...]) -> list[ShownCard]:
    """Cards that were timed so, in milliseconds."""
    cards = [shown(name) for name in "ABC"[: len(runs)]]
    assert all(card.figures for card in cards)
    return [
        replace(card, figures=timed(card.figures, times))
        for card, times in zip(cards, runs, strict=True)
        if card.figures
    ]


def test_the_fastest_is_told_apart_only_where_ranges_of_several_runs_do_not_overlap() -> None:
    apart = board.draw(Board(timed_as((10, 12, 11), (20, 25, 21), (30, 31, 32))))
    assert "<b>11<small>10–12</small></b>" in apart and "the median of 3 runs" in apart
    overlap = board.draw(Board(timed_as((10, 22, 11), (20, 25, 21), (30, 31, 32))))
    assert "<b>11" not in overlap and "may be noise, so none is called the fastest" in overlap
    once = board.draw(Board([shown("A", seconds=0.1), shown("B", seconds=0.5)]))
    assert "<b>100</b>" not in once and "ms is of one run" in once
    mixed = board.draw(Board([*timed_as((1, 2, 3)), shown("B")]))
    assert "<b>2<" not in mixed and "others were not" in mixed


def test_timing_again_gives_every_card_its_median_its_range_and_how_many_runs(events: Said) -> None:
    desk = Desk()
    list(events.run(desk, ASKED))
    said = list(CompareEvents.time_again(events, desk))
    assert [each.figures.runs for each in desk.finished()] == [RUNS] * 3
    assert f"{RUNS} runs of each card" in said[-1][events._view.timing]
    assert f"the median of {RUNS} runs" in said[-1][events._view.board]
    assert desk.against == "milliseconds"
    measured = [each.figures.times for each in desk.finished()]
    events.referred(desk, "Ein Hund.")
    assert [each.figures.times for each in desk.finished()] == measured, "a reference changes no time"
    event: Any = SimpleNamespace(kind="csv")
    assert f",{RUNS}," in events.file(desk, event)["text"]


def test_timing_ends_with_stop_with_another_run_and_with_its_time(
    events: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk()
    (nothing,) = CompareEvents.time_again(events, desk)
    assert 'role="alert"' in nothing[events._view.timing]
    list(events.run(desk, ASKED))
    run = CompareEvents.time_again(events, desk)
    next(run)
    events.stop(desk)
    *_, last = run
    assert "Stopped before a run was done" in last[events._view.timing]
    assert all(not each.figures.times for each in desk.finished())
    run = CompareEvents.time_again(events, desk)
    next(run), next(run)
    desk.timings += 1
    *_, last = run
    assert "1 run of each card, not 6" in last[events._view.timing]
    monkeypatch.setattr(timing, "SECONDS", 0.0)
    *_, last = CompareEvents.time_again(events, desk)
    assert "1 run of each card, not 6" in last[events._view.timing]


def test_a_run_that_is_refused_takes_no_times_of_those_before_it(events: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, decode, called = Desk(), Service.run, 0
    list(events.run(desk, ASKED))

    def refusing(self: Service, *asked: Any, **how: Any) -> Any:
        nonlocal called
        called += 1
        if called > 2 * 3:  # cards
            raise InputError("There is no room for it.")
        return decode(self, *asked, **how)

    monkeypatch.setattr(Service, "run", refusing)
    *_, last = CompareEvents.time_again(events, desk)
    assert "There is no room for it. The 2 runs before it count." in last[events._view.timing]
    assert [each.figures.runs for each in desk.finished()] == [2] * 3
    assert "the median of 2 runs" in last[events._view.board]


def test_exact_is_a_column_where_the_task_is_scored_by_it() -> None:
    right = ShownCard("A", "Beam search", figures(samples.result(), samples.result().hypotheses[0].text))
    reference = samples.result().hypotheses[0].text
    said = board.draw(Board([right], reference=reference, exact=True))
    assert ">exact<" in said and ">yes<" in said
    for heading in (">exact<", ">CER<", ">WER<"):
        assert heading in said
        assert heading not in board.draw(Board([right], reference=reference))
        assert heading not in board.draw(Board([right], exact=True))
    assert ">BLEU<" not in said and "BLEU of" not in said and ">chrF<" not in said
    assert ">BLEU<" in board.draw(Board([right], reference=reference))


def test_edits_are_ranked_and_fewer_are_better() -> None:
    right = ShownCard("A", "Beam search", figures(samples.result(), samples.result().hypotheses[0].text))
    wrong = ShownCard("B", "Greedy search", figures(samples.result(), "x" + samples.result().hypotheses[0].text))
    assert (right.figures.character_errors, right.figures.word_errors) == (0.0, 0.0)
    said = board.draw(Board([right, wrong], reference=right.figures.text, exact=True))
    [cell] = re.findall(r'<div[^>]*data-label="CER"[^>]*><b>(.*?)</b>', said)
    assert cell == "0.0" and wrong.figures.character_errors > 0


def test_a_sweep_lays_out_a_card_for_each_value_and_refuses_what_does_not_fit(editing: Editing) -> None:
    desk = Desk(cards=(contestant("greedy"), contestant("beam", "en-de-context", length_penalty=0.0)), opened=1)
    editing.sweep(desk, "num_beams", 1, 9, 4)
    assert [(card.settings.get("num_beams", 5), card.model) for card in desk.cards] == [
        (1, "en-de-context"), (5, "en-de-context"), (9, "en-de-context"),
    ]  # fmt: skip
    assert all(card.settings["length_penalty"] == 0 for card in desk.cards)
    assert editing.sweep(desk, "num_beams", 1, 9, 4) == gr.skip(), "no card is open"
    assert [card.name for card in sweep(contestant("sample"), "temperature", 0.1, 0.3, 0.1)] == [
        "Sampling, temperature 0.1", "Sampling, temperature 0.2", "Sampling, temperature 0.3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("num_beams", 1, 20, 1), "20 cards, and at most 8 fit"),
        (("num_beams", 5, 1, 1), "Give a first value"),
        (("num_beams", 1, 5, 0), "Give a first value"),
        (("num_beams", 1, math.inf, 1), "Give a first value"),
        (("num_beams", None, 5, 1), "Give a first value"),
        (("num_beams", 1, 3, 0.5), "must be a whole number"),
        (("num_beams", 0, 2, 1), "Beam width is 0"),
        (("seed", 1, 3, 1), "Choose a setting"),
        ((["num_beams"], 1, 3, 1), "Choose a setting"),
    ],
)
def test_a_sweep_that_cannot_be_is_one_sentence(editing: Editing, values: tuple[Any, ...], said: str) -> None:
    desk = Desk(opened=1)
    (problem,) = editing.sweep(desk, *values).values()
    assert 'role="alert"' in problem and said in problem
    assert desk.cards == Desk().cards


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_offered_for_a_sweep_fits(strategy: str) -> None:
    for setting in swept(strategy):
        try:
            assert 1 < len(sweep(contestant(strategy), setting, *offered(strategy, setting))) <= MAX_CARDS
        except InputError as error:  # it hangs on another setting, as groups on the beam's width
            assert "which is" in str(error)


def test_files_of_the_figures_say_the_whole_sentence_and_every_card_that_lies_there(events: Said) -> None:
    mine = replace(contestant("beam", num_beams=3, length_penalty=0.0), name="Mine")
    desk, text = Desk(cards=(contestant("greedy"), mine)), "A dog and a cat and " * 10 + "a mouse."
    *_, last = events.run(desk, [text, "en-de", 0, "Ein Hund."])
    said = caption(last.earlier)
    assert said[:2] == [f"“{text}”", "reference “Ein Hund.”"]
    assert said[-3:] == ["seed 0", "1: Greedy", "2: Mine (Beam 3, alpha 0)"]
    after = told(events._view, press(events, desk, "remove", 0))
    assert caption(after.earlier)[-2:] == ["seed 0", "1: Mine (Beam 3, alpha 0)"]


def test_cards_that_show_nothing_yet_have_no_bar_no_files_and_no_link(events: Said) -> None:
    desk = Desk(cards=(contestant("greedy"),))
    *_, last = events.run(desk, ASKED)
    assert "link to this" in last.board and "You see what came of" in last.earlier
    wider: Any = SimpleNamespace(index=list(PRESETS).index("Wider beams"))
    after = told(events._view, events.preset(desk, "en-de", wider))
    assert after.board.count('class="unrun"') == 5 and after.earlier == ""
    assert "Take away" not in after.board and "link to this" not in after.board
    desk.insert(0, contestant("greedy"))
    assert "link to this" in told(events._view, events.close(desk)).board, "its result is there again"
