"""One step of the model for 64 sentences of 5 beams, against its matrix products."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from benchmarks.floor import cpu_seconds, of_step
from benchmarks.goals import Goal
from benchmarks.speed.subject import BATCH, Subject, of_length
from seq2seq_core.data.batches import pad_sources
from seq2seq_core.models import Seq2Seq
from seq2seq_core.pipeline import Translator

WIDTH = 5
PIECES = 15
STEPS = 10


@torch.inference_mode()
def measure(subject: Subject) -> Iterator[Goal]:
    """In float32 and in the precision asked for."""
    for translator in subject.translators:
        yield _of(translator, subject)


def _of(translator: Translator, subject: Subject) -> Goal:
    """The step as the pipeline calls it, beams reordered after each as a search does."""
    model = translator.model
    assert isinstance(model, Seq2Seq)
    prepared = model.prepared(translator.precision)
    ids = translator.tokenizer.encode(of_length(translator, subject.texts, PIECES))
    source, lengths = pad_sources([ids] * BATCH, translator.tokenizer.specials)
    rows = torch.arange(BATCH).repeat_interleave(WIDTH)
    start, same = prepared.start(source, lengths).select(rows), torch.arange(len(rows))
    last = torch.full((len(rows),), translator.tokenizer.specials.bos)

    def steps() -> None:
        state = start
        for _ in range(STEPS):
            state = prepared.step(last, state).state.select(same)

    own, floor = cpu_seconds(steps, subject.runs) / STEPS, of_step(model, len(rows), translator.precision)
    what = f"the step at {len(rows)} rows, {translator.precision}, {own * 1000:.1f} ms"
    return Goal(f"{what}, times its floor of {floor * 1000:.1f} ms", own / floor, "at most", 2)
