"""Against Joey NMT on the same weights: one sentence at a time, and batches in the fastest precision.

Batches are to be 8 times as fast where the processor multiplies bfloat16 or int8, 3 times where it has float32 alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.goals import Goal, LeftOut, missing
from benchmarks.peers.joey import joey_translate, with_our_weights
from benchmarks.speed.subject import BATCH, Subject, run_of, said
from benchmarks.timing import in_turn
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.models import Seq2Seq
from seq2seq_core.models.precision import here
from seq2seq_core.types import CoreError

WIDTHS = {"greedy": 1, "beam 5": 5}
STRATEGIES: dict[str, Config] = {
    "greedy": GreedyConfig(),
    "beam 5": BeamConfig(num_beams=5, length_penalty_type="gnmt", length_penalty=1.0),  # Joey's penalty
}


def measure(subject: Subject) -> Iterator[Goal | LeftOut]:
    """Ratios of times, and how many translations are the same."""
    why = missing("joeynmt")
    assert isinstance(subject.plain.model, Seq2Seq)
    try:
        joey = None if why else with_our_weights(subject.plain.model)
    except CoreError as error:
        why = str(error)
    if why:
        yield LeftOut("Joey NMT on the same weights", why)
        return
    for name, config in STRATEGIES.items():
        width, few, texts = WIDTHS[name], subject.few, subject.texts
        spent = in_turn(
            {
                "ours": run_of(subject.plain, few, config, batch=1),
                "traced": run_of(subject.plain, few, config, batch=1, trace=True),
                "Joey": lambda: [joey_translate(joey, subject.plain, [text], width, 1) for text in few],  # noqa: B023
            },
            subject.runs,
        )
        yield Goal(f"one sentence, {name}, times Joey NMT", spent["Joey"] / spent["ours"], "at least", 3)
        yield Goal(f"one sentence, {name}, with its trace, times Joey NMT", spent["Joey"] / spent["traced"])
        spent = in_turn(
            {
                "ours": run_of(subject.fast, texts, config),
                "Joey": lambda: joey_translate(joey, subject.plain, texts, width, BATCH),  # noqa: B023
            },
            max(1, subject.runs // 2),
        )
        goal = ("at least", 8.0 if here() != ("float32",) else 3.0) if name == "beam 5" else ("publish", None)
        yield Goal(f"batches of {BATCH}, {name}, times Joey NMT", spent["Joey"] / spent["ours"], *goal)  # type: ignore[arg-type]
        plain = said(subject.plain, texts, config)
        theirs = joey_translate(joey, subject.plain, texts, width, BATCH)
        yield Goal(f"of these, {name}, share that Joey NMT says too, both in float32", _same(plain, theirs))
        if subject.fast.precision != subject.plain.precision:
            share = _same(plain, said(subject.fast, texts, config))
            yield Goal(f"of these, {name}, share that float32 says too", share, "at least", 0.99)


def _same(one: list[str], other: list[str]) -> float:
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
