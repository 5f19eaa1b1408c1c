"""How fast decoding is, beside peers measured in the same run.

    python -m benchmarks.speed --checkpoint checkpoints/en-de-attention [--source FILE]

Greedy search and a beam of 5, in batches of 64 and one sentence at a time. The peer is the search that one writes
first: ``plain_beam_search`` below, with the same weights, but a call of ``nn.LSTM`` or ``nn.GRU`` for each step, a
softmax over the whole vocabulary, Python lists of hypotheses, and no sentence leaving the batch before all are done.
How many of its translations are ours is counted. Beside ours stands what the matrix products alone cost: see floor.py.
Where ``transformers`` is installed, the search alone is measured too,
ours and ``generate()`` on one tiny model without a cache, so that hardly anything but the search takes time. Figures
are medians of runs that take turns; a ratio above 1 says how many times faster ours is.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import itertools
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest import mock

import torch
from torch import Tensor

from benchmarks.floor import ALONE, BATCH, measure_floor
from demo.sets.sentences import everyday
from seq2seq_core.data.batches import pad_sources
from seq2seq_core.decoding import BeamConfig, GreedyConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import describe_machine


def step_by_layer_call(
    rnn: torch.nn.LSTM | torch.nn.GRU, inputs: Tensor, state: tuple[Tensor, ...]
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """One recurrent step as most code takes it: a call of the whole layer on a sequence of length 1."""
    before = tuple(part.transpose(0, 1).contiguous() for part in state)
    output, after = rnn(inputs[:, None], before if len(before) == 2 else before[0])
    parts = after if isinstance(after, tuple) else (after,)
    return output[:, 0], tuple(part.transpose(0, 1) for part in parts)


@torch.inference_mode()
@mock.patch("seq2seq_core.models.recurrent.decoder.recurrent_step", step_by_layer_call)
def plain_beam_search(translator: Translator, texts: Sequence[str], width: int) -> list[str]:
    """The peer: beam search of ``width`` over one batch, scores log P / t, by the textbook."""
    model, specials = translator.model, translator.tokenizer.specials
    source, lengths = pad_sources([translator.tokenizer.encode(text) for text in texts], specials)
    limits = [min(2 * int(length) + 20, 512) for length in lengths]
    count = len(texts)
    first = torch.arange(count).repeat_interleave(width)
    state = model.start(source, lengths).select(first)
    last = torch.full((count * width,), specials.bos)
    totals = torch.full((count, width), -torch.inf)
    totals[:, 0] = 0
    live: list[list[list[int]]] = [[[] for _ in range(width)] for _ in texts]
    finished: list[list[tuple[float, list[int]]]] = [[] for _ in texts]
    done = [False] * count
    for length in range(1, max(limits) + 1):
        output = model.step(last, state)
        log_probs = torch.log_softmax(output.logits, dim=-1).view(count, width, -1)
        values, places = (totals[:, :, None] + log_probs).flatten(1).topk(2 * width)
        vocabulary = log_probs.shape[-1]
        rows, tokens = [0] * (count * width), [specials.pad] * (count * width)
        for i, (scores, found) in enumerate(zip(values.tolist(), places.tolist(), strict=True)):
            going: list[tuple[float, list[int], int]] = []
            for rank, (score, place) in enumerate(zip(scores, found, strict=True)):
                parent, token = divmod(place, vocabulary)
                hypothesis = [*live[i][parent], token]
                if token == specials.eos or length == limits[i]:
                    if rank < width and not done[i]:
                        finished[i].append((score / length, hypothesis))
                elif len(going) < width:
                    going.append((score, hypothesis, parent))
            finished[i] = sorted(finished[i], key=lambda item: -item[0])[:width]
            live[i] = [hypothesis for _, hypothesis, _ in going] or live[i]
            for k, (score, hypothesis, parent) in enumerate(going):
                totals[i, k] = score
                rows[i * width + k], tokens[i * width + k] = i * width + parent, hypothesis[-1]
            full = len(finished[i]) == width and (not going or going[0][0] / length <= finished[i][-1][0])
            done[i] = done[i] or full or length >= limits[i]
        if all(done):
            break
        state, last = output.state.select(torch.tensor(rows)), torch.tensor(tokens)
    return [translator.tokenizer.decode(found[0][1]) for found in finished]


def in_batches(texts: Sequence[str], run: Callable[[list[str]], list[str]]) -> list[str]:
    """The peer in batches as ours makes them: sentences of like length together."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    said: dict[int, str] = {}
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        said |= zip(chosen, run([texts[i] for i in chosen]), strict=True)
    return [said[i] for i in range(len(texts))]


def seconds(contestants: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Median seconds of each, after one run to warm up; they take turns, so that both see the same machine."""
    taken: list[list[float]] = [[] for _ in contestants]
    for run in range(runs + 1):
        for times, contestant in zip(taken, contestants, strict=True):
            start = time.perf_counter()
            contestant()
            if run:
                times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]


def measure(translator: Translator, texts: list[str], runs: int) -> None:
    """Prints a line for each strategy and way to batch."""
    few = texts[:ALONE]
    print(f"{'':34} {'ours':>16} {'plain search':>16} {'ratio':>7} {'same text':>10}")
    for name, config, width in (("greedy", GreedyConfig(), 1), ("beam 5", BeamConfig(num_beams=5), 5)):

        def ours(some: list[str], batch: int = BATCH, config: GreedyConfig | BeamConfig = config) -> list[str]:
            return [result.hypotheses[0].text for result in translator.translate(some, config, batch_size=batch)]

        def plain(some: list[str], width: int = width) -> list[str]:
            return plain_beam_search(translator, some, width)

        same = sum(a == b for a, b in zip(ours(texts), in_batches(texts, plain), strict=True))
        own, peer = seconds((lambda: ours(texts), lambda: in_batches(texts, plain)), runs)
        print(f"{name}, batch {BATCH}, sentences/s{'':6} {len(texts) / own:16.1f} {len(texts) / peer:16.1f} "
              f"{peer / own:7.2f} {same:>6}/{len(texts)}")  # fmt: skip
        own, peer = seconds((lambda: ours(few, 1), lambda: [plain([text]) for text in few]), runs)
        print(f"{name}, one at a time, ms a sentence {own / len(few) * 1000:14.1f} {peer / len(few) * 1000:16.1f} "
              f"{peer / own:7.2f}")  # fmt: skip


def measure_search_alone(runs: int) -> None:
    """Prints ours against ``generate()`` of transformers: one tiny model, so that the search is most of the time."""
    try:
        from tests.decoding.hugging_face import TinyBart, trimmed
    except ImportError as error:
        print(f"generate() is left out: {error}")
        return
    bart = TinyBart(0, eos_bias=-9.0)
    config = BeamConfig(num_beams=5, max_new_tokens=40)
    settings = {"num_beams": 5, "max_new_tokens": 40, "use_cache": False}
    ours = [result.hypotheses[0].token_ids for result in bart.ours(config)]
    assert ours == [trimmed(row) for row in bart.theirs(**settings).sequences]
    own, peer = seconds((lambda: bart.ours(config), lambda: bart.theirs(**settings)), runs)
    version = importlib.metadata.version("transformers")
    print(f"search alone: tiny BART, 4 sentences x 5 beams x 40 tokens, no cache: ours {own * 1000:.0f} ms, "
          f"transformers {version} generate() {peer * 1000:.0f} ms, ratio {peer / own:.2f}, same tokens")  # fmt: skip


def sentences(translator: Translator, file: Path | None) -> list[str]:
    """The lines of a file; without one, those of the app's built-in set, repeated until they fill two batches."""
    if file:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    built_in = everyday(translator.metadata["source_language"], translator.metadata["target_language"]).sources
    return list(itertools.islice(itertools.cycle(built_in), 2 * BATCH))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/en-de-attention"))
    parser.add_argument("--source", type=Path, help="sentences, one a line (the app's built-in set)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--floor-only", action="store_true", help="leave the peers out")
    parser.add_argument("--precision", default="float32", help="of ours, see python -m seq2seq_core translate --help")
    flags = parser.parse_args()
    translator = Translator.load(flags.checkpoint, device="cpu", precision=flags.precision)
    texts = sentences(translator, flags.source)
    threads = os.environ.get("OMP_NUM_THREADS") or torch.get_num_threads()
    print(f"{flags.checkpoint.name}, {len(texts)} sentences; {describe_machine()}, {threads} threads; "
          f"torch {torch.__version__}; {datetime.date.today().isoformat()}; medians of {flags.runs} runs")  # fmt: skip
    measure_floor(translator, texts, flags.runs)
    if flags.floor_only:
        return
    measure(translator, texts, flags.runs)
    measure_search_alone(flags.runs)


if __name__ == "__main__":
    main()
