"""Attacks the app and its files as a stranger and as bad luck would, and counts what survived.

    python -m benchmarks.attack [--only load fuzz mixed corruptions training saving] [--scale 0.1]

At scale 1: 50 people who ask 20 times each, 10,000 hostile requests over HTTP, ten minutes of mixed load with memory
over time, 300 corruptions of a checkpoint, 50 kills while training with dropout of merges, 50 while saving. The tables
that docs/security.md holds come from it. It exits with 1 where something failed, and says what.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Callable, Iterator

from benchmarks.attacks import faults, fuzz, load, network
from benchmarks.attacks.outcome import HEADING, Attack
from seq2seq_core.types import describe_machine

FAULTS: dict[str, Callable[[float], Iterator[Attack]]] = {
    "corruptions": faults.corruptions,
    "training": faults.kills_in_training,
    "saving": faults.kills_in_saving,
}
OVER_HTTP: dict[str, Callable[[network.Target, float], Iterator[Attack]]] = {
    "load": load.load,
    "fuzz": fuzz.fuzz,
    "mixed": load.mixed,
}


def attacks(only: list[str], scale: float) -> Iterator[Attack]:
    """The parts that are wanted, those without the app first."""
    for name, part in FAULTS.items():
        if name in only:
            yield from part(scale)
    for name, attack in OVER_HTTP.items():
        if name in only:
            with network.target() as at:  # an app of its own: what one leaves behind is not laid to another
                yield from attack(at, scale)


def main() -> int:
    """Runs the parts; returns the exit status."""
    parts = [*FAULTS, *OVER_HTTP]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, metavar="PART", help=", ".join(parts))
    parser.add_argument("--scale", type=float, default=1.0, help="of all numbers (%(default)s)")
    args = parser.parse_args()
    date = datetime.datetime.now(datetime.UTC).date()
    print(f"{date}, {describe_machine()}, load {os.getloadavg()[0]:.1f}, scale {args.scale:g}\n\n{HEADING}", flush=True)
    failed = False
    for attack in attacks(args.only, args.scale):
        print(attack.row, flush=True)
        for reason, times in attack.failures.most_common(5):
            failed = True
            print(f"  {times}x {reason!a}", file=sys.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
