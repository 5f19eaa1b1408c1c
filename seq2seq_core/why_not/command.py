"""The command ``why-not``: why is a translation that was expected not what the model says?"""

from __future__ import annotations

import argparse
import json

from seq2seq_core.decoding import Config, returned
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not.agreement import Agreement, agree, candidates_config
from seq2seq_core.why_not.diagnosis import WIDTHS, WhyNot, why_not
from seq2seq_core.why_not.left_out import Occlusion
from seq2seq_core.why_not.true_best import exact_config, true_best
from seq2seq_core.why_not.words import evidence, piece, verdict

HEADS = ("token", "log P", "rank", "entropy", "rather", "lost")


def explain(flags: argparse.Namespace, config: Config) -> None:
    """Prints the verdict with its evidence, and each token of the translation.

    Raises:
        CoreError: a text is empty, or a setting does not suit the model.
    """
    translator = Translator.load(flags.checkpoint, flags.device)
    known = why_not(translator, flags.source, flags.expected, config, widths=range(1, _widest(flags) + 1))
    agreed = returned(agree(translator, known, candidates_config(flags.agreement))) if flags.agreement else None
    exact = returned(true_best(translator, known, exact_config(flags.exact))) if flags.exact else None
    if flags.json:
        more = {} if agreed is None else {"agreement": agreed.to_dict()}
        more |= {} if exact is None else {"exact": exact.to_dict()}
        print(json.dumps({**known.to_dict(), **more}, ensure_ascii=False, allow_nan=False))
        return
    print(f"found: {known.found.hypotheses[0].text}", verdict(known), *evidence(known), "", sep="\n")
    print(_table(known))
    if known.left_out is not None:
        print("", _words(known.left_out), sep="\n")
    if known.signs:
        print(
            "", "of what was found:", *(f"{'! ' if sign.outside else ''}{sign.said}" for sign in known.signs), sep="\n"
        )
    if agreed is not None:
        print("", _agreement(agreed), sep="\n")
    if exact is not None:
        rows = (f"{row.name}\t{row.log_prob:.3f}\t{row.text}" for row in exact.ranked)
        print("", exact.said, *rows, sep="\n")


def _words(occluded: Occlusion) -> str:
    """Tab-separated, a line for each source word."""
    columns = (occluded.coverage, occluded.worth, occluded.slope)
    rows = [
        (
            word,
            *("" if column is None else _number(column[place]) for column in columns),
            "hardly looked at, yet needed" if place in occluded.unseen else "",
        )
        for place, word in enumerate(occluded.words)
    ]
    return "\n".join("\t".join(row) for row in (("word", "attention", "lost", "gradient x input", ""), *rows))


def _agreement(agreed: Agreement) -> str:
    """Tab-separated, a line for each text, the best first."""
    marks = {agreed.expected: "expected", agreed.found: "found"}
    rows = [
        (_number(mean), str(count), marks.get(place, ""), text)
        for place, (mean, count, text) in enumerate(zip(agreed.utilities, agreed.counts, agreed.texts, strict=True))
    ]
    return "\n".join("\t".join(row) for row in ((agreed.utility, "drawn", "which", "text"), *rows))


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
