"""``score``: how likely given translations are."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_core.cli.flags import BATCHES_AT_ONCE, Commands, add_model_flags, parallel, positive, refuse_a_team

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeResult


def add(commands: Commands) -> None:
    """The command with its flags."""
    score = commands.add_parser("score", help="log-probability of given translations")
    add_model_flags(score)
    score.add_argument("--src", type=Path, required=True, metavar="FILE", help="source sentences, one a line")
    score.add_argument("--tgt", type=Path, required=True, metavar="FILE", help="their translations, one a line")
    score.add_argument("--json", action="store_true", help="one JSON object a line, with the score of each token")
    score.add_argument(
        "--segmentations",
        type=positive,
        default=0,
        metavar="N",
        help="also score each translation in up to N other ways to cut it into pieces, and print the log-probability "
        "and the pieces of the best of them, with tabs between; say 8 (default: the tokenizer's own pieces alone)",
    )
    score.set_defaults(command=_score)


def _score(flags: argparse.Namespace) -> None:
    from seq2seq_core.pipeline import Translator

    refuse_a_team("score")
    pairs = parallel(flags.src, flags.tgt)
    translator = Translator.together(flags.checkpoint, flags.device, precision=flags.precision)
    likelier = 0
    for start in range(0, len(pairs), flags.batch_size * BATCHES_AT_ONCE):
        chunk = pairs[start : start + flags.batch_size * BATCHES_AT_ONCE]
        results = translator.score(chunk, segmentations=flags.segmentations, batch_size=flags.batch_size)
        for pair, result in zip(chunk, results, strict=True):
            print(_scored(pair, result, flags))
            own, *others = (hypothesis.log_prob for hypothesis in result.hypotheses)
            likelier += any(other > own for other in others)
    if likelier:
        print(
            f"note: {likelier} of {len(pairs)} translations are likelier in other pieces than the tokenizer's",
            file=sys.stderr,
        )


def _scored(pair: tuple[str, str], result: DecodeResult, flags: argparse.Namespace) -> str:
    """What score prints for one pair: the target in the tokenizer's own pieces, and if asked the best of the others."""
    own, other = (*result.hypotheses, None)[:2]
    assert own is not None
    if flags.json:
        fields = ("tokens", "token_log_probs", "ranks", "entropies", "log_prob")
        row = {"source": pair[0], "target": pair[1], **{name: getattr(own, name) for name in fields}}
        row["precision"] = result.precision
        if flags.segmentations:
            row["other_segmentation"] = {"tokens": other.tokens, "log_prob": other.log_prob} if other else None
        return json.dumps(row, ensure_ascii=False)
    columns = [f"{own.log_prob:.4f}"]
    if flags.segmentations:
        columns += [f"{other.log_prob:.4f}", " ".join(other.tokens)] if other else ["", ""]
    return "\t".join(columns)
