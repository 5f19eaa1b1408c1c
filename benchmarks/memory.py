"""Whether memory comes back: the resident memory of the app over many visits and calls of its interface.

    python -m benchmarks.memory [--visits 300] [--calls 2000]

A visit opens the page, keeps its heartbeat, translates a sentence and runs a comparison as the page's own buttons do,
and goes. Calls take each endpoint and each shipped model in turn. Memory is read a few seconds after each part, when
the app is idle, and should stay within a tenth of what it was after the first hundred.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from benchmarks.app_start import IDLE, answered, resident, served
from tests.e2e.serving import ROOT

SENTENCES = (
    "A man in a red jacket is reading.",
    "Two old men are playing a game of chess on a bench near the river.",
    "The children are building a big castle of sand on the beach.",
)
MODELS = ("en-de", "en-fr", "en-de-attention", "en-de-context")
PART = 100
MOST_GROWTH, MOST_IDLE = 1.10, 600.0
"""Of what it was after the first part; megabytes."""


def posted(url: str, body: Any) -> Any:
    """The answer to a body of JSON."""
    return json.loads(answered(url, json.dumps(body).encode()))


def called(url: str, name: str, *arguments: object) -> str:
    """What an endpoint says, as the stream that it comes in."""
    call = f"{url}/gradio_api/call/{name}"
    event = posted(call, {"data": arguments})["event_id"]
    with urllib.request.urlopen(f"{call}/{event}", timeout=120) as response:
        said: str = response.read().decode()
    assert "event: complete" in said, said[:500]
    return said


def call(url: str, number: int) -> None:
    """One call of the interface: each endpoint in turn, over the models."""
    sentence, model = SENTENCES[number % len(SENTENCES)], MODELS[number // 8 % len(MODELS)]
    cards = [{"strategy": "beam", "settings": {"num_beams": 3}}, {"strategy": "greedy"}]
    asked: tuple[tuple[object, ...], ...] = (
        ("translate", sentence, "beam", None, model, number % 2 == 0),
        ("models",),
        ("score", sentence, "Ein Mann liest.", model),
        ("compare", sentence, cards, "", 0, model),
        ("why_not", sentence, "Ein Mann liest.", "greedy", {}, model),
        ("beside", sentence, [model], "Ein Mann liest."),
        ("neighbours", sentence, "", 1, "en-de"),
        ("ideas", "beam"),
    )
    name, *arguments = asked[number % len(asked)]
    called(url, str(name), *arguments)


class Visitor:
    """Does what the page does: its buttons' events, as the page's configuration describes them."""

    def __init__(self, url: str) -> None:
        self._url = url
        config = json.loads(answered(f"{url}/config"))
        self._values = {each["id"]: each["props"].get("value") for each in config["components"]}
        self._named = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        self._events = config["dependencies"]

    def visit(self, number: int) -> None:
        """Comes, translates, compares and goes."""
        answered(self._url)
        address = urlsplit(self._url)
        heart = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
        session = f"visit{number}"
        heart.request("GET", f"/gradio_api/heartbeat/{session}")
        heart.getresponse().readline()
        for button in ("translate", "compare"):
            self._press(button, session)
        heart.close()

    def _press(self, button: str, session: str) -> None:
        """Presses a button, and reads to the end what comes of it."""
        pressed = [self._named[button], "click"]
        heard = {each["id"] for each in self._events if pressed in each["targets"]}
        answers = [each for each in self._events if each["backend_fn"] and len(each["outputs"]) > 1]
        (event,) = (each for each in answers if each["id"] in heard or each["trigger_after"] in heard)
        data = [self._values[place] for place in event["inputs"]]
        posted(
            f"{self._url}/gradio_api/queue/join",
            {"data": data, "fn_index": event["id"], "session_hash": session, "event_data": None},
        )
        with urllib.request.urlopen(
            f"{self._url}/gradio_api/queue/data?session_hash={session}", timeout=120
        ) as response:
            said = response.read().decode()
        assert '"msg":"process_completed"' in said and '"success":true' in said, said[-500:]


def measured(name: str, act: Callable[[int], None], times: int, memory: Callable[[], float]) -> list[float]:
    """Megabytes after each part of so many acts; prints them."""
    found = []
    for place in range(times):
        act(place)
        if (place + 1) % PART == 0 or place + 1 == times:
            time.sleep(IDLE)
            found.append(memory())
            print(f"{place + 1:6} {name:8} {found[-1]:8.0f} MB", flush=True)
    return found


def measure(url: str, pid: int, visits: int, calls: int) -> bool:
    """Whether the app of this process at this address keeps within bounds."""
    time.sleep(IDLE)
    print(f"{0:6} {'':8} {resident(pid):8.0f} MB", flush=True)
    for model in MODELS:  # who asks for a model first makes it be loaded, once for all
        called(url, "translate", SENTENCES[0], "beam", None, model, True)
    grown = []
    for name, act, times in (("visits", Visitor(url).visit, visits), ("calls", lambda n: call(url, n), calls)):
        found = measured(name, act, times, lambda: resident(pid))
        grown.append(max(found) / found[0])
        print(f"{name}: at most {grown[-1]:.2f} times what it was after {min(PART, times)}")
    return max(grown) <= MOST_GROWTH and found[-1] <= MOST_IDLE


def main() -> int:
    """Serves the app, measures and prints; 1 where memory does not come back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=300)
    parser.add_argument("--calls", type=int, default=2000)
    args = parser.parse_args()
    with served(ROOT) as (url, pid):
        kept = measure(url, pid, args.visits, args.calls)
    print("memory comes back" if kept else "memory does NOT come back")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
