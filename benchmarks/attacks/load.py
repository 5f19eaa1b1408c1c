"""Many people at once, and ten minutes of everything with the memory of the process over time."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

import httpx

from benchmarks.attacks.fuzz import PATIENCE, shot
from benchmarks.attacks.network import Target, call, clients
from benchmarks.attacks.outcome import Attack

SENTENCES = ("A dog runs.", "Two men are playing chess.", "The baker is tired. She goes home.", "Wie bitte?")
STRATEGIES = ("greedy", "beam", "sample")
WISHES: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("translate", {"text": text, "strategy": strategy}) for text in SENTENCES for strategy in STRATEGIES),
    ("translate", {"text": SENTENCES[0], "trace": True}),
    ("score", {"text": "A dog runs.", "target": "Ein Hund läuft."}),
    ("compare", {"text": "A dog runs.", "cards": [{"strategy": "greedy"}, {"strategy": "beam"}]}),
    ("models", {}),
)


def load(at: Target, scale: float) -> Iterator[Attack]:
    """50 people who ask 20 times each, one request after the other."""
    people, times, waits = max(2, round(50 * scale)), 20, list[list[float]]()
    attack = Attack(f"load: {people} people, {times} requests each")

    async def person(client: httpx.AsyncClient, rng: random.Random) -> None:
        mine: list[float] = []
        for _ in range(times):
            begun = time.monotonic()
            text, strategy = rng.choice(SENTENCES), rng.choice(STRATEGIES)
            event, said = await call(client, "translate", {"text": text, "strategy": strategy})
            mine.append(time.monotonic() - begun)
            attack.saw(None if event == "complete" and json.loads(said)[0]["text"] else f"{event}: {said}")
        waits.append(mine)

    async def everybody() -> None:
        async with clients(at.url, people) as made:
            await asyncio.gather(*(person(client, random.Random(n)) for n, client in enumerate(made)))

    asyncio.run(everybody())
    means = [statistics.mean(mine) for mine in waits]
    attack.measured = f"longest mean wait of a person {max(means) / statistics.mean(means):.2f} times that of all"
    yield attack


def mixed(at: Target, scale: float) -> Iterator[Attack]:
    """Ten minutes of requests of every kind, with the memory of the process over time."""
    seconds = max(20.0, 600 * scale)
    attack, end, curve = Attack(f"mixed load for {seconds:.0f} s"), time.monotonic() + seconds, list[float]()

    async def one(client: httpx.AsyncClient, rng: random.Random) -> str | None:
        if rng.random() < 0.3:
            return await shot(client, rng)
        event, said = await call(client, *rng.choice(WISHES))
        return None if event == "complete" else f"{event}: {said}"

    async def person(client: httpx.AsyncClient, rng: random.Random) -> None:
        while time.monotonic() < end:
            try:
                attack.saw(await asyncio.wait_for(one(client, rng), PATIENCE))
            except TimeoutError:
                attack.saw("no end of an answer")

    async def watch() -> None:
        while time.monotonic() < end:
            curve.append(at.megabytes())
            await asyncio.sleep(seconds / 20)

    async def everybody() -> None:
        async with clients(at.url, 6) as made:
            await asyncio.gather(watch(), *(person(client, random.Random(n)) for n, client in enumerate(made)))

    asyncio.run(everybody())
    attack.measured = f"memory {drawn(curve)}: {min(curve):.0f} to {max(curve):.0f} MB, at the end {at.megabytes():.0f}"
    yield attack


def drawn(curve: list[float]) -> str:
    """Figures over time as a line of blocks, from 0 to the highest."""
    return "".join("▁▂▃▄▅▆▇█"[min(7, int(8 * value / max(curve)))] for value in curve)
