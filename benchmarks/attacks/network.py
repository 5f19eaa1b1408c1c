"""The real app as its own process, and many people who use it at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.e2e.serving import free_port, serving


@dataclass(frozen=True)
class Target:
    """The app under attack: its address, its process, and the file with what it prints."""

    url: str
    process: psutil.Process
    log: Path

    def megabytes(self) -> float:
        """Memory that it holds."""
        return float(self.process.memory_info().rss) / 1e6

    def traces(self) -> int:
        """Tracebacks in what it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback")


@contextmanager
def target() -> Iterator[Target]:
    """The app while it serves the shipped checkpoints."""
    port = free_port()
    with serving("--no-browser", "--device", "cpu", "--port", str(port), port=port) as (url, log):
        mine = psutil.Process().children(recursive=True)
        holder = next(each for each in mine if any(c.laddr.port == port for c in each.net_connections("tcp")))
        yield Target(url, holder, log)


@asynccontextmanager
async def clients(url: str, number: int) -> AsyncIterator[list[httpx.AsyncClient]]:
    """As many people, each with a connection of their own."""
    made = [httpx.AsyncClient(base_url=url, timeout=300) for _ in range(number)]
    try:
        yield made
    finally:
        await asyncio.gather(*(client.aclose() for client in made))


async def call(client: httpx.AsyncClient, name: str, arguments: dict[str, Any]) -> tuple[str, str]:
    """The last event of a call and what it says; a full queue is asked again, as its sentence says."""
    while (started := await client.post(f"/gradio_api/call/v2/{name}", json=arguments)).status_code == 503:
        await asyncio.sleep(0.5)
    if started.status_code != 200:
        return "refused", started.text
    answer = await client.get(f"/gradio_api/call/{name}/{started.json()['event_id']}")
    event, _, data = answer.text.strip().rpartition("\n\n")[2].partition("\n")
    return event.removeprefix("event: "), data.removeprefix("data: ")
