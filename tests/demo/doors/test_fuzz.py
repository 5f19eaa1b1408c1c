"""Whatever comes into whichever handler, an answer or one sentence comes out: never another error, never "our side".

FUZZ_INPUTS=20000 is the nightly form.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import Any
from unittest import mock

import gradio as gr
import orjson
import pytest
from gradio.state_holder import SessionState
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo.app import build
from demo.doors.page import OURS
from demo.service import Service
from seq2seq_core.checkpoint import save_checkpoint
from tests.tiny import tiny_checkpoint, tiny_tokenizer

INPUTS = int(os.environ.get("FUZZ_INPUTS", "1000"))

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),  # lone surrogates too
    st.sampled_from(["", "A dog runs.", "one\ntwo\n\nthree", "\ud83d", "=1+1", "<img src=x onerror=alert(1)>", "${1}"]),
    st.sampled_from(["en-de", "en-de-context", "beam", "greedy", "mbr", "../../etc/passwd", "x" * 5000, "ab " * 3000]),
    st.sampled_from(["ms", "steps", "chrF", "log P", "pasted", "file", "everyday", "html", "csv", "Words", "doubtful"]),
)
NUMBERS = st.one_of(st.integers(-3, 12), st.integers(), st.floats(), st.just(10**400), st.booleans(), st.none())
FILES = st.fixed_dictionaries({"path": TEXTS, "meta": st.just({"_type": "gradio.FileData"})})
NAMES = st.sampled_from(["kind", "index", "card", "of", "at", "name", "size", "data", "value"]) | TEXTS
ANYTHING = st.recursive(
    TEXTS | NUMBERS | FILES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=6,
)
PRESSES = st.fixed_dictionaries({}, optional={
    "kind": st.sampled_from(["add", "copy", "remove", "edit", "json", "csv", "html", "table", "outputs", "page"]),
    **{name: st.integers(-1, 5) for name in ("index", "card", "of", "at")},
})  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(["text", "model", "strategy", "num_beams", "prefix", "candidate", "sentence", "unit", "view", "set",
                     "card1", "name1", "seed", "reference"]), TEXTS, max_size=5,
)  # fmt: skip


def changed(value: object) -> st.SearchStrategy[object]:
    """What a view's widgets said, told as one list, with one of them saying anything."""
    if not isinstance(value, list) or not value:
        return ANYTHING
    return st.tuples(st.integers(0, len(value) - 1), ANYTHING).map(
        lambda one: [*value[: one[0]], one[1], *value[one[0] + 1 :]]
    )


class Handlers:
    """All handlers of the page, public and private, called as Gradio calls them; one person fresh, one at work."""

    def __init__(self, page: Any) -> None:
        self.page, self.loop = page, asyncio.new_event_loop()
        self.all = [fn for fn in page.fns.values() if fn.fn]
        self.at_work, self._untouched = SessionState(page), SessionState(page)
        for name in ("run", "restore"):  # a translation, a comparison, a set and a document, to press buttons on
            for fn in (each for each in self.all if each.name == name):
                self.call(fn, self.usual(fn), None, {}, self.at_work)

    def fresh(self) -> SessionState:
        """A session that has just begun. Gradio would describe each component anew, which takes far longer."""
        session = copy(self._untouched)
        session.blocks_config = copy(self._untouched.blocks_config)
        session.config_values = {
            key: {**told, "props": dict(told["props"])} for key, told in self._untouched.config_values.items()
        }
        session.state_data, session._state_ttl = {}, {}
        return session

    def usual(self, fn: Any) -> list[Any]:
        """What the page would send at first."""
        return [None if block.stateful else getattr(block, "value", None) for block in fn.inputs]

    def call(self, fn: Any, data: list[Any], pressed: object, query: dict[str, str], state: SessionState) -> str:
        """The sentence that an input is refused with; "" for an answer, which can be sent."""
        return self.loop.run_until_complete(self._call(fn, data, pressed, query, state))

    async def _call(self, fn: Any, data: list[Any], pressed: object, query: dict[str, str], state: SessionState) -> str:
        request, iterator = gr.Request(query_params=query), None
        while True:
            try:
                answer = await self.page.process_api(
                    fn, data, state=state, request=request, iterator=iterator, event_data=gr.EventData(None, pressed)
                )
            except gr.Error as error:
                orjson.dumps(error.message)
                assert not error.print_exception and "\n" not in error.message and len(error.message) < 400
                return str(error.message)
            orjson.dumps(answer["data"], default=str, option=orjson.OPT_SERIALIZE_NUMPY)
            iterator = answer["iterator"]
            if not answer["is_generating"]:
                return ""


@pytest.fixture(scope="module")
def handlers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handlers]:
    """On real models, so small that an answer takes milliseconds, which end their sentences soon."""
    folder, tokenizer = tmp_path_factory.mktemp("models"), tiny_tokenizer()
    for seed, name in enumerate(("en-de", "en-de-context")):
        made = tiny_checkpoint(tokenizer, seed, **({"attention": "none"} if seed else {}))
        made.model.output.bias[tokenizer.specials.eos] = 4.0
        card = {"title": name, "source_language": "English", "target_language": "German"}
        save_checkpoint(folder / name, replace(made, metadata=card))
    service = Service(folder, "cpu")
    assert service.problems() == {}
    yield Handlers(build(service))


def test_the_fuzz_reaches_handlers_and_is_not_refused_at_the_door(handlers: Handlers) -> None:
    assert len(handlers.all) > 40
    fresh = SessionState(handlers.page)
    said = [handlers.call(fn, handlers.usual(fn), None, {}, fresh) for fn in handlers.all]
    assert sum(map(bool, said)) < len(said) / 2, said


def test_a_fresh_session_is_what_gradio_would_make(handlers: Handlers) -> None:
    made, own = SessionState(handlers.page), handlers.fresh()
    assert vars(own).keys() == vars(made).keys()
    assert (own.config_values, own.state_data) == (made.config_values, {})
    assert own.blocks_config.blocks == made.blocks_config.blocks


@settings(
    max_examples=INPUTS, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # to make an input small that goes through a whole page takes minutes
)  # fmt: skip
@given(st.data())
def test_whatever_comes_every_handler_answers_or_says_one_sentence(handlers: Handlers, data: st.DataObject) -> None:
    fn = data.draw(st.sampled_from(handlers.all), "handler")
    sent = handlers.usual(fn)
    for place in data.draw(st.lists(st.integers(0, len(sent) - 1), max_size=3), "places") if sent else ():
        sent[place] = data.draw(changed(sent[place]) | ANYTHING, "argument")
    sent = sent[: data.draw(st.sampled_from([len(sent)] * 9 + [len(sent) // 2]), "how many")]
    pressed, query = data.draw(PRESSES | ANYTHING, "pressed"), data.draw(QUERIES, "query")
    state = handlers.at_work if data.draw(st.booleans(), "at work") else handlers.fresh()
    with mock.patch.object(logging, "error") as failed, mock.patch.object(logging, "exception") as failed_too:
        said = handlers.call(fn, sent, pressed, query, state)
    assert said != OURS and not failed.called and not failed_too.called, (failed.mock_calls, failed_too.mock_calls)
