"""Who waits for what in the running app: places, shares, and searches that nobody waits for any more."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from demo.waiting.places import DECODING

LONG = "The old man and the young woman walked slowly along the river while the children played. " * 10
SLOW = {"max_seconds": 600.0, "max_forward_calls": 1_000_000, "num_beams": 2}
"""An exact search that only its deadline ends."""


class Program:
    """A client of the interface with a session of its own."""

    def __init__(self, address: str) -> None:
        self.session = uuid4().hex
        self._place = urlsplit(address)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(str(self._place.hostname), self._place.port, timeout=60)

    def post(self, name: str, data: list[Any]) -> tuple[int, dict[str, Any]]:
        connection = self.connect()
        body = json.dumps({"data": data, "session_hash": self.session})
        connection.request("POST", f"/gradio_api/call/{name}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def search(self) -> tuple[int, dict[str, Any]]:
        return self.post("translate", [LONG[:900], "exact", SLOW, "", False])

    def listen(self) -> http.client.HTTPConnection:
        """A connection over which answers come, open until it is closed."""
        connection = self.connect()
        connection.request("GET", f"/gradio_api/queue/data?session_hash={self.session}")
        assert connection.getresponse().status == 200
        return connection

    def heard(self, name: str, event: str) -> str:
        connection = self.connect()
        connection.request("GET", f"/gradio_api/call/{name}/{event}")
        return connection.getresponse().read().decode()


@pytest.fixture
def busy(app_url: str) -> Program:
    """A program that has asked for as much as its share, and does not listen."""
    program = Program(app_url)
    for _ in range(DECODING.session):
        assert program.search()[0] == 200
    return program


def test_a_program_has_a_share_and_leaves_others_theirs(app_url: str, busy: Program) -> None:
    status, said = busy.search()
    assert status == 503
    assert said["detail"].startswith(f"{DECODING.session} requests from this page or program are under way or wait")
    other = Program(app_url)
    for program in (busy, other):  # what is quick has places of its own
        status, started = program.post("models", [])
        assert status == 200 and "event: complete" in other.heard("models", started["event_id"])
    _, started = other.post("translate", ["A dog runs.", "greedy", {}, "", False])
    assert "event: complete" in other.heard("translate", started["event_id"])


def test_a_closed_connection_ends_the_searches(app_url: str, busy: Program) -> None:
    """They would take until their deadline; the share is free again as soon as they have stopped."""
    connection = busy.listen()
    time.sleep(2)
    assert busy.search()[0] == 503
    connection.close()
    begun = time.monotonic()
    while (status := busy.search()[0]) == 503 and time.monotonic() - begun < 10:
        time.sleep(0.1)
    assert status == 200
