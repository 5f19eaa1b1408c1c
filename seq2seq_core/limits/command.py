"""The command ``beside``: what several models make of one sentence."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from seq2seq_core.decoding import returned
from seq2seq_core.limits.beside import Beside, beside
from seq2seq_core.limits.cost import measure
from seq2seq_core.pipeline import Translator

COSTS = ("model", "by", "at", "model calls", "milliseconds")
HEADS = ("model", "log P", "log P of the reference", "recovers after", "translation")


def set_beside(flags: argparse.Namespace) -> None:
    """Prints a line for each model, or with ``--json`` everything as one list.

    Raises:
        CoreError: the sentence is empty, or a folder is no checkpoint.
    """
    found, costs = [], []
    for folder in flags.checkpoints:
        translator = Translator.load(folder, flags.device)
        found.append(returned(beside(translator, flags.source, flags.reference, slip_at=flags.place - 1)))
        costs.append(list(measure(translator, flags.source)) if flags.cost else [])
    if flags.json:
        told = [
            {**one.to_dict(), **({"costs": [asdict(cost) for cost in timed]} if flags.cost else {})}
            for one, timed in zip(found, costs, strict=True)
        ]
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    print("\t".join(HEADS), *("\t".join(_row(one)) for one in found), sep="\n")
    if flags.cost:
        rows = (
            (one.model, cost.axis, str(cost.value), str(cost.calls), f"{1000 * cost.seconds:.1f}")
            for one, timed in zip(found, costs, strict=True)
            for cost in timed
        )
        print("", "\t".join(COSTS), *map("\t".join, rows), sep="\n")


def _row(one: Beside) -> tuple[str, ...]:
    wanted = f"{one.expected.hypothesis.log_prob:.3f}" if one.expected else ""
    after = one.slip and one.slip.recovers_after
    recovers = "" if one.slip is None else "never" if after is None else str(after)
    return one.model, f"{one.said.hypothesis.log_prob:.3f}", wanted, recovers, one.found.hypotheses[0].text
