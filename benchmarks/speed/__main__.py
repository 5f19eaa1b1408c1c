"""Every goal of decoding as a ratio of one run, and whether it is reached.

    python -m benchmarks.speed [--checkpoint DIR] [--source FILE] [--only alone calls step growth joey sizes]

CPU seconds on one thread; whatever is compared takes turns in this one process. Peers that are not installed are left
out: see benchmarks/requirements.txt. Against transformers and CTranslate2: python -m benchmarks.peers.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.goals import Goal, LeftOut, table
from benchmarks.speed import against_joey, alone, calls, growth, sizes, step
from benchmarks.speed.subject import Subject, texts_of
from benchmarks.timing import one_thread, setting
from seq2seq_core.models.precision import CHOICES
from seq2seq_core.pipeline import Translator

QUESTIONS: dict[str, Callable[[Subject], Iterable[Goal | LeftOut]]] = {
    "alone": alone.measure,
    "calls": calls.measure,
    "step": step.measure,
    "growth": growth.measure,
    "joey": against_joey.measure,
    "sizes": sizes.measure,
}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/en-de"))
    parser.add_argument("--source", type=Path, help="sentences, one a line (the app's built-in set)")
    parser.add_argument("--precision", default="auto", choices=CHOICES, help="of batches; all else is float32")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=QUESTIONS, default=list(QUESTIONS), help="some of the questions")
    flags = parser.parse_args()
    plain = Translator.load(flags.checkpoint, device="cpu")
    fast = Translator.load(flags.checkpoint, device="cpu", precision=flags.precision)
    subject = Subject(plain, fast, texts_of(plain, flags.source), flags.runs)
    print(f"{flags.checkpoint.name}, {len(subject.texts)} sentences, batches in {fast.precision}, {flags.runs} runs; "
          f"{setting()}", flush=True)  # fmt: skip
    found: list[Goal | LeftOut] = []
    with one_thread():
        for name in flags.only:
            for one in QUESTIONS[name](subject):
                print(one.row(), flush=True)
                found.append(one)
    print(f"\n{table(found)}")


if __name__ == "__main__":
    main()
