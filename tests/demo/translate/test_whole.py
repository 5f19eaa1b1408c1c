"""A text of several sentences in the Translate view: what is shown of it, and what a press does."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from demo.common import status
from demo.common.languages import Languages
from demo.common.text_input import InputError
from demo.common.turn import Turn
from demo.service import Service
from demo.translate import show, whole
from demo.translate.events import TranslateEvents
from demo.translate.layout import described
from demo.translate.link import TranslateLink
from demo.translate.state import PIECES, Shown, ShownText
from seq2seq_core.decoding import DecodeResult
from tests.demo import samples
from tests.demo.reading import told

TEXT = "It rains.  We walk.\n\n<b>Yes</b> & no."
KNOWN = Languages("English", "German")


def run(events: TranslateEvents, text: str = TEXT, turn: Turn | None = None) -> Any:
    """A search for ``text`` under the settings that the page begins with."""
    return events.run(turn=turn or Turn(), unit=PIECES, told=asked(events, text))


def asked(events: TranslateEvents, text: str) -> list[Any]:
    return [text, "en-de", "beam", *[widget.value for widget in events._view.controls.widgets]]


def said(events: TranslateEvents, update: Any) -> Any:
    return told(replace(events._view, parts={}), {k: v for k, v in update.items() if k not in drawn(events)})


def drawn(events: TranslateEvents) -> set[Any]:
    return {part.html for part in events._view.parts.values()}


@pytest.fixture
def present(events: TranslateEvents) -> ShownText:
    """All three sentences, translated."""
    *_, last = run(events)
    found: ShownText = last[events._view.present]
    return found


def test_a_text_comes_back_whole_with_the_white_space_it_had(events: TranslateEvents, present: ShownText) -> None:
    assert present.source == TEXT
    best = present.shown.result.hypotheses[0].text
    assert present.translation == f"{best}  {best}\n\n{best}"
    page = whole.draw(present)
    assert page.count('role="button"') == 3 and page.count('aria-pressed="true"') == 1
    assert "</span>  <span" in page and "</span>\n\n<span" in page
    assert "sentence 1 of 3" in page


def test_sentences_are_shown_as_they_come_and_the_first_stays(events: TranslateEvents) -> None:
    first, second, last = (update for update in run(events))
    assert "sentence 2 of 3" in said(events, first).status and drawn(events) <= set(first)
    assert "sentence 3 of 3" in said(events, second).status
    assert not drawn(events) & set(second), "what belongs to the first sentence is not drawn anew"
    growing = said(events, second).whole
    assert growing.count('class="undone"') == 1 and "&lt;b&gt;Yes&lt;/b&gt; &amp; no." in growing
    assert "data-index" not in growing, "what the search would undo cannot be pressed"
    assert said(events, last).present.undone == () and "Beam search" in said(events, last).status


def test_one_sentence_has_nothing_to_choose_from(events: TranslateEvents) -> None:
    (last,) = run(events, "It rains.")
    assert said(events, last).whole == ""
    assert "sentence" not in said(events, last).status


def test_drafts_of_later_sentences_tell_only_how_far_it_is(
    events: TranslateEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.translate.searching.PATIENCE", -1)
    monkeypatch.setattr("demo.translate.searching.REPAINT", -1)
    translation, lines = events._view.parts["translation"].html, []
    for update in run(events):
        lines.append((said(events, update).status, translation in update))
    assert [changed for line, changed in lines if "sentence 1 of 3, step" in line] == [True] * 10
    assert [changed for line, changed in lines if "sentence 2 of 3, step" in line] == [False] * 10


def test_whoever_watches_sees_each_sentence_grow(events: TranslateEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.translate.searching.LIVE_PAUSE", 0)
    tree = events._view.parts["tree"].html
    drafts = [update for update in run(events, turn=Turn(live=True)) if "of 3, step" in said(events, update).status]
    grown = [str(update[tree]).count('class="node kept chosen"') for update in drafts]
    assert grown == [*range(1, 11)] * 3


def test_another_sentence_is_chosen_without_decoding(
    events: TranslateEvents, present: ShownText, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Service, "run_text", None)
    update = events.turn_to(present=present, unit=PIECES, press={"kind": "next", "index": 1})
    found = said(events, update)
    assert found.present.at == 1 and found.present.shown.request.text == "We walk."
    assert "sentence 2 of 3" in found.whole and "sentence=2" in found.status
    assert drawn(events) <= set(update) and found.ledger is not gr.skip()


@pytest.mark.parametrize("index", [-1, 3, None, "1", True])
def test_a_sentence_that_is_not_there_changes_nothing(events: TranslateEvents, present: ShownText, index: Any) -> None:
    press = {"kind": "sentence", "index": index}
    assert events.turn_to(present=present, unit=PIECES, press=press) == gr.skip()
    assert events.turn_to(present=None, unit=PIECES, press={"index": 0}) == gr.skip()


def test_buttons_at_both_ends_do_nothing(present: ShownText) -> None:
    first, last = whole.draw(present), whole.draw(replace(present, at=2))
    assert '<button type="button" data-kind="previous" aria-label="Previous sentence" aria-disabled="true">' in first
    assert '<button type="button" data-kind="next" data-index="1" aria-label="Next sentence">' in first
    assert '<button type="button" data-kind="next" aria-label="Next sentence" aria-disabled="true">' in last


def test_another_candidate_changes_its_sentence_in_the_whole_text(events: TranslateEvents, present: ShownText) -> None:
    second = replace(present, at=1)
    found = said(events, events.choose(present=second, unit=PIECES, press={"index": 2})).present
    texts = [hypothesis.text for hypothesis in present.shown.result.hypotheses]
    assert found.translation == f"{texts[0]}  {texts[2]}\n\n{texts[0]}"
    assert [each.index for each in found.sentences] == [0, 2, 0]


def test_a_piece_that_is_taken_redoes_its_sentence_alone(events: TranslateEvents, present: ShownText) -> None:
    traced = replace(present.shown, result=samples.result(steps=(seen(),)))
    second = replace(present, at=1).changed(replace(traced, request=present.sentences[1].request))
    event: Any = SimpleNamespace(index=0, of=0, at=0)
    *_, last = events.take(event, present=second, turn=Turn(), unit=PIECES)
    found = said(events, last).present
    assert [each.request.prefix for each in found.sentences] == [(), (77,), ()]
    assert found.sentences[0] is present.sentences[0] and found.sentences[2] is present.sentences[2]
    assert found.shown.result.source == "We walk." and found.at == 1
    assert "prefix=%3B77" in said(events, last).status
    back = said(events, events.back(present=found, turn=Turn(), unit=PIECES)).present
    assert back.sentences == second.sentences


def seen() -> Any:
    """A step whose row has one alternative, the piece 77."""
    step = samples.step(0)
    row = replace(step.rows[0], top_ids=(77,), top_tokens=("▁x",), top_log_probs=np.full((1, 1), -0.5, np.float32))
    return replace(step, rows=(row,))


def test_searching_again_is_of_the_sentence_alone_and_says_so(events: TranslateEvents, present: ShownText) -> None:
    *_, last = events.search_again(present=replace(present, at=2), turn=Turn(), unit=PIECES, alpha=0.5, beta=0.0)
    found = said(events, last)
    penalties = [each.request.config.length_penalty for each in found.present.sentences]  # type: ignore[union-attr]
    assert penalties == [1.0, 1.0, 0.5]
    assert "Not all sentences were searched with the same penalties" in found.status


def test_stop_keeps_the_sentences_that_are_done(events: TranslateEvents) -> None:
    turn = Turn()
    search = run(events, turn=turn)
    next(search), next(search)
    events.stop(turn=turn)
    (last,) = search
    found = said(events, last)
    assert len(found.present.sentences) == 2 and found.present.undone == ("<b>Yes</b> & no.",)
    assert "Only 2 of 3 sentences are done; press Translate for all." in found.status
    assert found.whole.count('role="button"') == 2 and "sentence 1 of 3" in found.whole
    assert found.present.source == TEXT, "the link asks for the whole text"


def test_what_is_done_when_the_time_is_over_stays(events: TranslateEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(self: Service, asked: Any, **_: Any) -> Any:
        yield samples.result(source="It rains.")
        raise InputError("Stopped after 60 seconds; try a shorter text.")

    monkeypatch.setattr(Service, "run_text", late)
    *_, last = run(events)
    found = said(events, last)
    assert 'role="alert"' in found.status and "try a shorter text. 1 of 3 sentences are done." in found.status
    assert len(found.present.sentences) == 1 and drawn(events) <= set(last)


def test_a_link_opens_at_the_sentence_that_it_names(events: TranslateEvents) -> None:
    wish = TranslateLink(prefixes=((), (5, 6)), candidates=(0, 2, 1), sentence=1)
    sent = {"unit": PIECES, "told": asked(events, TEXT)}
    *_, last = events.open(turn=Turn(), wish=wish, **sent)
    found = said(events, last).present
    assert (found.at, [each.index for each in found.sentences]) == (1, [0, 2, 1])
    assert [each.request.prefix for each in found.sentences] == [(), (5, 6), ()]
    *_, last = events.open(turn=Turn(), wish=TranslateLink(sentence=40), **sent)
    assert said(events, last).present.at == 2


def test_files_are_of_the_sentence_and_json_holds_the_whole_text(events: TranslateEvents, present: ShownText) -> None:
    second = replace(present, at=1)

    def saved(kind: str, of: ShownText = second) -> Any:
        sent: dict[str, Any] = {"present": of, "unit": PIECES, "alpha": 1.0, "beta": 0.0}
        return events.export(SimpleNamespace(kind=kind), **sent)[events._view.file]  # type: ignore[arg-type]

    assert [saved(kind)["name"] for kind in ("json", "csv", "html")] == [
        "translation.json", "translation.csv", "translation.html"
    ]  # fmt: skip
    plain = json.loads(saved("json")["text"])
    assert plain["text"]["source"] == TEXT and plain["text"]["translation"] == present.translation
    assert plain["text"]["sentence"] == 2 and len(plain["text"]["sentences"]) == 3
    assert DecodeResult.from_json(saved("json")["text"]).source == "We walk."
    assert "text" not in json.loads(saved("json", ShownText((present.shown,)))["text"])
    assert "We walk." in saved("csv")["text"] and "It rains." not in saved("csv")["text"]
    assert "2 of 3" in saved("html")["text"] and "&lt;b&gt;Yes&lt;/b&gt; &amp; no." in saved("html")["text"]


def test_a_sentence_that_became_nothing_can_still_be_chosen() -> None:
    nothing = replace(samples.result().hypotheses[0], text="")
    shown = Shown(SimpleNamespace(text="Hm.", note="", prefix=()), samples.result(hypotheses=(nothing,)), KNOWN)  # type: ignore[arg-type]
    assert "(empty" in whole.draw(ShownText((shown, shown), ("", " ", "")))


def test_one_item_of_a_list_keeps_its_mark_and_has_nothing_to_choose_from(present: ShownText) -> None:
    page = whole.draw(ShownText(present.sentences[:1], ("1) ", "")))
    assert ">1) <span>" in page and "button" not in page and "sentence 1" not in page


def test_what_the_model_could_not_read_is_said_with_its_sentence(events: TranslateEvents, present: ShownText) -> None:
    told_of = replace(present.shown, result=samples.result(notes=("Two words were not read.",)))
    update = events.regroup(present=present.changed(told_of), unit=PIECES)
    assert "Two words were not read." in said(events, update).status


def test_a_model_of_another_task_is_spoken_of_in_its_words(events: TranslateEvents, present: ShownText) -> None:
    known = replace(present.shown.languages, noun="transliteration")
    other = replace(present, sentences=tuple(replace(each, languages=known) for each in present.sentences))
    assert described(events._view, known, None)[events._view.translate] == "Transliterate"
    page = show.everything(events._view, other, False)
    assert "Transliterate again" in page[events._view.earlier]
    some = replace(other, sentences=other.sentences[:2], undone=("A third one.",))
    assert "Transliterating …" in show.growing(events._view, some, False)[events._view.status]
    assert "press Transliterate for all" in show.line(some, False)
    chosen = replace(other, sentences=(replace(other.shown, request=replace(other.shown.request, prefix=(5,))),))
    assert "press Transliterate to lift that" in show.line(chosen, False)
    assert "Translat" not in show.line(chosen, False) + show.line(some, False) + status.stopped(
        3, known.noun, known.verb
    )
