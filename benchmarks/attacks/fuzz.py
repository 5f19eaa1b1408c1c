"""Hostile requests over HTTP: each is answered with an event or a sentence, and the log stays small."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from typing import Any

import httpx

from benchmarks.attacks.network import Target, clients
from benchmarks.attacks.outcome import Attack

HOSTILE: tuple[Any, ...] = (
    None, True, -1, 10**400, 0.5, "", "\ud83d", "A dog.", "x" * 100_000, "=1+1", "../../etc/passwd", [], [[[]]], {},
    {"\ud83d": 1}, {"num_beams": 10**9}, {"num_beams": None}, "beam", "greedy", "en-de", [{"strategy": "greedy"}],
    {"path": "http://127.0.0.1:1/", "meta": {"_type": "gradio.FileData"}},
)  # fmt: skip
NAMES = ("text", "strategy", "settings", "model", "target", "cards", "\ud83d")
BODIES = (b"", b"{", b"[NaN]", b'{"data": NaN}', b"\xff\xfe", b"null", b"[" * 5000, b'{"data": [], "fn_index": 1e99}')
POSTED = (
    "call/translate", "call/v2/translate", "call/v2/score", "call/compare", "call/models", "call/none", "queue/join",
    "run/translate", "upload", "cancel", "reset", "component_server", "stream/x",
)  # fmt: skip
READ = ("call/translate/none", "queue/data?session_hash=none", "file=/etc/passwd", "info", "%00", "../config")


def hostile_body(rng: random.Random) -> bytes:
    """What somebody might post: no JSON, or JSON of the right form with wrong things in it."""
    if rng.random() < 0.1:
        return rng.choice(BODIES)
    some = [rng.choice(HOSTILE) for _ in range(rng.randrange(7))]
    named = dict(zip(rng.sample(NAMES, k=4), some, strict=False))
    pressed = {"data": some * rng.choice([1, 1, 6]), "fn_index": rng.randrange(-1, 80), "session_hash": f"f{len(some)}"}
    return json.dumps(rng.choice([named, {"data": some}, {**pressed, "event_data": rng.choice(HOSTILE)}])).encode()


async def shot(client: httpx.AsyncClient, rng: random.Random) -> str | None:
    """What was wrong with the answer to one hostile request; None for nothing."""
    if rng.random() < 0.15:
        path = rng.choice(READ)
        answer = await client.get(f"/gradio_api/{path}")
    else:
        path, header = rng.choice(POSTED), {"Content-Type": "application/json"}
        answer = await client.post(f"/gradio_api/{path}", content=hostile_body(rng), headers=header)
    if answer.status_code >= 500 and answer.status_code != 503:
        return f"status {answer.status_code} from {path}"
    if answer.status_code == 200 and path.startswith("call/") and "event_id" in answer.text:
        answer = await client.get(f"/gradio_api/call/{path.rpartition('/')[2]}/{answer.json()['event_id']}")
        if not answer.text.startswith("event: "):
            return f"no event from {path}"
    if '"error": null' in answer.text or "Traceback" in answer.text:
        return f"{'a traceback' if 'Traceback' in answer.text else 'null'} from {path}"
    return None


def fuzz(at: Target, scale: float) -> Iterator[Attack]:
    """10,000 hostile requests, of ten clients at once."""
    number, attack = max(50, round(10_000 * scale)), Attack("fuzz over HTTP")

    async def one(client: httpx.AsyncClient, rng: random.Random) -> None:
        for _ in range(number // 10):
            try:
                attack.saw(await shot(client, rng))
            except httpx.HTTPError as error:
                attack.saw(f"the connection broke: {type(error).__name__}")

    async def everybody() -> None:
        async with clients(at.url, 10) as made:
            await asyncio.gather(*(one(client, random.Random(100 + n)) for n, client in enumerate(made)))

    asyncio.run(everybody())
    attack.measured = f"{at.traces()} tracebacks in a log of {at.log.stat().st_size / 1000:.0f} kB"
    if at.traces():
        attack.failures["tracebacks in the log"] += at.traces()
    yield attack
