"""Where strategies part over a set: the figures, and what is drawn of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest
import sacrebleu

from demo.common import contest_link
from demo.common.contestant import contestant
from demo.common.languages import Languages
from demo.sets import apart, table
from demo.sets import export as set_export
from demo.sets.asked import EXACT, Axes, qualities
from demo.sets.contrasts import contrasts
from demo.sets.events import figure
from demo.sets.figures import Entrant, Output, SetRun, ended, held, rows
from demo.sets.sentences import SentenceSet
from demo.sets.state import SetTurn
from tests.demo.sets.test_sets import Said, asked, events
from tests.demo.sets.test_sets import shown as text_of

__all__ = ["events"]

SOURCES = ("A dog runs.", "It rains.", "The woman is reading a long newspaper on a bench.")
REFERENCES = ("Ein Hund rennt.", "Es regnet.", "Die Frau liest auf einer Bank eine lange Zeitung.")
SAID = (
    REFERENCES,
    ("Ein Hund rennt.", "Es schneit.", "Die Frau liest auf einer Bank eine Zeitung."),
    ("Ein Hund rennt.", "Es schneit.", "Der Mann schläft."),
)
KNOWN = Languages("English", "German", source_code="en", target_code="de")


def pieces(_: str, text: str) -> list[str]:
    """Words, the long ones in two pieces."""
    return [part for word in text.split() for part in ([f"▁{word[:6]}", word[6:]] if len(word) > 6 else [f"▁{word}"])]


def run_of(references: tuple[str, ...] | None = REFERENCES, said: Any = SAID, **changes: Any) -> SetRun:
    cards = (contestant("greedy"), contestant("beam"), contestant("beam", "other"))
    entries = tuple(
        Entrant(card, tuple(Output(text, -1.0, 5, 5, 21, 10.0, True) for text in texts))
        for card, texts in zip(cards, said, strict=True)
    )
    sentences = SentenceSet("", SOURCES, references, (1, 3, 4))
    return ended(SetRun(sentences, "en-de", 7, entries, **changes))


def test_sentences_stand_by_their_greatest_difference_and_the_same_are_left_out() -> None:
    found = contrasts(run_of(), pieces)
    assert found is not None
    assert [one.place for one in found.sentences] == [2, 1]
    score = sacrebleu.CHRF().sentence_score("Der Mann schläft.", [REFERENCES[2]]).score
    assert found.sentences[0].apart == pytest.approx(100 - score)
    assert (found.common, found.entries, found.cut_by) == (3, (0, 1, 2), "en-de")


def test_a_group_has_an_interval_where_it_is_large_enough_and_the_page_says_so() -> None:
    small = run_of()
    found = contrasts(small, pieces)
    assert found is not None and all(score.margin is None for row in found.lengths for score in row.scores)
    said = apart.draw(small, found, KNOWN)
    assert "fewer than 20 has none" in said and "counts without an interval" in said and 'class="margin"' not in said
    many = tuple(f"{text} {place}" for place, text in enumerate(REFERENCES * 10))
    entry = Entrant(contestant("greedy"), tuple(Output(text[:9], -1.0, 5, 5, 21, 10.0, True) for text in many))
    sentences = SentenceSet("", many, many, tuple(range(1, 31)))
    large = ended(SetRun(sentences, "en-de", 7, (entry,)))
    found = contrasts(large, pieces)
    assert found is not None
    margins = {len(row.group.places) >= 20: row.scores[0].margin for row in (*found.lengths, *found.rare)}
    assert margins[True] is not None and margins[True] > 0
    assert 'class="margin"' in apart.draw(large, found, KNOWN)


def test_groups_are_by_length_and_by_words_that_the_model_rarely_saw() -> None:
    found = contrasts(run_of(), pieces)
    assert found is not None
    assert [(row.group.name, len(row.group.places)) for row in found.lengths] == [
        ("1 to 5 words", 2), ("6 to 10 words", 1),
    ]  # fmt: skip
    assert [row.group.name for row in found.rare] == ["no word cut", "2 words cut or more"]
    first, second, _ = found.lengths[0].scores
    assert first.score == pytest.approx(100) and second.score < 100
    exact = contrasts(run_of(exact=True), pieces)
    assert exact is not None and [each.score for each in exact.lengths[0].scores] == [100, 50, 50]
    without = contrasts(run_of(references=None), pieces)
    assert without is not None and without.lengths == without.rare == ()


def test_without_references_sentences_are_held_against_one_strategy() -> None:
    found = contrasts(run_of(references=None, against=1), pieces)
    assert found is not None
    assert all(one.chrf[1] == pytest.approx(100) for one in found.sentences)
    assert "against what 2 Beam 5 says" in apart.draw(run_of(references=None, against=1), found, KNOWN)


def test_only_what_all_have_done_is_compared_and_nothing_before_anything_is() -> None:
    stopped = run_of(said=(SAID[0], SAID[1][:2], ()))
    found = contrasts(stopped, pieces)
    assert found is not None
    assert (found.common, found.entries, [pair.place for pair in found.ngrams]) == (2, (0, 1), [1])
    assert contrasts(run_of(said=((), (), ())), pieces) is None
    assert apart.draw(stopped, None, KNOWN) == ""


def test_what_is_drawn_marks_the_difference_and_leads_to_translate_and_back() -> None:
    run = run_of()
    drawn = unescape(apart.draw(run, contrasts(run, pieces), KNOWN))
    assert "On 1 of 3 sentences all say the same" in drawn
    assert "<mark>schneit</mark>" in drawn and "Marked: what differs from 1 Greedy" in drawn
    links = [part.split('"')[0] for part in drawn.split('href="')[1:]]
    compared = contest_link.read(dict(parse_qsl(links[0].removeprefix("?"))))
    assert compared is not None
    assert (compared.text, compared.reference, compared.seed) == (SOURCES[2], REFERENCES[2], 7)
    assert [card.model for card in compared.cards] == ["", "", "other"]
    assert dict(parse_qsl(links[3].removeprefix("?"))) == {"text": SOURCES[2], "model": "other", "strategy": "beam"}
    assert "Es schneit ." in drawn and "vocabulary of en-de" in drawn
    assert ">Translation</th>" in drawn
    assert ">Inflection</th>" in apart.draw(run, contrasts(run, pieces), replace(KNOWN, noun="inflection"))


def test_models_stand_by_their_titles_on_the_page_and_by_their_names_in_files() -> None:
    run = run_of(titles={"en-de": "English to German", "other": "The other one"})
    page = apart.draw(run, contrasts(run, pieces), KNOWN) + table.draw(run, rows(run), 1)
    assert "Beam 5 · The other one" in page and "· other" not in page and "vocabulary of English to German" in page
    files = set_export.table(run) + set_export.outputs(run) + set_export.everything(run)
    assert files.count("Beam 5 · other") > 2 and "The other one" not in files


def test_who_says_the_same_words_gets_a_sentence_and_no_empty_table() -> None:
    run = run_of(said=(SAID[0], SAID[0], SAID[2]))
    drawn = apart.draw(run, contrasts(run, pieces), KNOWN)
    assert drawn.count("Both say the same words equally often.") == 1
    assert drawn.count("says more often</th>") == 2, "those of the third beside the first"
    assert "<tbody></tbody>" not in drawn


def test_only_the_best_likeness_is_bold_and_none_of_what_was_stopped() -> None:
    run = run_of()
    bold = re.findall(r"<b>([\d.]+)</b>", table.draw(run, rows(run), 8))
    assert bold == ["100.0", "100.0"], "chrF and BLEU of the first"
    same = run_of(said=(SAID[0],) * 3)
    assert not re.findall(r"<b>[\d.]+</b>", table.draw(same, rows(same), 8))
    stopped = run_of(said=(SAID[0][:2], SAID[1], SAID[2]))
    first, *_ = table.draw(stopped, rows(stopped), 8).split("<tbody>")[1].split("</tr>")
    assert not re.findall(r"<b>[\d.]+</b>", first)


def test_hostile_words_are_text() -> None:
    run = run_of(said=(SAID[0], ("<img src=x onerror=alert(1)>",) * 3, SAID[2]))
    assert "<img" not in apart.draw(run, contrasts(run, pieces), KNOWN)


def test_all_can_be_held_against_any_row() -> None:
    forty = (REFERENCES * 14)[:40]
    worse = tuple(text.rsplit(" ", 1)[0] for text in forty)
    sentences = SentenceSet("", (SOURCES * 14)[:40], forty, tuple(range(40)))
    outputs = [tuple(Output(text, -1.0, 5, 5, 21, 10.0, True) for text in texts) for texts in (worse, forty)]
    entries = (Entrant(contestant("greedy"), outputs[0]), Entrant(contestant("beam"), outputs[1]))
    run = held(ended(SetRun(sentences, "en-de", 0, entries)), 1)
    first, second = rows(run)
    assert first and second and first.chrf and second.chrf
    assert second.chrf.p_value is None and second.same is None
    assert first.chrf.p_value is not None and first.chrf.p_value < 0.05 and first.same == 0
    drawn = text_of(table.draw(run, rows(run), 8))
    assert "same as 2" in drawn and "p compares with 2 Beam 5" in drawn


def test_a_press_on_a_row_holds_all_against_it_without_decoding(events: Said) -> None:
    turn = SetTurn()
    *_, last = events.run(turn, *asked())
    assert last.present.apart is not None and last.apart != ""
    press: Any = SimpleNamespace(kind="against", index=1)
    said = events.hold(turn, last.present, press)
    assert said[events._view.present].against == turn.against == 1
    for wrong in ({"kind": "against", "index": 2}, {"kind": "other", "index": 0}, {}):
        wrong_press: Any = SimpleNamespace(**wrong)
        assert events.hold(turn, last.present, wrong_press) == gr.skip()
    assert events.hold(turn, None, press) == gr.skip()


def test_exact_matches_are_a_column_an_axis_and_tested_where_the_task_is_scored_by_them() -> None:
    run = run_of(exact=True)
    assert qualities(run.sentences, exact=True, several=False)[0] == EXACT
    assert EXACT not in qualities(run.sentences, exact=False, several=False)
    drawn = text_of(table.draw(run, rows(run), 8))
    assert EXACT in drawn and "33.3" in drawn
    assert EXACT not in text_of(table.draw(run_of(), rows(run_of()), 8))
    assert [trace.y[0] for trace in figure(run, Axes(EXACT)).data] == pytest.approx([100, 100 / 3, 100 / 3])


def test_several_models_have_no_log_p_in_the_figure_and_the_table_says_why() -> None:
    run = run_of(scale="Their log P is not on one scale.")
    assert "log P" in qualities(run.sentences, exact=False, several=False)
    assert "log P" not in qualities(run.sentences, exact=False, several=True)
    bare = replace(run.sentences, references=None)
    assert qualities(bare, exact=False, several=True) == ("log P",), "there is nothing else"
    empty = figure(run, Axes("log P"))
    assert not empty.data and "no scale in common" in empty.layout.title.text
    assert len(figure(run, Axes("chrF")).data) == 3
    assert "not on one scale" in table.draw(run, rows(run), 8)


def test_files_hold_each_strategys_model_each_sentences_chrf_and_what_tells_them_apart() -> None:
    run = run_of()
    run = replace(run, apart=contrasts(run, pieces))
    plain = json.loads(set_export.everything(run))
    assert [one["model"] for one in plain["strategies"]] == ["en-de", "en-de", "other"]
    assert plain["apart"]["sentences"][0]["place"] == 2
    lines = set_export.outputs(run).splitlines()
    assert ",chrf," in lines[0] and len(lines) == 10
    assert set_export.table(run).splitlines()[-1].count(",other,") == 1
