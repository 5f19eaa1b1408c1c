"""Answers that travel compressed."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import MutableMapping
from typing import Any

import pytest

from demo.streams import CompressedAnswers

EVENTS = [b"data: " + b"<td>again</td>" * 200 + b"\n\n", b'data: {"msg": "over"}\n\n']


def answer(path: str, accepts: str = "gzip, br", kind: str = "text/event-stream") -> list[MutableMapping[str, Any]]:
    """What a client is sent of two events."""
    sent: list[MutableMapping[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind.encode())]})
        for place, event in enumerate(EVENTS):
            await send({"type": "http.response.body", "body": event, "more_body": place == 0})

    async def receive() -> Any:
        raise AssertionError("nothing is to be received")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"accept-encoding", accepts.encode())]}
    asyncio.run(CompressedAnswers(app)(scope, receive, send))
    return sent


@pytest.mark.parametrize("path", ["/gradio_api/queue/data", "/gradio_api/call/translate/abc"])
def test_an_answer_is_sent_compressed_each_event_as_soon_as_it_is_there(path: str) -> None:
    start, first, last = answer(path)
    headers = dict(start["headers"])
    assert headers[b"content-encoding"] == b"gzip" and headers[b"vary"] == b"accept-encoding"
    assert zlib.decompressobj(wbits=31).decompress(first["body"]) == EVENTS[0]
    assert len(first["body"]) < len(EVENTS[0]) / 10
    assert gzip.decompress(first["body"] + last["body"]) == b"".join(EVENTS)


@pytest.mark.parametrize(
    ("path", "accepts", "kind"),
    [
        ("/gradio_api/queue/data", "identity", "text/event-stream"),
        ("/gradio_api/queue/data", "gzip", "application/json"),
        ("/gradio_api/heartbeat/abc", "gzip", "text/event-stream"),
    ],
)
def test_what_does_not_ask_for_it_or_is_no_answer_stays_as_it_is(path: str, accepts: str, kind: str) -> None:
    start, *bodies = answer(path, accepts, kind)
    assert b"content-encoding" not in dict(start["headers"])
    assert [body["body"] for body in bodies] == EVENTS
