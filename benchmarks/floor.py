"""The floor of decoding: what the matrix products of a model alone cost for the calls that a search makes.

A product is timed as the fastest of the ways that float32 weights may lie in memory: as they are stored, transposed, or
packed by oneDNN. What is added is the time of each product, by its rows, in each call of the model. Recurrent products
of the encoder, which come one after the other, count once for each position. Times are those of the process on one
thread, so that other programs on the machine change them little.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import Any
from unittest import mock

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (the name everyone uses)

from seq2seq_core.decoding import BeamConfig, GreedyConfig, Request
from seq2seq_core.models import Seq2Seq
from seq2seq_core.pipeline import Translator

BATCH = 64
ALONE = 20
"""Sentences that are decoded one at a time."""


def cpu_seconds(run: Callable[[], object], runs: int) -> float:
    """The least CPU seconds of ``runs`` runs, after one to warm up."""
    run()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


@cache
def product(rows: int, inputs: int, outputs: int) -> float:
    """CPU seconds of [rows, inputs] by [inputs, outputs] in float32, weights as they lie best."""
    given, weight = torch.randn(rows, inputs), torch.randn(outputs, inputs)
    turned = weight.t().contiguous()
    ways: list[Callable[[], Tensor]] = [lambda: F.linear(given, weight), lambda: torch.mm(given, turned)]
    if torch.backends.mkldnn.is_available():
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, rows)
        ways.append(lambda: torch.ops.mkldnn._linear_pointwise(given, packed, None, "none", [], ""))
    often = max(1, int(2e8 / (rows * inputs * outputs)))  # so that one run is well above the clock's resolution
    return min(cpu_seconds(lambda way=way: [way() for _ in range(often)], 5) / often for way in ways)  # type: ignore[misc]


def of_step(model: Seq2Seq, rows: int) -> float:
    """CPU seconds of the products of one step: gates, attention's query, combine, output."""
    weights = [
        weight
        for name, weight in model.decoder.named_parameters()
        if weight.dim() == 2 and "key_projection" not in name
    ]
    return sum(product(rows, weight.shape[1], weight.shape[0]) for weight in (*weights, model.output.weight))


def of_start(model: Seq2Seq, sentences: int, positions: int) -> float:
    """CPU seconds of the products that encode [sentences, positions] pieces, bridge and attention's keys with them."""
    total = 0.0
    for name, weight in model.encoder.named_parameters():
        if weight.dim() == 2:
            size = weight.shape[1], weight.shape[0]
            rows = sentences * (positions if "weight_ih" in name else 1)
            total += product(rows, *size) * (positions if "weight_hh" in name else 1)
    for name, weight in model.decoder.attention.named_parameters():
        if "key_projection" in name:
            total += product(sentences * positions, weight.shape[1], weight.shape[0])
    return total


class Calls:
    """How often the model was called with how much. starts: by (B, S). steps: by N."""

    def __init__(self) -> None:
        self.starts: Counter[tuple[int, int]] = Counter()
        self.steps: Counter[int] = Counter()

    def floor(self, model: Seq2Seq) -> float:
        """CPU seconds of the products in all these calls."""
        starts = sum(count * of_start(model, *size) for size, count in self.starts.items())
        return starts + sum(count * of_step(model, rows) for rows, count in self.steps.items())


@contextmanager
def counted() -> Iterator[Calls]:
    """Counts the calls of the model while translators work."""
    calls, make = Calls(), Translator._request

    def request(self: Translator, *arguments: Any) -> Request[Any, Any]:
        made = make(self, *arguments)
        calls.starts[len(made.sources), max(len(source.tokens) for source in made.sources)] += 1

        def step(tokens: Tensor, state: Any) -> Any:
            calls.steps[len(tokens)] += 1
            return made.step_fn(tokens, state)

        return replace(made, step_fn=step)

    with mock.patch.object(Translator, "_request", request):
        yield calls


def measure_floor(translator: Translator, texts: Sequence[str], runs: int) -> None:
    """Prints ours beside the floor, on one thread: one sentence at a time with the trace off and on, then batches."""
    assert isinstance(translator.model, Seq2Seq)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    print(f"{'CPU ms a sentence, one thread':34} {'ours':>16} {'floor':>16} {'ratio':>7}")
    for name, config in (("greedy", GreedyConfig()), ("beam 5", BeamConfig(num_beams=5))):
        for how, some, batch, trace in (
            ("one at a time", texts[:ALONE], 1, False),
            ("one at a time, with its trace", texts[:ALONE], 1, True),
            (f"batch {BATCH}", texts, BATCH, False),
        ):
            run = partial(translator.translate, some, config, trace=trace, batch_size=batch)
            with counted() as calls:
                run()
            own, floor = cpu_seconds(run, runs), calls.floor(translator.model)
            print(f"{name + ', ' + how:38} {own / len(some) * 1000:12.2f} {floor / len(some) * 1000:16.2f} "
                  f"{own / floor:7.2f}", flush=True)  # fmt: skip
    torch.set_num_threads(threads)
