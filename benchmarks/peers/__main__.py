"""Against engines with another architecture, a Transformer of as many weights: ``transformers`` and CTranslate2.

    python -m benchmarks.peers [--checkpoint checkpoints/en-de] [--only transformers ctranslate2]

A model of Marian's architecture with random weights decodes as many sentences of one length, in as many tokens, as
ours, which has its own weights. The same model is converted for CTranslate2, in float32 and int8. CPU seconds on one
thread, by turns in one process. Peers that are not installed are left out: see benchmarks/requirements.txt.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.goals import Goal, LeftOut, missing, table
from benchmarks.peers.ctranslate import Translating, converted
from benchmarks.peers.marian import Generating, marian_model
from benchmarks.peers.task import TASKS, ForcedTask
from benchmarks.timing import in_turn, one_thread, setting
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig, Source
from seq2seq_core.models.precision import CHOICES
from seq2seq_core.pipeline import Job, Translator

PEERS = ("transformers", "ctranslate2")


class Ours:
    """Our decoding, forced to the task's lengths."""

    def __init__(self, translator: Translator, task: ForcedTask) -> None:
        self.translator, self.task = translator, task
        lengths = {"min_new_tokens": task.target, "max_new_tokens": task.target}
        beam = BeamConfig(num_beams=task.width, **lengths)
        self.config: Config = GreedyConfig(**lengths) if task.width == 1 else beam
        pieces = len(translator.tokenizer)
        self.jobs = [
            Job(row, Source("", ("x",) * task.source, number))
            for number, row in enumerate(task.ids(pieces, reserved=pieces // 2))
        ]

    def __call__(self) -> None:
        """Decodes, and checks that all was said."""
        found = list(self.translator._run(self.jobs, self.config, False, self.task.count))
        self.task.check([result.hypotheses[0].token_ids for result in found])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/en-de"))
    parser.add_argument("--precision", default="float32", choices=CHOICES, help="of ours")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=PEERS, default=list(PEERS), help="some of the peers")
    flags = parser.parse_args()
    # transformers makes the model for both
    absent = {peer: why for peer in flags.only if (why := missing(*dict.fromkeys(("transformers", peer))))}
    there = [peer for peer in flags.only if peer not in absent]
    found: list[Goal | LeftOut] = [LeftOut(f"against {peer}", why) for peer, why in absent.items()]
    if there:
        translator = Translator.load(flags.checkpoint, device="cpu", precision=flags.precision)
        with one_thread(), tempfile.TemporaryDirectory() as folder:
            found += _measure(translator, there, flags.runs, Path(folder))
    print(f"\n{table(found)}")


def _measure(translator: Translator, peers: list[str], runs: int, folder: Path) -> list[Goal | LeftOut]:
    own = sum(weight.numel() for weight in translator.model.parameters())
    marian = marian_model(own, len(translator.tokenizer))
    print(f"{translator.name}, {translator.precision}: {own:,} weights, Marian {marian.num_parameters():,}, "
          f"width {marian.config.d_model}; {setting(*peers)}", flush=True)  # fmt: skip
    engines = {}
    if "ctranslate2" in peers:
        engines["CTranslate2, int8"] = converted(marian, folder / "int8", "int8")
        engines["CTranslate2, float32"] = converted(marian, folder / "float32", None)
    found: list[Goal | LeftOut] = []
    for task in TASKS:
        contestants: dict[str, Callable[[], None]] = {"ours": Ours(translator, task)}
        if "transformers" in peers:
            contestants["transformers generate()"] = Generating(marian, task)
        for name, engine in engines.items():
            contestants[name] = Translating(engine, task, marian.config.pad_token_id)
        spent = in_turn(contestants, runs if task.count == 1 else max(1, runs // 2))
        print(f"{task.name}: " + ", ".join(f"{name} {s * 1000:.1f} ms" for name, s in spent.items()), flush=True)
        for name, seconds in spent.items():
            if name != "ours":
                found.append(_goal(task, name, seconds / spent["ours"]))
    return found


def _goal(task: ForcedTask, peer: str, ratio: float) -> Goal:
    what = f"{task.name}, times {peer}"
    if peer.startswith("transformers"):
        return Goal(what, ratio, "at least", 3)
    return Goal(what, ratio, "at least", 1) if task.count == 1 else Goal(what, ratio)


if __name__ == "__main__":
    main()
