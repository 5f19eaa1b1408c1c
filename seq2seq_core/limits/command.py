"""The command ``beside``: what several models make of one sentence."""

from __future__ import annotations

import argparse
import json

from seq2seq_core.decoding import returned
from seq2seq_core.limits.beside import Beside, beside
from seq2seq_core.pipeline import Translator

HEADS = ("model", "log P", "log P of the reference", "recovers after", "translation")


def set_beside(flags: argparse.Namespace) -> None:
    """Prints a line for each model, or with ``--json`` everything as one list.

    Raises:
        CoreError: the sentence is empty, or a folder is no checkpoint.
    """
    found = [
        returned(beside(Translator.load(folder, flags.device), flags.source, flags.reference, slip_at=flags.place - 1))
        for folder in flags.checkpoints
    ]
    if flags.json:
        print(json.dumps([one.to_dict() for one in found], ensure_ascii=False, allow_nan=False))
        return
    print("\t".join(HEADS), *("\t".join(_row(one)) for one in found), sep="\n")


def _row(one: Beside) -> tuple[str, ...]:
    wanted = f"{one.expected.hypothesis.log_prob:.3f}" if one.expected else ""
    after = one.slip and one.slip.recovers_after
    recovers = "" if one.slip is None else "never" if after is None else str(after)
    return one.model, f"{one.said.hypothesis.log_prob:.3f}", wanted, recovers, one.found.hypotheses[0].text
