"""How much faster several processes train than one, on this machine.

    python -m benchmarks.scaling recipes/en-de-attention.toml --override data.root=DATA

Each number of processes trains the same recipe from its beginning, one thread a process: one as ``train`` runs alone,
more under ``accelerate launch --multi_gpu``, with gloo on CPUs and NCCL on GPUs. The first 50 updates warm up; the
figures are of those after them. ``max_tokens`` is a process's, so two processes take twice the pieces an update.
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import psutil
import torch

from seq2seq_core.training.log import read_log
from seq2seq_core.training.loop import REPORT_EVERY
from seq2seq_core.types import describe_machine

LAUNCH = ["accelerate.commands.launch", "--multi_gpu", "--num_machines", "1", "--mixed_precision", "no"]
LAUNCH += ["--dynamo_backend", "no", "--main_process_port", "0", "--num_processes"]
NEVER = 10**9


@dataclass(frozen=True)
class Speed:
    """Of some processes together. load: how many processes of this machine wanted a core before they began."""

    pieces_per_second: float
    seconds_per_update: float
    load: float


def measure(recipe: Path, overrides: list[str], processes: int, updates: int) -> Speed:
    """Trains for so many updates after the warm-up, then ends the processes; nothing is kept."""
    load = os.getloadavg()[0]
    launch = [*LAUNCH, str(processes), "-m"] if processes > 1 else []
    command = [sys.executable, "-m", *launch, "seq2seq_core", "train", str(recipe), "--override", *overrides]
    with tempfile.TemporaryDirectory() as folder:
        command += [f"output={folder}", f"training.validate_every={NEVER}", f"training.epochs={NEVER}"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as run:
            try:
                reports = (line for line in run.stdout or () if line.startswith("step"))
                reported = len(list(islice(reports, 1 + updates // REPORT_EVERY)))
            finally:
                for process in [*psutil.Process(run.pid).children(recursive=True), run]:
                    process.kill()
        events = read_log(Path(folder))
    return _speed([event for event in events if event["event"] == "step"][:reported], load)


def _speed(events: list[dict[str, float]], load: float) -> Speed:
    seconds = events[-1]["seconds"] - events[0]["seconds"]
    pieces = sum(b["tokens_per_second"] * (b["seconds"] - a["seconds"]) for a, b in pairwise(events))
    return Speed(pieces / seconds, seconds / (events[-1]["step"] - events[0]["step"]), load)


def main() -> None:
    """Measures and prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--updates", type=int, default=200, help=f"in steps of {REPORT_EVERY}, after the warm-up")
    parser.add_argument("--override", nargs="+", default=[], metavar="KEY=VALUE", help="as for train")
    flags = parser.parse_args()
    print(f"{flags.recipe}, {describe_machine()}, torch {torch.__version__}, {datetime.date.today().isoformat()}\n")
    print("| processes | target pieces a second | times the first | seconds an update | load before |")
    print("|---|---|---|---|---|")
    first = None
    for processes in flags.processes:
        speed = measure(flags.recipe, flags.override, processes, max(flags.updates, REPORT_EVERY))
        first = first or speed.pieces_per_second
        print(f"| {processes} | {speed.pieces_per_second:,.0f} | {speed.pieces_per_second / first:.2f} | "
              f"{speed.seconds_per_update:.3f} | {speed.load:.1f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
