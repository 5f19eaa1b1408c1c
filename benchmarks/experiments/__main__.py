"""Trains what is missing, then writes ``docs/experiments.md`` and its figures.

python -m benchmarks.experiments --data ../shared/data --runs runs/experiments
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.experiments.report import report
from benchmarks.experiments.runs import finished_runs, train_all
from benchmarks.experiments.timing import seconds_per_epoch


def main() -> None:
    """The one command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.experiments",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds multi30k")
    parser.add_argument("--runs", type=Path, default=Path("runs/experiments"), help="where runs are kept")
    flags = parser.parse_args()
    train_all(flags.data, flags.runs)
    report(list(finished_runs(flags.runs)), flags.data, seconds_per_epoch(flags.data, flags.runs))


if __name__ == "__main__":
    main()
