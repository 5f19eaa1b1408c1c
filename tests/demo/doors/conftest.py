"""The page of hand-made translators behind its gate, served in this process: what a stranger meets, without a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from demo import models as module
from demo.app import build, launch
from demo.doors import Doors
from demo.service import Service
from tests.demo import samples
from tests.e2e.serving import free_port


class Served:
    """A page that is served. ``join`` calls a handler as the page does; ``told`` waits for what comes of it."""

    def __init__(self, page: Any, port: int) -> None:
        self.page, self.port = page, port
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def call(self, name: str, *arguments: object) -> str:
        """The events of a call of an endpoint."""
        started = self.http.post(f"/gradio_api/call/{name}", json={"data": arguments})
        assert started.status_code == 200, started.text
        return self.http.get(f"/gradio_api/call/{name}/{started.json()['event_id']}").text

    def press(self, index: int, data: list[Any], event_data: object = None, session: str = "s") -> str:
        """The events of a call of a handler as the page makes it."""
        body = {"data": data, "fn_index": index, "session_hash": session, "event_data": event_data, "trigger_id": None}
        started = self.http.post("/gradio_api/queue/join", json=body)
        assert started.status_code == 200, started.text
        return self.http.get("/gradio_api/queue/data", params={"session_hash": session}).text


@contextmanager
def served(folder: Path, **doors: Any) -> Iterator[Served]:
    """The app while it is served, on two models, through these doors."""

    class Translators:
        @staticmethod
        def load(folder: Path, device: str, **_: object) -> samples.FakeTranslator:
            return samples.FakeTranslator(folder.name)

    for name in ("en-de", "en-de-context"):
        (folder / name).mkdir(exist_ok=True)
    with mock.patch.object(module, "Translator", Translators):
        service = Service(folder, "cpu")
        service.problems()
        page, port = build(service), free_port()
        with mock.patch.object(page, "block_thread"):
            launch(page, Doors("127.0.0.1", port, **doors), rest=service.rest, browser=False)
    try:
        yield Served(page, port)
    finally:
        page.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("models")) as running:
        yield running


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Serves once more, through other doors."""
    with ExitStack() as running:
        yield lambda **doors: running.enter_context(served(tmp_path_factory.mktemp("models"), **doors))
