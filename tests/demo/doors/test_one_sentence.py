"""Whatever comes in over the network is answered with one sentence: no null, no broken stream, no traceback."""

from __future__ import annotations

import io
import json
import logging
import re
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from demo.doors.log import LINES, LogLine, Trickle
from demo.doors.routes import without_page
from demo.waiting.places import TAKEN_OVER
from tests.demo.doors.conftest import Served

TYPED = "what nobody but its author may read"


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log says; at the end of a test it holds nothing that was typed, and nothing was printed beside it."""
    printed: list[str] = []
    monkeypatch.setattr(traceback, "print_exc", lambda *_, **__: printed.append(traceback.format_exc()))
    stream = io.StringIO()
    handler = Trickle(stream)
    logging.root.addHandler(handler)
    yield stream
    logging.root.removeHandler(handler)
    assert printed == []
    assert TYPED not in stream.getvalue() and "Traceback" not in stream.getvalue()


def error_in(events: str) -> str:
    """The sentence that a stream of one event ends with."""
    assert events.startswith("event: error\ndata: "), events
    said = json.loads(events.splitlines()[1].removeprefix("data: "))["error"]
    assert isinstance(said, str) and "\n" not in said
    return said


def handlers(server: Served, name: str) -> list[Any]:
    return [fn for fn in server.page.fns.values() if fn.name == name]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "This takes 6 arguments, not 0."),
        ((TYPED, "greedy", {}, "", False, None, TYPED), "This takes 6 arguments, not 7."),
        ((TYPED, TYPED, {}, "", False, None), "Choose one of the strategies"),
        ((TYPED, TYPED), "Choose one of the strategies"),  # the others have defaults
    ],
)
def test_the_wrong_number_of_arguments(server: Served, arguments: tuple[object, ...], sentence: str) -> None:
    assert error_in(server.call("translate", *arguments)).startswith(sentence)


def test_arguments_left_out_at_the_end_have_their_defaults_where_there_are_any(server: Served) -> None:
    assert server.call("translate", "one two.").startswith("event: complete")
    assert server.call("models").startswith("event: complete")
    assert error_in(server.call("score", "one two.")) == "This takes 3 arguments, not 1."


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("call/v2/translate", b'{"text": "A dog.", "\\ud83d": 1}', 422, "Parameter `?` is not a valid"),
        ("call/translate", b"[NaN]", 422, "The request cannot be read: body"),
        ("call/translate", b'{"data": NaN}', 422, "The request cannot be read: body.data"),
        ("queue/join", b'{"data": [NaN, Infinity], "fn_index": 9999, "session_hash": "s"}', 404, "There is no such"),
        ("queue/join", b'{"data": [], "fn_index": -1, "session_hash": "s"}', 404, "There is no such function"),
        ("queue/join", b'{"data": [], "session_hash": "s"}', 400, "No function index"),
        ("queue/join", b'{"data": [], "fn_index": 0}', 400, "Session hash not found"),
        ("queue/join", b'{"data": [], "fn_index": "what nobody but its author may read"}', 422, "The request"),
        ("cancel", b"[NaN]", 422, "The request cannot be read: body"),
        ("call/v2/nowhere", b"{}", 404, "There is no endpoint of this name"),
    ],
)  # fmt: skip
def test_what_reaches_no_handler(server: Served, path: str, body: bytes, status: int, sentence: str) -> None:
    answer = server.http.post(f"/gradio_api/{path}", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["detail"][: len(sentence)]) == (status, sentence)


@pytest.mark.parametrize("path", ["call/translate/none", "call/v2/models/0", "call/x/%ED%A0%BD"])
def test_an_event_that_nobody_began(server: Served, path: str) -> None:
    answer = server.http.get(f"/gradio_api/{path}")
    assert answer.status_code == 404 and answer.json()["detail"].startswith("There is no such event")


def test_of_two_who_read_one_session_the_first_is_told_and_the_last_has_the_answer(
    server: Served, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    (models,) = handlers(server, "models")
    answered = Event()

    def answer(model: str = "", text: str = "") -> str:
        return "seen" if answered.wait(20) else "not seen"

    monkeypatch.setattr(models, "fn", answer)
    with ThreadPoolExecutor() as two:
        begun = server.http.post("/gradio_api/call/models", json={"data": [], "session_hash": "shared"})
        first = two.submit(server.http.get, "/gradio_api/queue/data?session_hash=shared")
        while not server.page._queue.pending_messages_per_session["shared"].heard:
            assert not first.done()
        second = two.submit(server.http.get, f"/gradio_api/call/models/{begun.json()['event_id']}")
        assert TAKEN_OVER in first.result(timeout=20).text
        answered.set()
        assert '["seen"]' in second.result(timeout=20).text
    assert not log.getvalue()


def test_a_session_that_is_not_there_is_said_in_the_stream(server: Served) -> None:
    for query in ("", "session_hash=", "session_hash=nobody", "session_hash=%ff"):
        said = server.http.get(f"/gradio_api/queue/data?{query}")
        event = json.loads(said.text.removeprefix("data: "))
        assert (event["msg"], event["session_not_found"], event["success"]) == ("unexpected_error", True, False)


@pytest.mark.parametrize("event_data", [None, 5, "kind", [], [None], {"kind": {"a": 1}, "index": "x", "card": []}])
def test_a_press_that_no_page_sends(server: Served, event_data: object) -> None:
    pressed = [fn for fn in server.page.fns.values() if fn.collects_event_data]
    assert len(pressed) >= 6
    for fn in pressed:
        data = [None if block.stateful else getattr(block, "value", None) for block in fn.inputs]
        last = json.loads(server.press(fn._id, data, event_data).strip().splitlines()[-3].removeprefix("data: "))
        assert last["success"], last


@pytest.mark.parametrize("path", ["/etc/passwd", "ab " * 3000, "x\x00y"])
def test_a_press_that_holds_a_file_is_refused_before_it_is_looked_for(server: Served, path: str) -> None:
    fn = next(fn for fn in server.page.fns.values() if fn.collects_event_data)
    data = [None if block.stateful else getattr(block, "value", None) for block in fn.inputs]
    file = {"kind": {"path": path, "meta": {"_type": "gradio.FileData"}}}
    last = json.loads(server.press(fn._id, data, file).strip().splitlines()[-3].removeprefix("data: "))
    assert not last["success"] and last["output"]["error"].startswith("A file cannot be given here")


def test_what_only_the_browser_does_cannot_be_asked_for_here(server: Served, log: io.StringIO) -> None:
    fn = next(fn for fn in server.page.fns.values() if fn.fn is None)
    last = json.loads(server.press(fn._id, [None] * len(fn.inputs)).strip().splitlines()[-3].removeprefix("data: "))
    assert last["output"]["error"] == "This is done in the browser alone; there is nothing to ask for here."
    assert log.getvalue() == ""


def test_an_error_of_ours_says_so(server: Served, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    (models,) = handlers(server, "models")

    def fails(model: str = "", text: str = "") -> None:
        raise KeyError(TYPED)

    monkeypatch.setattr(models, "fn", fails)
    assert error_in(server.call("models")).startswith("Something went wrong on our side")
    (line,) = log.getvalue().splitlines()
    assert re.search(r"error root: a request failed: KeyError at test_one_sentence\.py:\d+ in fails$", line)


def test_the_log_cannot_be_filled() -> None:
    now, stream = 0.0, io.StringIO()
    handler = Trickle(stream, clock=lambda: now)
    logger = logging.Logger("demo.test")
    logger.addHandler(handler)
    for _ in range(1000):
        logger.error("x" * 10_000)
    lines = stream.getvalue().splitlines()
    assert len(lines) == LINES and max(map(len, lines)) <= 300
    now = 61.0
    logger.error("later")
    assert [line.partition("demo.test: ")[2] or line for line in stream.getvalue().splitlines()[LINES:]] == [
        "940 more lines were left out", "later",
    ]  # fmt: skip


def test_of_others_only_the_place_is_written() -> None:
    try:
        raise ValueError(TYPED)
    except ValueError as error:
        told = (ValueError, error, error.__traceback__)
        record = logging.LogRecord(
            "asyncio", logging.ERROR, "/x/base_events.py", 7, f"never retrieved: {TYPED}", (), told
        )
    line = LogLine().format(record)
    assert "error asyncio: base_events.py:7: ValueError at test_one_sentence.py:" in line and TYPED not in line


@pytest.mark.parametrize("query", ["page=anything", "p%61ge=x&text=two", "text=a%20b&page=", "page=1&page=%ff"])
def test_a_name_that_gradio_keeps_for_itself_opens_the_page_as_any_other(server: Served, query: str) -> None:
    assert server.http.get(f"/?{query}").status_code == 200


def test_the_rest_of_such_a_query_reaches_the_page() -> None:
    scope = {"path": "/", "query_string": b"text=a%20b&page=x&n=&text=%ff"}
    assert without_page(scope)["query_string"] == b"text=a+b&n=&text=%FF"
    for other in ({"path": "/", "query_string": b"text=%zz;&pages=1"}, {"path": "/config", "query_string": b"page=x"}):
        assert without_page(other) is other
