"""How near its floor one sentence could come: what is no product costs the same however few units a model has.

A model of the same kind with hardly a unit makes as many steps, in which the products cost nothing. What it takes all
the same are the calls of PyTorch, the search and Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch

from benchmarks.floor import counted, cpu_seconds
from benchmarks.goals import Goal
from benchmarks.speed.subject import STRATEGIES, Subject, run_of
from seq2seq_core.checkpoint import Checkpoint
from seq2seq_core.models import Seq2Seq
from seq2seq_core.pipeline import Translator

UNITS = 8
"""Of each layer of the model whose products cost nothing."""


def measure(subject: Subject) -> Iterator[Goal]:
    """Greedy and beam 5 in float32: all but the products, and the floor of the whole model, against that floor."""
    model = subject.plain.model
    assert isinstance(model, Seq2Seq)
    small = without_units(subject.plain)
    for name, config in STRATEGIES.items():
        with counted() as calls:
            run_of(subject.plain, subject.few, config, batch=1)()
        steps, floor = round(calls.steps.total() / len(subject.few)), calls.floor(model)
        idle = run_of(small, subject.few, replace(config, max_new_tokens=steps), batch=1)
        spent = cpu_seconds(idle, subject.runs)
        what = f"{name}, {steps} steps with {UNITS} units, {1000 * spent / len(subject.few):.1f} ms a sentence"
        yield Goal(f"{what}, and the floor, times the floor", (spent + floor) / floor)


def without_units(translator: Translator) -> Translator:
    """One that reads and writes the same pieces, and never ends, with a model of the same kind and ``UNITS`` units."""
    model = translator.model
    assert isinstance(model, Seq2Seq)
    sizes = {"embedding_size": UNITS, "encoder_size": UNITS // 2, "decoder_size": UNITS}
    small = Seq2Seq(replace(model.config, **sizes))
    with torch.no_grad():
        small.output.bias[translator.tokenizer.specials.eos] = -1e4
    checkpoint = Checkpoint(small, translator.tokenizer, translator.metadata, translator.folder)
    return Translator(checkpoint, name=translator.name, device=torch.device("cpu"))
