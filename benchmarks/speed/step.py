"""One step of the model for 64 sentences of 5 beams, against its matrix products."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from benchmarks.floor import cpu_seconds, of_step
from benchmarks.goals import Goal
from benchmarks.speed.subject import BATCH, Subject, of_length
from seq2seq_core.data.batches import pad_sources
from seq2seq_core.models import Seq2Seq

WIDTH = 5
PIECES = 15
STEPS = 10


@torch.inference_mode()
def measure(subject: Subject) -> Iterator[Goal]:
    """The step as the pipeline calls it, beams reordered before each as a search does, in float32."""
    translator = subject.plain
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

    own, floor = cpu_seconds(steps, subject.runs) / STEPS, of_step(model, len(rows))
    what = f"the step at {len(rows)} rows, {own * 1000:.1f} ms, times its floor of {floor * 1000:.1f} ms"
    yield Goal(what, own / floor, "at most", 2)
