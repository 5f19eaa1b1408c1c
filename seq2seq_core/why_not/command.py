"""The command ``why-not``: why is a translation that was expected not what the model says?"""

from __future__ import annotations

import argparse
import json

from seq2seq_core.decoding import Config
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not.diagnosis import WIDTHS, WhyNot, why_not
from seq2seq_core.why_not.words import evidence, piece, verdict

HEADS = ("token", "log P", "rank", "entropy", "rather", "lost")


def explain(flags: argparse.Namespace, config: Config) -> None:
    """Prints the verdict with its evidence, and each token of the translation.

    Raises:
        CoreError: a text is empty, or a setting does not suit the model.
    """
    translator = Translator.load(flags.checkpoint, flags.device)
    known = why_not(translator, flags.source, flags.expected, config, widths=range(1, _widest(flags) + 1))
    if flags.json:
        print(json.dumps(known.to_dict(), ensure_ascii=False, allow_nan=False))
        return
    print(f"found: {known.found.hypotheses[0].text}", verdict(known), *evidence(known), "", sep="\n")
    print(_table(known))


def _widest(flags: argparse.Namespace) -> int:
    return WIDTHS[-1] if flags.widest is None else int(flags.widest)


def _table(known: WhyNot) -> str:
    """Tab-separated, a line for each token of the translation that was expected."""
    rows = [
        (piece(t.token), _number(t.log_prob), str(t.rank), _number(t.entropy), piece(t.preferred), _number(t.lost))
        for t in known.expected.tokens
    ]
    return "\n".join("\t".join(row) for row in (HEADS, *rows))


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-0.000", "0.000")
