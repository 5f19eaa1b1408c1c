"""Where did it learn this, on the page: asked for by a press or a link, shown, taken away, gone with its token."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from demo.common.learnt import ASK, found
from demo.service import Service
from demo.translate import learnt, link
from demo.translate.events import TranslateEvents
from demo.translate.export import offline, trace
from demo.translate.state import ShownText
from seq2seq_core.checkpoint import Checkpoint, save_checkpoint, weights_sum
from seq2seq_core.decoding import DecodeResult
from seq2seq_core.neighbours import FILE, build, load_index, nearest, save_index
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import MovedWeight
from tests.demo.translate.asking import laid_out, translated
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

TEXT = "one two."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A model with an index, and one without."""
    folder, tokenizer = tmp_path_factory.mktemp("checkpoints"), tiny_tokenizer()
    for seed, name in enumerate(("known", "unknown")):
        made = tiny_checkpoint(tokenizer, seed)
        save_checkpoint(folder / name, Checkpoint(made.model, made.tokenizer, {"source_language": "English"}))
    translator, weights = Translator.load(folder / "known", "cpu"), weights_sum(folder / "known")
    save_index(folder / "known", build(translator, PAIRS, weights=weights, credit="numbers <b>"))
    return Service(folder, "cpu")


@pytest.fixture(scope="module")
def events(service: Service) -> TranslateEvents:
    return laid_out(service)


def press(**said: Any) -> dict[str, Any]:
    return {"press": said}


def test_a_press_finds_what_the_core_finds(events: TranslateEvents, service: Service) -> None:
    last, view = translated(events, TEXT, "known"), events._view
    present, part = last[view.present], view.parts["learnt"].html
    assert ASK in last[part] and 'data-index="0"' in last[part]
    told = dict(events.learn(present=present, **press(index=2, of=0)))
    after: ShownText = told[view.present]
    result = present.shown.result
    index, ids = load_index(service.folder("known")), result.hypotheses[0].token_ids
    known = nearest(service.translator("known"), index, TEXT, ids, 2)
    assert after.shown.near == known
    assert told[part].count("<tr") == 1 + len(known.found)
    for one in known.found:
        assert f"{one.likeness:.2f}" in told[part] and f"<mark>{one.around[1] or '∎'}</mark>" in told[part]
    assert f"{known.same} of 10" in told[part] and "numbers &lt;b&gt;" in told[part]
    assert ("near", "3") in parse_qsl(link.write(after)[1:]) and "near=3" in told[view.status]


def test_a_link_opens_it_again(events: TranslateEvents) -> None:
    view = events._view
    last = translated(events, TEXT, "known", near=1)
    shown = last[view.present].shown
    assert shown.near is not None and shown.near.place == 1 == shown.opened
    assert "<mark>" in last[view.parts["learnt"].html]
    beyond = translated(events, TEXT, "known", near=10_000)
    assert beyond[view.present].shown.near is None
    assert link.read({"near": "2"}).near == 1
    assert [link.read({"near": said}).near for said in ("0", "-1", "x", "9" * 400, "")] == [None] * 5


def test_another_token_or_candidate_is_another_question(events: TranslateEvents) -> None:
    view, last = events._view, translated(events, TEXT, "known", near=1)
    looked = dict(events.look(present=last[view.present], **press(index=2, of=0)))
    assert ASK in looked[view.parts["learnt"].html] and looked[view.present].shown.near is None
    assert "near=" not in looked[view.status]
    again = dict(events.choose(present=last[view.present], **press(index=0)))
    assert again[view.present].shown.near is None


def test_it_is_taken_away_with_the_rest(events: TranslateEvents) -> None:
    present: ShownText = translated(events, TEXT, "known", near=1)[events._view.present]
    written = json.loads(trace(present))
    assert written["neighbours"] == json.loads(json.dumps(present.shown.near.to_dict()))  # type: ignore[union-attr]
    assert DecodeResult.from_json(trace(present)).to_json() == present.shown.result.to_json()
    assert "Where did it learn this?" in offline(present, "Known", "Greedy", False, 0.0, 0.0)


def test_of_a_state_that_was_moved_by_hand_the_page_says_that_it_is_not(events: TranslateEvents) -> None:
    shown = translated(events, TEXT, "known", near=1)[events._view.present].shown
    for step, said in ((1, True), (2, False)):
        by_hand = replace(shown, request=replace(shown.request, moved=(MovedWeight(step, 0, 0, 0.5),)))
        assert ("moved by hand" in learnt.draw(by_hand, 1)) is said


def test_a_model_without_an_index_offers_nothing(events: TranslateEvents) -> None:
    view, last = events._view, translated(events, TEXT, "unknown")
    assert last[view.parts["learnt"].html] == ""
    assert events.learn(present=last[view.present], **press(index=0, of=0)) == gr.skip()


@pytest.mark.parametrize("said", [{}, {"index": 999, "of": 0}, {"index": 0, "of": 7}, {"index": -1, "of": 0}])
def test_a_press_that_means_nothing_does_nothing(events: TranslateEvents, said: dict[str, Any]) -> None:
    last = translated(events, TEXT, "known")
    assert events.learn(present=last[events._view.present], **press(**said)) == gr.skip()
    assert events.learn(present=None, **press(**said)) == gr.skip()


def test_a_damaged_index_is_one_sentence_on_the_page(
    events: TranslateEvents, service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    present = translated(events, TEXT, "known")[events._view.present]
    (tmp_path / FILE).write_bytes(b"nothing")
    monkeypatch.setattr(service._models, "folder", lambda name: tmp_path)
    told = dict(events.learn(present=present, **press(index=0, of=0)))
    assert "Cannot read" in told[events._view.status] and "build it again" in told[events._view.status]
    opened = translated(events, TEXT, "known", near=1)
    assert opened[events._view.present].shown.near is None and "<mark>" not in opened[events._view.parts["learnt"].html]


def test_the_end_of_a_sentence_has_neighbours_too() -> None:
    one: Any = SimpleNamespace(around=("Ein Hund.", "", ""), source="A dog.", likeness=-0.2, same=True)
    near: Any = SimpleNamespace(
        found=[one], same=1, place=1, tokens=("▁Ein", "</s>"), sentences=1, trained=1, credit="", states=2
    )
    drawn = found(near)
    assert "<mark>∎</mark>" in drawn and "--length:0.000" in drawn and "of unknown origin" in drawn
