"""How many people the app serves at a time: translations over plain HTTP, by one person and then by many at once.

    python -m benchmarks.people [--people 50] [--sentences 20] [--address http://127.0.0.1:7860]

Starts the app as its own process, unless an address is given, and asks it as docs/api.md says: a POST, and a GET that
waits. A person asks for the next sentence when the one before has come. First one person asks for all sentences, then
all people ask at once, each in an order of their own. Prints requests a second, errors, and how long one waits, from
the POST to the end of the answer; and how many translations are not those that the one person got.

The exit code is 1 where a request failed, a translation is another one, somebody waited more than 5 times the mean, or
many people get less than 3 times as many translations a second as one.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from seq2seq_core.types import describe_machine
from tests.e2e.serving import free_port, serving

SENTENCES = Path("demo/assets/everyday.tsv")
PATIENCE = 120.0
"""Seconds after which an answer counts as an error."""

LONGEST_WAIT = 5.0
"""Times the mean."""

THROUGHPUT = 3.0
"""Times that of one person."""


@dataclass(frozen=True)
class Reply:
    """Of one request: what was asked, the translation ("" = an error), the error, and how long it took in seconds."""

    text: str
    translation: str
    error: str
    seconds: float


def ask(connection: http.client.HTTPConnection, text: str) -> str:
    """A translation by beam search.

    Raises:
        RuntimeError: the app answers with an error.
    """
    body = json.dumps({"text": text})
    connection.request("POST", "/gradio_api/call/v2/translate", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {said}")
    connection.request("GET", f"/gradio_api/call/translate/{said['event_id']}")
    lines = connection.getresponse().read().decode().splitlines()
    if "event: complete" not in lines:
        raise RuntimeError(" ".join(lines)[:200])
    data = lines[lines.index("event: complete") + 1]
    return str(json.loads(data.removeprefix("data: "))[0]["text"])


def person(address: str, texts: Sequence[str]) -> list[Reply]:
    """One after the other."""
    place, replies = urlsplit(address), []
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE)
    for text in texts:
        begun, translation, error = time.perf_counter(), "", ""
        try:
            translation = ask(connection, text)
        except (OSError, RuntimeError, ValueError, http.client.HTTPException) as problem:
            error = f"{type(problem).__name__}: {problem}"
            connection.close()
        replies.append(Reply(text, translation, error, time.perf_counter() - begun))
    connection.close()
    return replies


def together(address: str, plans: Sequence[Sequence[str]]) -> tuple[list[Reply], float]:
    """What all people got, and the seconds until the last had everything."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(plans)) as threads:
        replies = [reply for mine in threads.map(lambda texts: person(address, texts), plans) for reply in mine]
    return replies, time.perf_counter() - begun


def told(name: str, replies: Sequence[Reply], seconds: float, known: dict[str, str]) -> tuple[float, bool]:
    """Prints a row; returns requests a second, and whether all is well but for these."""
    waits = [reply.seconds for reply in replies]
    mean, longest = sum(waits) / len(waits), max(waits)
    errors = [reply.error for reply in replies if reply.error]
    others = sum(known[reply.text] != reply.translation for reply in replies if not reply.error)
    rate = len(replies) / seconds
    print(
        f"{name:>10} {len(replies):>9,} {len(errors):>7} {others:>10} {rate:>11.1f} {mean * 1000:>9,.0f} "
        f"{longest * 1000:>12,.0f} {longest / mean:>13.1f}"
    )
    for error in errors[:3]:
        print(f"    {error}")
    return rate, not errors and not others and longest <= LONGEST_WAIT * mean


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--sentences", type=int, default=20, help="of each person")
    parser.add_argument("--address", default="", help="of an app that serves already; one is started otherwise")
    arguments = parser.parse_args()
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    texts = [line.split("\t")[0] for line in lines if line][: arguments.sentences]
    with ExitStack() as stack:
        address = arguments.address
        if not address:
            port = free_port()
            command = ["--no-browser", "--device", "cpu", "--port", str(port)]
            address, _ = stack.enter_context(serving(*command, port=port))
        person(address, texts[:3])  # the first loads what it needs
        alone, seconds_alone = together(address, [texts])
        known = {reply.text: reply.translation for reply in alone}
        turned = [texts[number % len(texts) :] + texts[: number % len(texts)] for number in range(arguments.people)]
        many, seconds = together(address, turned)
    print(describe_machine())
    print(f"{'people':>10} {'requests':>9} {'errors':>7} {'different':>10} {'requests/s':>11} {'mean, ms':>9} "
          f"{'longest, ms':>12} {'longest/mean':>13}")  # fmt: skip
    one, well_alone = told("1", alone, seconds_alone, known)
    all_, well = told(str(arguments.people), many, seconds, known)
    print(f"{all_ / one:.1f} times the requests a second of one person")
    return 0 if well_alone and well and all_ >= THROUGHPUT * one else 1


if __name__ == "__main__":
    sys.exit(main())
