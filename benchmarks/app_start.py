"""How long ``python app.py`` takes until it answers and until it translates, and how much memory it then takes.

    python -m benchmarks.app_start [--runs 5] [--before DIR]

``--before`` measures another checkout of the project in turn with this one, and prints the ratio: on a machine that
does other things too, the processor's seconds say more than those on the clock. The files are in the disk's cache: the
first run of each is left out. Memory is what is resident once the app did nothing for some seconds, as Linux counts it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.serving import ROOT, free_port, listens

SENTENCE = "A man is walking in the park."
LIMIT = 120.0
IDLE = 8.0
"""Seconds after the first translation, at which memory is read."""

MEASURED = ("HTTP 200, s", "HTTP 200, CPU s", "translation, s", "translation, CPU s", "idle memory, MB")


def resident(pid: int) -> float:
    """Megabytes of a process that are in memory (VmRSS)."""
    said = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", said)
    assert found is not None, "Linux says how much of a process is in memory"
    return int(found[1]) / 1024


def processor(pid: int) -> float:
    """Seconds that a process has computed, in all threads."""
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def answered(url: str, data: bytes | None = None) -> bytes:
    """The body of an answer, asked for until there is one."""
    end = time.monotonic() + LIMIT
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as response:
                body: bytes = response.read()
                return body
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def translated(url: str) -> None:
    """Waits for a translation of one sentence, as any program would ask for it."""
    call = f"{url}/gradio_api/call/translate"
    event = json.loads(answered(call, json.dumps({"data": [SENTENCE, "beam", None, "", False]}).encode()))["event_id"]
    said = answered(f"{call}/{event}").decode()
    assert "event: complete" in said, said


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """The app of a checkout from when it answers: its address, and the number of its process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "app.py", "--no-browser", "--device", "cpu", "--port", str(port)],
        cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        answered(url)
        assert listens(process.pid, port), f"somebody else answers at {url}"
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def start(folder: Path) -> list[float]:
    """Starts the app of a checkout once; what ``MEASURED`` names."""
    begin = time.monotonic()
    with served(folder) as (url, pid):
        first = [time.monotonic() - begin, processor(pid)]
        translated(url)
        then = [time.monotonic() - begin, processor(pid)]
        time.sleep(IDLE)
        return [*first, *then, resident(pid)]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--before", type=Path, metavar="DIR", help="another checkout to compare with")
    args = parser.parse_args()
    folders = [ROOT] if args.before is None else [args.before, ROOT]
    taken: list[list[list[float]]] = [[] for _ in folders]
    for run in range(args.runs + 1):
        for place, folder in enumerate(folders):
            found = start(folder)
            if run:
                taken[place].append(found)
    heads = ["before", "now", "ratio"] if args.before else ["now"]
    print(f"{'median of ' + str(args.runs):22}", *(f"{head:>9}" for head in heads))
    for row, name in enumerate(MEASURED):
        medians = [statistics.median(run[row] for run in runs) for runs in taken]
        cells = [*medians, medians[1] / medians[0]] if args.before else medians
        print(f"{name:22}", *(f"{cell:9.2f}" for cell in cells))


if __name__ == "__main__":
    main()
