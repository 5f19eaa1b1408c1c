"""A cell of the heatmap is pressed and its weight moved: which it is, what is decoded, what the page keeps of it."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import numpy as np
import pytest

from demo.common.attention import by_words
from demo.common.pieces import runs
from demo.common.question import PageQuestion
from demo.common.turn import Turn
from demo.service import Service
from demo.translate import cell, link, show
from demo.translate.events import TranslateEvents
from demo.translate.export import trace
from demo.translate.heatmap import draw
from demo.translate.state import PIECES, ShownText
from demo.translate.translation import spelled
from seq2seq_core.checkpoint import Checkpoint, save_checkpoint
from seq2seq_core.types import MovedWeight
from tests.demo.translate.asking import laid_out, translated
from tests.tiny import tiny_checkpoint, tiny_tokenizer, tiny_transformer

TEXT = "one two three."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A recurrent model with attention, one without, and a Transformer."""
    folder, tokenizer = tmp_path_factory.mktemp("checkpoints"), tiny_tokenizer()
    made = {
        "attends": tiny_checkpoint(tokenizer, 3, attention="general"),
        "plain": tiny_checkpoint(tokenizer, attention="none"),
        "heads": tiny_transformer(tokenizer),
    }
    for name, one in made.items():
        save_checkpoint(folder / name, Checkpoint(one.model, one.tokenizer, {"source_language": "English"}))
    return Service(folder, "cpu")


@pytest.fixture(scope="module")
def events(service: Service) -> TranslateEvents:
    return laid_out(service)


@pytest.fixture(scope="module")
def present(events: TranslateEvents) -> ShownText:
    shown: ShownText = translated(events, TEXT, "attends")[events._view.present]
    return shown


def moved(events: TranslateEvents, present: ShownText, row: int, column: int, share: float, unit: str = PIECES) -> Any:
    pressed = {"press": {"index": row, "at": column}, "unit": unit, "share": share}
    *_, last = events.move(turn=Turn(), present=present, **pressed)
    return last


def test_a_press_shows_the_weight_that_is_there(events: TranslateEvents, present: ShownText) -> None:
    view, attention = events._view, present.shown.result.hypotheses[0].attention
    assert attention is not None
    told = dict(events.pick(present=present, press={"index": 2, "at": 1}, unit=PIECES))
    assert told[view.share] == round(float(attention[2, 1]), 2)
    assert f"{attention[2, 1]:.2f}" in told[view.parts["cell"].html] and "step 3" in told[view.parts["cell"].html]


def test_by_words_a_cell_is_of_all_its_source_pieces(events: TranslateEvents, present: ShownText) -> None:
    result = present.shown.result
    attention = np.asarray(result.hypotheses[0].attention)
    source = runs(result.source_tokens)
    for row, word in enumerate(runs(result.hypotheses[0].tokens)):
        summed = by_words(attention[word.first : word.first + 1], [word], source) if word.first == word.last else None
        for column in range(len(source)):
            found = cell.cell_of(present.shown, SimpleNamespace(index=row, at=column), True)  # type: ignore[arg-type]
            assert found is not None and found.step == word.first
            assert (found.first, found.last) == (source[column].first, source[column].last)
            if summed is not None:
                assert found.weight == pytest.approx(float(summed[0, column]), abs=1e-5)


def test_decoding_again_is_what_the_core_does_with_it(
    events: TranslateEvents, service: Service, present: ShownText
) -> None:
    view, own = events._view, present.shown.result.hypotheses[0]
    last = moved(events, present, 1, 2, 0.9)
    shown = last[view.present].shown
    weight = MovedWeight(1, 2, 2, 0.9)
    assert shown.request.moved == (weight,) == shown.result.moved and shown.request.prefix == own.token_ids[:1]
    [core] = service.translator("attends").translate(
        TEXT, shown.request.config, prefix=own.token_ids[:1], moved=[weight]
    )
    assert shown.result.hypotheses[0].token_ids == core.hypotheses[0].token_ids
    assert shown.result.hypotheses[0].attention[1, 2] == pytest.approx(0.9, abs=1e-5)
    assert "was set to 0.90 by hand" in last[view.status] and "Go back" in last[view.status]
    assert last[view.parts["cell"].html] == "" and shown.opened == 1
    [shape] = json.loads(_figure(draw(shown.result, 0, False)))["layout"]["shapes"]
    assert (shape["x0"], shape["x1"], shape["y0"], shape["y1"]) == (1.5, 2.5, 0.5, 1.5)
    back = dict(events.back(present=last[view.present], turn=Turn()))
    assert back[view.present].shown.result is present.shown.result


def test_a_weight_moved_to_where_it_was_says_the_same_again(events: TranslateEvents, present: ShownText) -> None:
    own = present.shown.result.hypotheses[0]
    assert own.attention is not None
    last = moved(events, present, 0, 1, float(own.attention[0, 1]))
    again = last[events._view.present].shown.result.hypotheses[0]
    assert again.token_ids == own.token_ids and again.log_prob == pytest.approx(own.log_prob, abs=1e-4)


def test_a_later_weight_keeps_the_earlier_and_an_earlier_drops_the_later(
    events: TranslateEvents, present: ShownText
) -> None:
    view = events._view
    first = moved(events, present, 1, 2, 0.9)[view.present]
    both = moved(events, first, 2, 0, 0.5)[view.present]
    assert [each.step for each in both.shown.request.moved] == [1, 2]
    alone = moved(events, both, 0, 0, 0.25)[view.present]
    assert [each.step for each in alone.shown.request.moved] == [0] and alone.shown.before == present.shown


def test_a_link_and_a_file_have_it(events: TranslateEvents, present: ShownText) -> None:
    view = events._view
    once: ShownText = moved(events, present, 1, 2, 0.9)[view.present]
    query = dict(parse_qsl(link.write(once)[1:]))
    assert query["moved"] == "2-3-3-0.9"
    wish = link.read(query)
    assert wish.moves == ((MovedWeight(1, 2, 2, 0.9),),)
    again = translated(events, TEXT, "attends", prefixes=wish.prefixes, moves=wish.moves)[view.present].shown
    assert again.result.hypotheses[0].token_ids == once.shown.result.hypotheses[0].token_ids
    assert json.loads(trace(once))["moved"] == [{"step": 1, "first": 2, "last": 2, "weight": 0.9}]


def test_files_of_the_figures_say_which_weight_was_moved(events: TranslateEvents, present: ShownText) -> None:
    view = events._view
    own, tokens = present.shown.request, present.shown.result.source_tokens
    assert "by hand" not in translated(events, TEXT, "attends")[view.earlier]
    question = PageQuestion(("",), ("“one”", "Twin", "greedy"))
    weights = MovedWeight(5, 2, 2, 0.9), MovedWeight(6, len(tokens) - 1, len(tokens) - 1, 0.125)
    shown = replace(present.shown, request=replace(own, moved=weights))
    [(caption)] = re.findall(r'data-caption="([^"]*)"', show.earlier(question, "Translate", shown))
    *_, first, last = json.loads(html.unescape(caption))
    assert first == f"attention on “{spelled(tokens[2:3])}” at step 6 set to 0.90 by hand"
    assert last == "attention on “∎” at step 7 set to 0.12 by hand"
    begun = present.shown.result.hypotheses[0].token_ids[:2]
    for moved, told in (
        (weights, "beginning held as it was before a weight was moved"),
        ((), "beginning chosen by hand"),
    ):
        shown = replace(present.shown, request=replace(own, prefix=begun, moved=moved))
        assert told in html.unescape(show.earlier(question, "Translate", shown))
        line = show.line(replace(present, sentences=(shown,)), words=False)
        assert ("as it was before the weight you moved" in line) == bool(moved)
        assert ("as you chose" in line) != bool(moved)


@pytest.mark.parametrize("wrong", ["2-3-3", "2-3-3-2", "2-3-3-nan", "-1-3-3-0.5", "x", "2-3-3-0.5,y", "²-3-3-0.5"])
def test_a_move_in_a_link_that_is_none_is_passed_over(wrong: str) -> None:
    assert link.read({"moved": wrong}).moves == ((),)


def test_a_move_in_a_link_that_does_not_fit_is_one_sentence(events: TranslateEvents) -> None:
    beyond = translated(events, TEXT, "attends", moves=((MovedWeight(0, 500, 500, 0.5),),))
    assert "not all, of the" in beyond[events._view.status] and "error" in beyond[events._view.status]
    before_the_first = translated(events, TEXT, "attends", moves=link.read({"moved": "0-1-1-0.5"}).moves)
    assert "error" in before_the_first[events._view.status]


@pytest.mark.parametrize("press", [{}, {"index": 0}, {"index": 900, "at": 0}, {"index": 0, "at": 900}, {"at": -1}])
def test_a_press_beside_the_figure_moves_nothing(
    events: TranslateEvents, present: ShownText, press: dict[str, int]
) -> None:
    assert events._view.share not in events.pick(present=present, press=press, unit=PIECES)
    assert list(events.move(turn=Turn(), present=present, press=press, share=0.5)) == [
        events._as_it_was(_said(present))
    ]
    assert events.pick(present=None, press={"index": 0, "at": 0}) == gr.skip()


@pytest.mark.parametrize("share", [None, "0.5", float("nan"), -0.1, 1.1, True])
def test_a_share_that_no_slider_sends_moves_nothing(events: TranslateEvents, present: ShownText, share: Any) -> None:
    last = moved(events, present, 0, 0, share)
    assert list(last) == [events._view.status]


def test_what_has_no_such_attention_says_so(events: TranslateEvents) -> None:
    for model, said in (("heads", "mean of many heads"), ("plain", "")):
        shown = translated(events, TEXT, model)[events._view.present]
        told = dict(events.pick(present=shown, press={"index": 0, "at": 0}, unit=PIECES))
        assert said in told[events._view.parts["cell"].html] and events._view.share not in told
        assert "picked" not in told[events._view.parts["cell"].html]


def _figure(html: str) -> str:
    from html import unescape
    from re import search

    found = search(r'data-figure="([^"]*)"', html)
    assert found
    return unescape(found[1])


def _said(present: ShownText) -> Any:
    from demo.translate.said import Said

    return Said(present=present)
