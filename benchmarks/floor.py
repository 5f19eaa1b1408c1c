"""The floor of decoding: what the matrix products of a model alone cost for the calls that a search makes.

A product is timed as the fastest of the ways that weights may lie in memory: float32 as they are stored, transposed, or
packed by oneDNN; in another precision packed for that. What is added is the time of each product, by its rows, in each
call of the model. Recurrent products of the encoder, which come one after the other, count once for each position, or
as oneDNN's fused call where that is less. Times are those of the process on one
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
from seq2seq_core.models.precision import Precision
from seq2seq_core.models.products import BFloat16Linear, Int8Linear, PackedLinear, Product
from seq2seq_core.models.recurrent.packed import packed_encoder
from seq2seq_core.pipeline import Translator

FAST = {
    "float32": Precision(PackedLinear, PackedLinear),
    "bfloat16": Precision(BFloat16Linear, BFloat16Linear),
    "int8": Precision(PackedLinear, Int8Linear),
    "bfloat16+int8": Precision(BFloat16Linear, Int8Linear),
}
"""The products alone of each precision: none is multiplied again."""

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
def product(rows: int, inputs: int, outputs: int, fast: Product = PackedLinear) -> float:
    """CPU seconds of [rows, inputs] by [inputs, outputs], with weights as they lie best: float32's, or ``fast``'s."""
    given, weight = torch.rand(rows, inputs), torch.randn(outputs, inputs)
    turned = weight.t().contiguous()
    ways: list[Callable[[], Tensor]] = [lambda: F.linear(given, weight), lambda: torch.mm(given, turned)]
    if torch.backends.mkldnn.is_available():
        ways += [partial(made(weight, None), given) for made in {PackedLinear, fast}]
    often = max(1, int(2e8 / (rows * inputs * outputs)))  # so that one run is well above the clock's resolution
    return min(cpu_seconds(lambda way=way: [way() for _ in range(often)], 5) / often for way in ways)  # type: ignore[misc]


@cache
def sequence(sentences: int, positions: int, inputs: int, hidden: int, gates: int) -> float:
    """CPU seconds of one direction of a recurrent layer: its products one by one, or an LSTM's fused call if less."""
    one = product(sentences * positions, inputs, gates) + positions * product(sentences, hidden, gates)
    if gates != 4 * hidden or not torch.backends.mkldnn.is_available():
        return one
    fused = packed_encoder(torch.nn.LSTM(inputs, hidden, batch_first=True))
    given = torch.randn(sentences, positions, inputs)
    often = max(1, 200 // (sentences * positions))
    return min(one, cpu_seconds(lambda: [fused(given) for _ in range(often)], 5) / often)


def of_step(model: Seq2Seq, rows: int, precision: str = "float32") -> float:
    """CPU seconds of the products of one step: gates, attention's query, combine, output."""
    fast, decoder = FAST[precision], model.decoder
    total = product(rows, model.output.in_features, model.output.out_features, fast.output)
    for layer in decoder.rnn.all_weights:
        of_input, recurrent = layer[0].shape[1], layer[1].shape[1]
        gates = len(layer[0])
        apart = product(rows, of_input, gates, fast.recurrent) + product(rows, recurrent, gates, fast.recurrent)
        total += min(apart, product(rows, of_input + recurrent, gates, fast.recurrent))
    for name, weight in decoder.attention.named_parameters():
        if "key_projection" not in name and weight.dim() == 2:
            total += product(rows, weight.shape[1], weight.shape[0])
    combined = decoder.combine.in_features - _of_memory(model)
    return total + product(rows, combined, decoder.combine.out_features, fast.recurrent)


def of_start(model: Seq2Seq, sentences: int, positions: int) -> float:
    """CPU seconds of the products that encode [sentences, positions] pieces, in float32, with bridge, attention's keys
    and the memory's share of combine."""
    total = 0.0
    for layer in model.encoder.rnn.all_weights:
        total += sequence(sentences, positions, layer[0].shape[1], layer[1].shape[1], len(layer[0]))
    for weight in model.encoder.bridge.parameters():
        if weight.dim() == 2:
            total += product(sentences, weight.shape[1], weight.shape[0])
    for name, weight in model.decoder.attention.named_parameters():
        if "key_projection" in name:
            total += product(sentences * positions, weight.shape[1], weight.shape[0])
    width = _of_memory(model)
    return total + (product(sentences * positions, width, model.decoder.combine.out_features) if width else 0.0)


def _of_memory(model: Seq2Seq) -> int:
    """Inputs of combine that depend on the source alone."""
    return model.config.memory_size if model.decoder.attention.reads == "current_state" else 0


class Calls:
    """How often the model was called with how much. starts: by (B, S). steps: by N."""

    def __init__(self) -> None:
        self.starts: Counter[tuple[int, int]] = Counter()
        self.steps: Counter[int] = Counter()

    def floor(self, model: Seq2Seq, precision: str) -> float:
        """CPU seconds of the products in all these calls."""
        starts = sum(count * of_start(model, *size) for size, count in self.starts.items())
        return starts + sum(count * of_step(model, rows, precision) for rows, count in self.steps.items())


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
    print(f"{'CPU ms a sentence, ' + translator.precision:34} {'ours':>16} {'floor':>16} {'ratio':>7}")
    for name, config in (("greedy", GreedyConfig()), ("beam 5", BeamConfig(num_beams=5))):
        for how, some, batch, trace in (
            ("one at a time", texts[:ALONE], 1, False),
            ("one at a time, with its trace", texts[:ALONE], 1, True),
            (f"batch {BATCH}", texts, BATCH, False),
        ):
            run = partial(translator.translate, some, config, trace=trace, batch_size=batch)
            with counted() as calls:
                run()
            own, floor = cpu_seconds(run, runs), calls.floor(translator.model, translator.precision)
            print(f"{name + ', ' + how:38} {own / len(some) * 1000:12.2f} {floor / len(some) * 1000:16.2f} "
                  f"{own / floor:7.2f}", flush=True)  # fmt: skip
    torch.set_num_threads(threads)
