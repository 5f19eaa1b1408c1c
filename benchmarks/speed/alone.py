"""One sentence at a time: against the products that its calls of the model need, and with the trace against without.

How near the floor it can come is measured, too: a model of the same kind with hardly a unit makes as many steps, in
which the products cost nothing. What it takes all the same are the calls of PyTorch, the search and Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch

from benchmarks.floor import counted, cpu_seconds
from benchmarks.goals import Goal
from benchmarks.speed.subject import STRATEGIES, Subject, run_of
from benchmarks.timing import in_turn
from seq2seq_core.checkpoint import Checkpoint
from seq2seq_core.models import Seq2Seq
from seq2seq_core.pipeline import Translator

UNITS = 8
"""Of each layer of the model whose products cost nothing."""


def measure(subject: Subject) -> Iterator[Goal]:
    """Greedy and beam 5, in float32 and in the precision asked for, each against the floor of the same."""
    for translator in subject.translators:
        model = translator.model
        assert isinstance(model, Seq2Seq)
        for name, config in STRATEGIES.items():
            run = run_of(translator, subject.few, config, batch=1)
            with counted() as calls:
                run()
            own, floor = cpu_seconds(run, subject.runs), calls.floor(model, translator.precision)
            each = 1000 / len(subject.few)
            what = f"one sentence, {name}, {translator.precision}, {own * each:.1f} ms"
            yield Goal(f"{what}, times the floor of {floor * each:.1f} ms", own / floor, "at most", 1.6)
            steps = round(calls.steps.total() / len(subject.few))
            idle = run_of(without_units(translator), subject.few, replace(config, max_new_tokens=steps), batch=1)
            spent = cpu_seconds(idle, subject.runs)
            what = f"{steps} such steps with {UNITS} units, {spent * each:.1f} ms, and the floor, times the floor"
            yield Goal(what, (spent + floor) / floor)
    for name, config in STRATEGIES.items():
        plain = run_of(subject.plain, subject.few, config, batch=1)
        traced = run_of(subject.plain, subject.few, config, batch=1, trace=True)
        spent = in_turn({"without": plain, "with": traced}, subject.runs)
        yield Goal(f"one sentence, {name}, its trace, times without", spent["with"] / spent["without"], "at most", 1.2)


def without_units(translator: Translator) -> Translator:
    """One that reads and writes the same pieces, and never ends, with a model of the same kind and ``UNITS`` units."""
    model = translator.model
    assert isinstance(model, Seq2Seq)
    sizes = {"embedding_size": UNITS, "encoder_size": UNITS // 2, "decoder_size": UNITS}
    small = Seq2Seq(replace(model.config, **sizes))
    with torch.no_grad():
        small.output.bias[translator.tokenizer.specials.eos] = -1e4
    checkpoint = Checkpoint(small, translator.tokenizer, translator.metadata, translator.folder)
    return Translator(checkpoint, name=translator.name, device=torch.device("cpu"), precision=translator.precision)
