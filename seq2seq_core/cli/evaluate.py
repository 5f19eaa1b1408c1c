"""``evaluate``: how good a model is on a test set."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_core.cli.flags import (
    BATCHES_AT_ONCE,
    CUT,
    Commands,
    add_model_flags,
    add_table_flags,
    asks_for_several,
    pairs_of,
    parallel,
)
from seq2seq_core.data.corpus import read_lines
from seq2seq_core.strategy_flags import add_strategy_flags, config_from_flags
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from seq2seq_core.decoding import Config
    from seq2seq_core.evaluation import Quality


def add(commands: Commands) -> None:
    """The command with its flags."""
    evaluate = commands.add_parser("evaluate", help="BLEU, chrF, exact matches and edits of a model on a test set")
    add_model_flags(evaluate)
    evaluate.add_argument("--src", type=Path, metavar="FILE", help="source sentences, one a line")
    evaluate.add_argument(
        "--ref",
        type=Path,
        action="append",
        metavar="FILE",
        help="reference translations, one a line; several references: repeat the flag",
    )
    evaluate.add_argument("--data", nargs="+", metavar="FILE", help="instead of both: what new --data takes")
    add_table_flags(evaluate)
    evaluate.add_argument("--json", action="store_true", help="the scores as one JSON object")
    evaluate.add_argument(
        "--save", action="store_true", help="also write the scores into the checkpoint's metrics.json and card"
    )
    add_strategy_flags(evaluate)
    evaluate.set_defaults(command=_evaluate)


def _evaluate(flags: argparse.Namespace) -> None:
    from seq2seq_core.distributed import join
    from seq2seq_core.evaluation import corpus_quality
    from seq2seq_core.pipeline import Translator

    team = join()
    if flags.save and len(flags.checkpoint) > 1:
        raise CoreError("--save writes the scores of one model into its card; leave it out for several --checkpoint")
    if flags.save and not Path(flags.checkpoint[0]).is_dir():
        raise CoreError(
            f"--save writes into the checkpoint's folder, and {flags.checkpoint[0]} is none; fetch it first"
        )
    sources, references = _test_set(flags) if team.leads else ([], [])
    config = config_from_flags(flags)
    if team.leads and asks_for_several(asdict(config)):
        print(
            "note: evaluate scores the first translation of each sentence, whatever --num-return-sequences",
            file=sys.stderr,
        )
    translator = Translator.together(flags.checkpoint, flags.device, precision=flags.precision)

    def outputs(lines: Sequence[str], first: int) -> list[str]:
        """Each output and whether it ends by itself, as JSON."""
        results = translator.translate(lines, config, batch_size=flags.batch_size, first_index=first)
        return [json.dumps((result.hypotheses[0].text, result.hypotheses[0].finished)) for result in results]

    start = time.monotonic()
    found = list(map(json.loads, chain.from_iterable(team.map(sources, outputs, flags.batch_size * BATCHES_AT_ONCE))))
    seconds = time.monotonic() - start
    if not team.leads:
        return
    said = [text for text, _ in found]
    if cut := sum(not finished for _, finished in found):
        print(f"note: {cut:,} of {len(found):,} outputs: {CUT}", file=sys.stderr)
    quality = corpus_quality(said, references)
    if flags.save:
        _save_scores(flags, quality, config, len(sources))
    if flags.json:
        print(
            json.dumps(
                {**asdict(quality), "sentences": len(sources), "seconds": seconds, "precision": translator.precision}
            )
        )
        return
    if quality.bleu is None:
        print("BLEU is left out: the references are single words, which have no n-grams")
    else:
        print(f"BLEU {quality.bleu:.2f}  {quality.bleu_signature}")
    print(f"chrF {quality.chrf:.2f}  {quality.chrf_signature}")
    print(f"exact {quality.exact:.2f}%  edits: {quality.character_errors:.2f}% of the characters, ", end="")
    print(f"{quality.word_errors:.2f}% of the words")
    print(f"{len(sources)} sentences, {len(sources) / seconds:.1f} a second on {translator.device}")


def _save_scores(flags: argparse.Namespace, quality: Quality, config: Config, sentences: int) -> None:
    """Into the card: on what, how, by which command, where and when."""
    from seq2seq_core.checkpoint import add_scores
    from seq2seq_core.types import describe_machine

    files = [Path(file).name for file in flags.data or [flags.src, *flags.ref]]
    scores = {name: value for name, value in asdict(quality).items() if value is not None}
    row = {
        "test_set": " and ".join(files),
        "strategy": _strategy_text(config),
        **scores,
        "sentences": sentences,
        "machine": describe_machine(),
        "date": date.today().isoformat(),
        "command": f"python -m seq2seq_core evaluate --checkpoint DIR {'--data' if flags.data else '--src'} {files[0]}",
    }
    add_scores(Path(flags.checkpoint[0]), row)


def _strategy_text(config: Config) -> str:
    """Its name, its width where it has one, and what else is not as usual: "beam 5 length_penalty=1.0"."""
    from seq2seq_core.decoding import options, strategy_of

    usual = type(config)()
    told = [strategy_of(config).name]
    for name in (field.name for field in options(config)):
        value = getattr(config, name)
        if name == "num_beams":
            told.append(str(value))
        elif value != getattr(usual, name):
            told.append(f"{name}={value}")
    return " ".join(told)


def _test_set(flags: argparse.Namespace) -> tuple[list[str], list[list[str]]]:
    """The sources, and each set of references."""
    if bool(flags.data) == bool(flags.src or flags.ref) or bool(flags.src) != bool(flags.ref):
        raise CoreError("evaluate needs either --data, or both --src and --ref")
    if flags.data:
        sources, references = pairs_of(flags)
    else:
        sources = read_lines(flags.src)
        references = [[target for _, target in parallel(flags.src, path)] for path in flags.ref]
    if not sources:
        raise CoreError(f"{flags.src or flags.data[0]} is empty; there is nothing to evaluate")
    return sources, references
