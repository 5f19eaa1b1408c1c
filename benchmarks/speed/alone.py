"""One sentence at a time: against the products that its calls of the model need, and with the trace against without."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.floor import counted, cpu_seconds
from benchmarks.goals import Goal
from benchmarks.speed.subject import STRATEGIES, Subject, run_of
from benchmarks.timing import in_turn
from seq2seq_core.models import Seq2Seq


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
    for name, config in STRATEGIES.items():
        plain = run_of(subject.plain, subject.few, config, batch=1)
        traced = run_of(subject.plain, subject.few, config, batch=1, trace=True)
        spent = in_turn({"without": plain, "with": traced}, subject.runs)
        yield Goal(f"one sentence, {name}, its trace, times without", spent["with"] / spent["without"], "at most", 1.2)
