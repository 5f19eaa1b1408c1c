"""How long a person waits for the page: the real app in real Chromium, beside a bare Gradio app in the same browser.

    python -m benchmarks.app_speed [--runs 20]

Measured inside the page, from the click to the second animation frame after all that the click asks for is there,
hence up to two frames (33 ms) above what the eye waits. The peer is the least that Gradio and Plotly can cost: one
button, one gr.Plot with a heatmap of 30 x 30 cells, no model. Beside the milliseconds stand the bytes of each act, as
they travel. That a change of display decodes nothing is counted, not assumed: app and benchmark are one process, in
which each call of the model is seen. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import itertools
import math
import os
import statistics
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import gradio as gr
import numpy as np
import plotly.graph_objects as go
from playwright.sync_api import Page, sync_playwright

import app
from seq2seq_core.models import Seq2Seq
from seq2seq_core.types import describe_machine
from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.browsing import SENTENCE, chromium, ready
from tests.e2e.serving import free_port, listens

SENTENCES = (
    ("A young woman with a green umbrella is waiting for the bus in heavy rain.", "umbrella"),
    ("Two old men are playing a game of chess on a bench near the river.", "chess"),
    ("The children are building a big castle of sand on the beach with their mother.", "castle"),
    ("A brown dog with a red ball is running through the deep snow of winter.", "snow"),
    ("Several people in yellow jackets are standing around a small fire in the dark forest.", "forest"),
)
"""15 words each, and one of them that no other sentence has."""

LONG = "The old man and the young woman are walking along the river and talking about the weather, " * 10
KEYS = "a man is walking in the park"
TARGETS = {"search": 250, "another candidate": 100, "display": 60}
"""Milliseconds at the median, on a machine whose peer takes about 120."""

MOST_SENT = {"search": 88, "another candidate": 44, "display": 10}
"""Kilobytes that the app may answer with at the mean: half of what it was before answers were compressed."""

# Runs in the page. shown(before) says whether all that was asked for is there.
MEASURE = """
window.painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
window.measure = async (act, shown) => {
  const start = performance.now();
  act();
  while (!shown()) {
    if (performance.now() - start > 30000) throw new Error("it never showed");
    await new Promise((done) => requestAnimationFrame(done));
  }
  await painted();
  return performance.now() - start;
};
window.look = (selector) => document.querySelector(selector)?.innerHTML ?? "";
window.heat = () => document.querySelector("#heatmap .heatmaplayer image")?.getAttribute("href") ?? "";
window.delays = [];
document.addEventListener("keydown", async (event) => {
  await painted();
  delays.push(performance.now() - event.timeStamp);
}, true);
"""

# Click to heatmap and tree, given a word that only this sentence has. Labels hold pieces of words, the link whole ones.
SEARCH = """async (word) => {
  const labels = () => look("#heatmap .xaxislayer-above"), before = [look("#tree"), heat(), labels()];
  const ms = await measure(
    () => document.querySelector("#translate").click(),
    () => document.querySelector("#status .done a.state")?.href.includes(word) &&
      [look("#tree"), heat(), labels()].every((now, i) => now && now !== before[i]));
  return { ms, tree: look("#tree"), heat: heat() };
}"""

# What only changes how a result is shown: the act, and what there is to see once it is done.
DISPLAYS = {
    "another candidate": """async (i) => {
      const row = () => document.querySelectorAll("#candidates tbody tr")[1 + (i % 4)], old = heat();
      return await measure(() => row().click(), () => row().matches(".chosen") && heat() !== old);
    }""",
    "alpha": """async (i) => {
      const slider = document.querySelector("#alpha input[type=range]"), old = look("#ledger");
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, 0.1 + 0.05 * i);
      return await measure(
        () => slider.dispatchEvent(new Event("input", { bubbles: true })), () => look("#ledger") !== old);
    }""",
    "pieces or words": """async (i) => {
      const old = heat() + look("#heatmap .xaxislayer-above");
      return await measure(
        () => document.querySelectorAll("#unit input")[(i + 1) % 2].click(),
        () => heat() + look("#heatmap .xaxislayer-above") !== old);
    }""",
    "step of the tree": """async (i) => {
      const slider = document.querySelector("#tree .steps"), at = () => look("#tree .at"), old = at();
      slider.value = 1 + (i % 8);
      return await measure(() => slider.dispatchEvent(new Event("input", { bubbles: true })), () => at() !== old);
    }""",
}

PEER = """async () => {
  const image = () => document.querySelector(".heatmaplayer image")?.getAttribute("href") ?? "", old = image();
  return await measure(() => document.querySelector("button.lg").click(), () => image() !== old);
}"""


class Traffic:
    """Bytes between a page and its server's API since the last look, as they travel."""

    def __init__(self, page: Page) -> None:
        self._up = self._down = 0
        self._open = set[str]()
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._begun)
        session.on("Network.loadingFinished", self._ended)
        session.send("Network.enable")

    def _begun(self, event: dict[str, Any]) -> None:
        if "/gradio_api/" in event["request"]["url"]:
            self._open.add(event["requestId"])
            self._up += len(event["request"].get("postData", ""))

    def _ended(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._open:
            self._down += event["encodedDataLength"]

    def since(self) -> tuple[int, int]:
        """Up and down, the latter with headers; then counts from 0 again."""
        found = self._up, self._down
        self._up = self._down = 0
        return found

    def note(self, acts: int, kind: str) -> str:
        """What an act sent, of so many, for the end of a row."""
        up, down = (each / acts for each in self.since())
        most = MOST_SENT[kind]
        met = "under" if down < 1000 * most else "OVER"
        return f", {up:.0f} bytes up, {down / 1000:.1f} kB down ({met} {most})"


@contextmanager
def counted() -> Iterator[list[int]]:
    """Counts the calls of every model's step, in a list of one number."""
    calls, step = [0], Seq2Seq.step

    def counting(*arguments: Any) -> Any:
        calls[0] += 1
        return step(*arguments)

    with mock.patch.object(Seq2Seq, "step", counting):
        yield calls


def serve_app() -> str:
    """The real app in a thread of this process; returns its address."""
    port = free_port()
    sys.argv = ["app.py", "--no-browser", "--device", "cpu", "--port", str(port)]
    threading.Thread(target=app.main, daemon=True).start()
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            assert listens(os.getpid(), port), f"somebody else answers at {url}"
            return url
        except OSError:
            threading.Event().wait(0.1)
    raise SystemExit("app.py does not serve")


def serve_bare() -> str:
    """A Gradio app with nothing but a button and a heatmap; returns its address."""
    random = np.random.default_rng(0)

    def draw() -> go.Figure:
        return go.Figure(go.Heatmap(z=random.random((30, 30))), {"height": 460})

    with gr.Blocks(analytics_enabled=False) as page:
        plot = gr.Plot(draw())
        gr.Button("Draw").click(draw, None, plot, show_progress="hidden")
    page.launch(server_port=free_port(), quiet=True, prevent_thread_lock=True, ssr_mode=False)
    return str(page.local_url)


def searches(page: Page, runs: int) -> list[float]:
    """Milliseconds of each search, the first round over the sentences left out: it warms up."""
    taken = []
    for run, (sentence, word) in enumerate(itertools.islice(itertools.cycle(SENTENCES), len(SENTENCES) + runs)):
        page.locator(SENTENCE).fill(sentence)
        seen = page.evaluate(SEARCH, word)
        page.wait_for_timeout(400)
        assert page.evaluate("[look('#tree'), heat()]") == [seen["tree"], seen["heat"]], "measured before the end"
        if run >= len(SENTENCES):
            taken.append(seen["ms"])
    return taken


def repeated(page: Page, script: str, runs: int) -> list[float]:
    """Milliseconds of each run of a script that takes the number of the run; two more warm up."""
    taken = []
    for run in range(runs + 2):
        taken.append(page.evaluate(script, run))
        page.wait_for_timeout(100)
    return taken[2:]


def typing(page: Page) -> list[float]:
    """Milliseconds from each key to paint, with nothing else to do."""
    page.locator(SENTENCE).fill("")
    page.evaluate("delays.length = 0")
    page.locator(SENTENCE).press_sequentially(KEYS, delay=60)
    page.evaluate("painted()")
    found: list[float] = page.evaluate("delays")
    return found


def typing_while_searching(page: Page) -> list[float]:
    """The same while searches run, one after the other until there are enough keys."""
    page.evaluate("delays.length = 0")
    for _ in range(10):
        page.locator(SENTENCE).fill(LONG)
        page.locator("#translate").click()
        page.locator("#status .busy").wait_for()
        page.locator(SENTENCE).focus()
        for key in KEYS:
            page.keyboard.press(key)
            if page.locator("#status .done").count():
                break
        page.locator("#status .done").wait_for()
        found: list[float] = page.evaluate("delays")
        if len(found) >= len(KEYS):
            break
    return found


def line(name: str, taken: list[float], peer: float, target: int | None, note: str = "") -> None:
    """Prints a row: median, 90th percentile, ratio to the peer's median, and whether the target is met."""
    median, high = statistics.median(taken), sorted(taken)[math.ceil(0.9 * len(taken)) - 1]
    met = "" if target is None else f"{'under' if median < target else 'OVER'} {target}"
    print(f"{name:32} {median:9.0f} {high:9.0f} {median / peer:9.2f} {met:>12}  {len(taken)} runs{note}", flush=True)


def measure_app(page: Page, url: str, calls: list[int], peer: float, runs: int) -> None:
    """Prints the rows of the app."""
    page.goto(url)
    ready(page)
    page.wait_for_timeout(2000)
    traffic = Traffic(page)
    taken = searches(page, runs)
    page.wait_for_timeout(2000)  # nothing of the last search is under way any more
    sent = traffic.note(runs + len(SENTENCES), "search")
    line("click to heatmap and tree", taken, peer, TARGETS["search"], sent)
    for name, script in DISPLAYS.items():
        before, kind = calls[0], name if name in TARGETS else "display"
        taken = repeated(page, script, runs)
        page.wait_for_timeout(500)
        sent = traffic.note(runs + 2, kind)
        line(name, taken, peer, TARGETS[kind], f", {calls[0] - before} calls of the model{sent}")
    line("a key, idle", typing(page), peer, None)
    line("a key while a search runs", typing_while_searching(page), peer, None)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with counted() as calls, sync_playwright() as playwright:
        bare, ours = serve_bare(), serve_app()
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        page.add_init_script(MEASURE)
        versions = {name: importlib.metadata.version(name) for name in ("gradio", "plotly", "torch")}
        print(f"{describe_machine()}, load {os.getloadavg()[0]:.1f}; Chromium {browser.version}; "
              f"{', '.join(f'{name} {version}' for name, version in versions.items())}; "
              f"{datetime.date.today().isoformat()}")  # fmt: skip
        print(f"{'milliseconds to paint':32} {'median':>9} {'90 %':>9} {'to peer':>9} {'target':>12}")
        page.goto(bare)
        page.locator(".heatmaplayer image").wait_for()
        peer = repeated(page, PEER, runs)
        line("peer: bare Gradio, one gr.Plot", peer, statistics.median(peer), None)
        measure_app(page, ours, calls, statistics.median(peer), runs)
        browser.close()


if __name__ == "__main__":
    main()
