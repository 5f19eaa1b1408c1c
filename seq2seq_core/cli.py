"""The command line: new, larger, train, translate, score, why-not, neighbours, usual, beside, about, worked,
evaluate, push, export-onnx.

A thin layer: flags of the strategies come from their configs (see ``strategy_flags``), the work from ``pipeline`` and
``training``. What a person can put right is one line on stderr and exit code 2, never a traceback. Under ``accelerate
launch`` train, translate and evaluate share out their work, and the first process alone prints.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import signal
import sys
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from seq2seq_core.data.corpus import read_lines
from seq2seq_core.data.files import piped_lines
from seq2seq_core.strategy_flags import add_strategy_flags, config_from_flags
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from seq2seq_core.data.checks import DataReport
    from seq2seq_core.data.corpus import CorpusConfig
    from seq2seq_core.decoding import Config, DecodeResult
    from seq2seq_core.evaluation import Quality
    from seq2seq_core.pipeline import Translation
    from seq2seq_core.types import MovedWeight

BATCHES_AT_ONCE = 32
"""Batches read before any is decoded, so that sentences of like length can be put together."""

CUT = "broken off at the length limit, before the end sign; --max-new-tokens sets another"
"""What is said of an output that did not come to its end."""


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one line, and whose flags cannot be shortened: a new one must break no script."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        raise CoreError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale
    try:
        flags = _parser().parse_args(arguments)
        flags.command(flags)
    except CoreError as error:
        _say_error(str(error))
        return 2
    except RuntimeError as error:
        from seq2seq_core.distributed import lost_another

        if not lost_another(error):
            raise
        _say_error("another process has ended, and this one cannot go on alone; what that one said tells why")
        return 2
    except BrokenPipeError:
        # The reader has left (| head); keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _say_error(message: str) -> None:
    number = os.environ.get("RANK", "0")  # accelerate's launcher sets it
    print(f"error: {message}" if number == "0" else f"error in process {number}: {message}", file=sys.stderr)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m seq2seq_core", description="Train sequence-to-sequence models and decode with them."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=Parser)

    new = commands.add_parser("new", help="write a recipe for data of your own, with sizes that suit it")
    new.add_argument("name", metavar="NAME", help="of the task; NAME.toml is written")
    new.add_argument(
        "--data",
        nargs="+",
        required=True,
        metavar="FILE",
        help="one table with both sides or several of them, or two texts aligned line by line; see the README for the "
        "forms that are read",
    )
    for part, meaning in (("valid", "validated on"), ("test", "kept for evaluate --data")):
        new.add_argument(
            f"--{part}", nargs="+", default=[], metavar="FILE", help=f"pairs never trained on, {meaning}; as --data"
        )
    new.add_argument(
        "--source-language",
        default="Source",
        metavar="NAME",
        help="say English: texts in a known language are split into sentences (default: what the data calls both "
        "sides, or Source)",
    )
    new.add_argument(
        "--target-language", default="Target", metavar="NAME", help="say German (default: as above, or Target)"
    )
    new.add_argument(
        "--task",
        default="",
        metavar="NAME",
        help="what the app and the card call an output where it is no translation, say transliteration or inflection",
    )
    _add_minutes_flag(new, "that training may take on this machine: sizes and updates follow from it")
    new.add_argument(
        "--unit",
        metavar="UNIT",
        help="what is a piece of text: bpe (learnt pieces of words), char, or word (whatever stands between blanks); "
        "or one for each side, say char:word (default: by the shape of each side)",
    )
    _add_table_flags(new)
    new.set_defaults(command=_new)

    larger = commands.add_parser(
        "larger",
        help="write a recipe that goes on from a trained model in a larger one",
        description="Gives the model that RECIPE.toml trained more units, so that it says what it said before, and "
        "writes the recipe that trains it further. Use it where more time is there than new was told of.",
    )
    larger.add_argument("recipe", type=Path, metavar="RECIPE.toml", help="which new wrote and train has trained")
    _add_minutes_flag(larger, "that the further training may take")
    larger.set_defaults(command=_larger)

    train = commands.add_parser("train", help="train a model from a recipe")
    train.add_argument("recipe", type=Path, metavar="RECIPE.toml", help="see recipes/")
    train.add_argument("--resume", action="store_true", help="go on with an interrupted run, exactly where it was")
    train.add_argument(
        "--override",
        action="extend",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting of the recipe, say training.epochs=3",
    )
    train.set_defaults(command=_train)

    translate = commands.add_parser(
        "translate",
        help="translate stdin to stdout, line by line, or a document",
        description="Translates stdin to stdout, line by line: UTF-8, or UTF-16 with its mark. A line of several "
        "sentences is translated sentence by sentence and put together again, if the model's card names a language. "
        "With --num-return-sequences above 1 each translation has a line of its own: the number of the line it is of, "
        "its rank and its text, with tabs between. With --input and --output a file of a format in docs/documents.md "
        "is translated instead, and keeps its format.",
    )
    _add_model_flags(translate)
    translate.add_argument("--input", type=Path, metavar="FILE", help="a document to translate, instead of stdin")
    translate.add_argument("--output", type=Path, metavar="FILE", help="with --input: a new file of the same format")
    translate.add_argument("--column", metavar="NAME", help="of a table: the column to translate, or its number")
    translate.add_argument(
        "--report", type=Path, metavar="FILE", help="with --input: a .json or .tsv with each text, its score and doubts"
    )
    translate.add_argument("--no-split", dest="split", action="store_false", help="take each line as one sentence")
    translate.add_argument(
        "--json", action="store_true", help="one JSON object a line instead of text, with the sentences of the line"
    )
    translate.add_argument("--trace", action="store_true", help="with --json: attention and every step of the search")
    translate.add_argument(
        "--prefix", default="", metavar="TEXT", help="what the translation of every line must begin with"
    )
    translate.add_argument(
        "--move-attention", nargs="+", type=_moved, default=[], metavar="STEP:PIECE=WEIGHT",
        help="of the first sentence of each line: at this step give this source piece, or those from FIRST-LAST, this "
        "share of the attention, say 2:4=0.8; all are counted from 1",
    )  # fmt: skip
    add_strategy_flags(translate)
    translate.set_defaults(command=_translate)

    score = commands.add_parser("score", help="log-probability of given translations")
    _add_model_flags(score)
    score.add_argument("--src", type=Path, required=True, metavar="FILE", help="source sentences, one a line")
    score.add_argument("--tgt", type=Path, required=True, metavar="FILE", help="their translations, one a line")
    score.add_argument("--json", action="store_true", help="one JSON object a line, with the score of each token")
    score.add_argument(
        "--segmentations",
        type=_positive,
        default=0,
        metavar="N",
        help="also score each translation in up to N other ways to cut it into pieces, and print the log-probability "
        "and the pieces of the best of them, with tabs between; say 8 (default: the tokenizer's own pieces alone)",
    )
    score.set_defaults(command=_score)

    why = commands.add_parser(
        "why-not",
        help="why a translation that was expected is not what the model says",
        description="Holds an expected translation against what a search finds: search error or model error, token by "
        "token, and which beams would have kept it.",
    )
    _add_checkpoint_flags(why)
    why.add_argument("--source", required=True, metavar="TEXT", help="a sentence")
    why.add_argument("--expected", required=True, metavar="TEXT", help="the translation that was expected")
    why.add_argument(
        "--widest",
        type=_whole,
        metavar="K",
        help="look into beams of width 1 to K; 0 looks into none (default: as wide as is looked into)",
    )
    why.add_argument(
        "--agreement",
        type=_positive,
        metavar="N",
        help="also draw so many candidates, and say which of all translations agrees best with them (default: none)",
    )
    why.add_argument(
        "--exact", type=_positive, metavar="SECONDS",
        help="also search for the most probable translation of all, for so long (default: not)",
    )  # fmt: skip
    why.add_argument("--json", action="store_true", help="everything as one JSON object")
    add_strategy_flags(why)
    why.set_defaults(command=_why_not)

    _add_neighbours(commands)

    usual = commands.add_parser(
        "usual",
        help="measure what is usual in a model's translations, for why-not's signs of trouble",
        description="Translates sentences that the model was not trained on, and writes into the checkpoint's "
        "metrics.json between which values nine of ten translations lie: repetition, length, attention, log P.",
    )
    _add_checkpoint_flags(usual)
    usual.add_argument("--data", nargs="+", required=True, metavar="FILE", help="what new --data takes")
    _add_table_flags(usual)
    usual.add_argument(
        "--sentences", type=_positive, default=1000, metavar="N", help="most that are translated (default: 1000)"
    )
    add_strategy_flags(usual)
    usual.set_defaults(command=_usual)

    beside = commands.add_parser(
        "beside",
        help="what several models make of one sentence",
        description="Sets models beside each other: what each says, how likely it finds a common reference, and how "
        "many tokens it needs to recover from a wrong word.",
    )
    beside.add_argument("checkpoints", nargs="+", type=Path, metavar="DIR", help="say checkpoints/en-de-attention")
    _add_device_flag(beside)
    beside.add_argument("--source", required=True, metavar="TEXT", help="a sentence")
    beside.add_argument("--reference", default="", metavar="TEXT", help="a translation that all are asked about")
    beside.add_argument(
        "--place", type=_positive, default=2, metavar="N",
        help="the first token of a model's own translation that may be replaced by a wrong word (default: %(default)s)",
    )  # fmt: skip
    beside.add_argument(
        "--cost", action="store_true",
        help="also time searches by beam width, source length and batch, and a pass over a whole translation at once",
    )  # fmt: skip
    beside.add_argument("--json", action="store_true", help="everything as one JSON list")
    beside.set_defaults(command=_beside)

    known = commands.add_parser(
        "about",
        help="what a model is: its card, its curves, its pieces",
        description="Says what a model is, learnt from and may be used for, how it learnt, how long the pieces of its "
        "vocabulary are, and into which it cuts a text.",
    )
    _add_checkpoint_flags(known)
    known.add_argument("--text", default="", metavar="TEXT", help="in the source language, to be cut into pieces")
    known.add_argument("--json", action="store_true", help="everything as one JSON object")
    known.set_defaults(command=_about)

    worked = commands.add_parser(
        "worked",
        help="the worked examples of Learn: a beam by hand, a softmax at several temperatures",
        description="Works out what lectures put on the board: which beginnings a beam keeps and drops at each step, "
        "and the probabilities that logits come to at several temperatures.",
    )
    worked.add_argument("--width", type=_positive, default=2, metavar="K", help="of the beam (default: 2)")
    worked.add_argument(
        "--logits", type=float, nargs="+", default=(2.0, 1.0, 0.5), metavar="Z", help="(default: 2 1 0.5)"
    )
    worked.add_argument(
        "--temperatures", type=float, nargs="+", default=(0.5, 1.0, 2.0), metavar="T", help="(default: 0.5 1 2)"
    )
    worked.add_argument("--json", action="store_true", help="both as one JSON object")
    worked.set_defaults(command=_worked)

    evaluate = commands.add_parser("evaluate", help="BLEU, chrF, exact matches and edits of a model on a test set")
    _add_model_flags(evaluate)
    evaluate.add_argument("--src", type=Path, metavar="FILE", help="source sentences, one a line")
    evaluate.add_argument(
        "--ref",
        type=Path,
        action="append",
        metavar="FILE",
        help="reference translations, one a line; several references: repeat the flag",
    )
    evaluate.add_argument("--data", nargs="+", metavar="FILE", help="instead of both: what new --data takes")
    _add_table_flags(evaluate)
    evaluate.add_argument("--json", action="store_true", help="the scores as one JSON object")
    evaluate.add_argument(
        "--save", action="store_true", help="also write the scores into the checkpoint's metrics.json and card"
    )
    add_strategy_flags(evaluate)
    evaluate.set_defaults(command=_evaluate)

    push = commands.add_parser(
        "push",
        help="put a checkpoint on the Hugging Face Hub",
        description="Puts a checkpoint of this project on the Hub, with its card. From then on hf:USER/NAME loads it "
        "wherever a model is named.",
    )
    push.add_argument("checkpoint", type=Path, metavar="DIR", help="say runs/my-model/checkpoint")
    push.add_argument("repository", metavar="USER/NAME", help="made where it is not there yet")
    push.add_argument("--private", action="store_true", help="make it so that nobody else sees it")
    push.set_defaults(command=_push)

    export = commands.add_parser(
        "export-onnx",
        help="write a model as two ONNX graphs, to run without PyTorch",
        description="Writes the encoder and one step of the decoder as ONNX graphs, beside the tokenizer; docs/onnx.md "
        "runs them in 40 lines.",
    )
    export.add_argument("--checkpoint", required=True, metavar="DIR", help="a model of this project, or hf:USER/NAME")
    export.add_argument("--output", type=Path, required=True, metavar="DIR", help="made where it is not there yet")
    export.set_defaults(command=_export_onnx)
    return parser


def _add_neighbours(commands: Any) -> None:
    near = commands.add_parser(
        "neighbours",
        help="in which training sentences a model was in the same state: where did it learn this?",
        description="With --data, builds a model's index of training sentences, which lies beside its weights. With "
        "--source, finds those in which the decoder's state was nearest, and what came next there.",
    )
    _add_checkpoint_flags(near)
    near.add_argument("--data", nargs="+", default=[], metavar="FILE", help="training pairs, as new --data takes them")
    _add_table_flags(near)
    near.add_argument(
        "--states", type=_positive, default=100_000, metavar="N",
        help="most in the index, one for each piece of a target (default: %(default)s)",
    )  # fmt: skip
    near.add_argument(
        "--credit", default="", metavar="TEXT",
        help="with --data: whose the sentences are, and their licence, shown with each answer",
    )  # fmt: skip
    near.add_argument("--source", default="", metavar="TEXT", help="a sentence")
    near.add_argument("--translation", default="", metavar="TEXT", help="of it (default: what a beam of five finds)")
    near.add_argument(
        "--place", type=_positive, default=1, metavar="N", help="the piece of it that is asked about (default: 1)"
    )
    near.add_argument(
        "--count", type=_positive, default=10, metavar="N", help="sentences to find (default: %(default)s)"
    )
    near.add_argument("--json", action="store_true", help="everything as one JSON object")
    near.set_defaults(command=_neighbours)


def _add_minutes_flag(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--minutes", type=float, default=15.0, metavar="N", help=f"{what} (default: %(default)g)")


def _add_table_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source-column", metavar="COLUMN", help="its name or number (default: the first with text)")
    parser.add_argument("--target-column", metavar="COLUMN", help="its name or number (default: the second with text)")
    parser.add_argument("--columns", metavar="A+B:C", help="both at once; several joined by + make one text")
    parser.add_argument("--delimiter", metavar="SIGN", help="between the cells of a text (default: found out)")
    parser.add_argument("--comment", metavar="SIGN", help="lines that begin with it are passed over")


def _corpora(files: Sequence[str], flags: argparse.Namespace, flag: str = "--data") -> tuple[CorpusConfig, ...]:
    """What was meant: a table or several, or two files that are aligned line by line."""
    from seq2seq_core.data.corpus import CorpusConfig
    from seq2seq_core.data.tables import holds_both_sides

    source, target = flags.source_column, flags.target_column
    if flags.columns:
        source, _, target = flags.columns.partition(":")
        if not (source and target) or ":" in target:
            raise CoreError(f"--columns wants SOURCE:TARGET, say 1+3:2, not {flags.columns!r}; see --source-column")
    how = {"source_column": source, "target_column": target, "delimiter": flags.delimiter, "comment": flags.comment}
    texts = [file for file in files if len(files) > 1 and not holds_both_sides(Path(file))]
    if not texts:
        return tuple(CorpusConfig(path=file, **how) for file in files)
    if len(files) == 2 == len(texts):
        return (CorpusConfig(source=files[0], target=files[1]),)
    raise CoreError(
        f"{flag} takes one file, or two that are aligned line by line, or several tables; {texts[0]} is no table"
    )


CHECKPOINT = (
    "say checkpoints/en-de-attention; a folder as transformers saves it; or hf:USER/NAME@REVISION, a model of the Hub"
)


def _add_checkpoint_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", required=True, metavar="DIR", help=CHECKPOINT)
    _add_device_flag(parser)


def _add_device_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")


def _add_model_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint",
        required=True,
        action="append",
        metavar="DIR",
        help=f"{CHECKPOINT}. Several --checkpoint, of one tokenizer, speak together: the mean of their probabilities",
    )
    _add_device_flag(parser)
    parser.add_argument(
        "--precision",
        default="float32",
        metavar="BITS",
        help="of the products on a CPU: float32, bfloat16, int8, bfloat16+int8, or auto for the fastest of them here; "
        "other than float32, about one translation in 200 changes (default: float32)",
    )
    parser.add_argument(
        "--batch-size",
        type=_positive,
        default=64,
        help="most sentences at a time, fewer where they are long (default: 64)",
    )


def _moved(text: str) -> MovedWeight:
    from seq2seq_core.types import MovedWeight

    found = re.fullmatch(r"(\d{1,6}):(\d{1,6})(?:-(\d{1,6}))?=(\d(?:\.\d+)?)", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no STEP:PIECE=WEIGHT, say 2:4=0.8")
    step, first, last, weight = found.groups()
    return MovedWeight(int(step) - 1, int(first) - 1, int(last or first) - 1, float(weight))


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def _new(flags: argparse.Namespace) -> None:
    from seq2seq_core.training.new_recipe import Task, new_recipe
    from seq2seq_core.training.units import parse_units

    _refuse_a_team("new")
    train, valid, test = (_corpora(getattr(flags, name), flags, f"--{name}") for name in ("data", "valid", "test"))
    units = parse_units(flags.unit) if flags.unit else None
    task = Task(
        flags.name, train, flags.source_language, flags.target_language, valid, test, flags.minutes, units, flags.task
    )
    _refuse_to_overwrite(task.name)
    recipe = new_recipe(task, on_report=_print_problems)
    _write_recipe(task.name, recipe.text, recipe.reasons)


def _larger(flags: argparse.Namespace) -> None:
    from seq2seq_core.checkpoint import save_checkpoint
    from seq2seq_core.training.larger import larger_recipe

    _refuse_a_team("larger")
    recipe = larger_recipe(flags.recipe, flags.minutes)
    _refuse_to_overwrite(recipe.name)
    save_checkpoint(recipe.start, recipe.checkpoint)
    _write_recipe(recipe.name, recipe.text, (recipe.said,))


def _refuse_to_overwrite(name: str) -> None:
    if (path := Path(f"{name}.toml")).exists():
        raise CoreError(f"{path} is there already; choose another name, or move it away")


def _write_recipe(name: str, text: str, reasons: Sequence[str]) -> None:
    """Writes NAME.toml, and says why it is as it is and how to train it."""
    path = Path(f"{name}.toml")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CoreError(f"cannot write {path}: {error.strerror}; call it in a folder of your own") from error
    for reason in reasons:
        print(textwrap.fill(reason, 100, initial_indent="- ", subsequent_indent="  "))
    print(f"\nwrote {path}; it can be changed. To train:\n  python -m seq2seq_core train {path}")


def _refuse_a_team(command: str) -> None:
    """Under accelerate's launcher each process would do all the work, and say all of it."""
    from seq2seq_core.distributed import join

    if join().size > 1:
        raise CoreError(f"{command} works as one process: start it without accelerate launch")


def _print_problems(report: DataReport) -> None:
    for line in report.describe():
        print(line, file=sys.stderr)


def _train(flags: argparse.Namespace) -> None:
    heeded = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if heeded[signal.SIGINT] is signal.default_int_handler:
        # Until there is a trainer to stop nothing can be lost, and not all that runs until then is Python.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        _trained(flags)
    finally:
        for number, handler in heeded.items():
            signal.signal(number, handler)


def _trained(flags: argparse.Namespace) -> None:
    from seq2seq_core.distributed import join
    from seq2seq_core.training import Trainer, load_recipe, train
    from seq2seq_core.training.report import Reporter

    team = join()

    def say(line: str, to: IO[str] | None = None) -> None:
        if team.leads:
            print(line, file=to or sys.stderr, flush=True)

    def on_ready(trainer: Trainer) -> None:
        def stop(*_: Any) -> None:
            trainer.stop()
            if team.size > 1:
                # Ctrl-C reaches a process from the terminal and again from the launcher, which waits half a minute.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                say("stopping after this update")
            else:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                say("stopping after this update; a second Ctrl-C ends at once")

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        pairs, updates = len(trainer.pairs), trainer.updates_an_epoch
        most = f"{trainer.total:,} updates" if trainer.config.updates else f"{trainer.config.epochs} epochs"
        say(f"{pairs:,} pairs to learn from: {updates:,} updates an epoch, {most} at most")

    recipe = load_recipe(flags.recipe, flags.override)
    reporter = Reporter(recipe.folder, live=sys.stdout.isatty())
    on_data = _print_problems if team.leads else lambda report: None
    event = None
    for event in train(recipe, resume=flags.resume, on_data=on_data, on_ready=on_ready):
        say(reporter.describe(event), to=sys.stdout)
    if event is None:
        say("this run was over already: nothing was trained")
    say(reporter.ending(), to=sys.stdout)


def _translate(flags: argparse.Namespace) -> None:
    from seq2seq_core.distributed import join
    from seq2seq_core.documents.command import check_document_flags, translate_document
    from seq2seq_core.pipeline import Translator

    check_document_flags(flags)
    if flags.trace and not flags.json:
        raise CoreError("--trace adds to the JSON; give --json as well")
    config = config_from_flags(flags)
    team = join()
    translator = Translator.together(flags.checkpoint, flags.device, precision=flags.precision)
    if flags.input is not None:
        translate_document(flags, config, translator, team)
        return

    several = _several(asdict(config))

    def outputs(lines: Sequence[str], first: int) -> list[str]:
        """For each line what is printed and what a person should know of how it was read, as JSON."""
        translations = translator.translate_texts(
            lines,
            config,
            prefix=flags.prefix,
            moved=flags.move_attention,
            trace=flags.trace,
            batch_size=flags.batch_size,
            first_index=first,
            split=flags.split,
        )
        return [
            json.dumps(
                (
                    _json(translation, flags.trace) if flags.json else _text(translation, number, several),
                    (*translation.notes, *([CUT] if any(map(translation.cut, range(shown(translation)))) else [])),
                )
            )
            for number, translation in enumerate(translations, start=first + 1)
        ]

    def shown(translation: Translation) -> int:
        return translation.ranks if several or flags.json else 1

    notes: dict[str, list[int]] = {}
    done, start = 0, time.monotonic()
    for chunk in team.map(piped_lines(sys.stdin.buffer, "stdin"), outputs, flags.batch_size * BATCHES_AT_ONCE):
        for number, (line, told) in enumerate(map(json.loads, chunk), start=done + 1):
            print(line)
            for note in told:
                notes.setdefault(note, []).append(number)
        sys.stdout.flush()
        done += len(chunk)
        if team.leads and sys.stderr.isatty():
            print(f"\r{done} lines, {done / (time.monotonic() - start):.0f} a second", end="", file=sys.stderr)
    if team.leads and sys.stderr.isatty():
        print(file=sys.stderr)
    for note, lines in notes.items() if team.leads else ():
        where = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines, the first is {lines[0]}"
        print(f"note: {where}: {note}", file=sys.stderr)


def _text(translation: Translation, number: int, several: bool) -> str:
    """What translate prints for the line of this number: a line, or one for each of several translations."""
    if not several:
        return translation.text()
    return "\n".join(f"{number}\t{rank + 1}\t{translation.text(rank)}" for rank in range(translation.ranks))


def _json(translation: Translation, trace: bool) -> str:
    """What translate --json prints for a line; without the trace, attention is left out."""
    if not trace:
        bare = (
            replace(result, hypotheses=tuple(replace(hypothesis, attention=None) for hypothesis in result.hypotheses))
            for result in translation.sentences
        )
        translation = replace(translation, sentences=tuple(bare))
    return json.dumps(translation.to_dict(), ensure_ascii=False)


def _several(settings: Mapping[str, Any]) -> bool:
    """Whether more than one translation of each sentence is asked for."""
    return int(settings.get("num_return_sequences", 1)) > 1


def _score(flags: argparse.Namespace) -> None:
    from seq2seq_core.pipeline import Translator

    _refuse_a_team("score")
    pairs = _parallel(flags.src, flags.tgt)
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


def _why_not(flags: argparse.Namespace) -> None:
    from seq2seq_core.why_not.command import explain

    _refuse_a_team("why-not")
    explain(flags, config_from_flags(flags))


def _neighbours(flags: argparse.Namespace) -> None:
    from seq2seq_core.neighbours.command import ask, index

    _refuse_a_team("neighbours")
    if bool(flags.data) == bool(flags.source.strip()):
        raise CoreError("neighbours needs either --data, to build an index, or --source, to ask it")
    if flags.data:
        sources, [targets] = _test_pairs(flags)
        index(flags, list(zip(sources, targets, strict=True)))
    else:
        ask(flags)


def _usual(flags: argparse.Namespace) -> None:
    from seq2seq_core.why_not.usual import measure

    _refuse_a_team("usual")
    sources, _ = _test_pairs(flags)
    data = ", ".join(f"{Path(file).parent.name}/{Path(file).name}" for file in flags.data)
    measure(flags.checkpoint, flags.device, config_from_flags(flags), sources, data, flags.sentences)


def _beside(flags: argparse.Namespace) -> None:
    from seq2seq_core.limits.command import set_beside

    _refuse_a_team("beside")
    set_beside(flags)


def _about(flags: argparse.Namespace) -> None:
    from seq2seq_core.about import tell

    tell(flags)


def _worked(flags: argparse.Namespace) -> None:
    from seq2seq_core.worked import tell

    tell(flags)


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
    if team.leads and _several(asdict(config)):
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


def _push(flags: argparse.Namespace) -> None:
    from seq2seq_core.push import push

    _refuse_a_team("push")
    address = push(flags.checkpoint, flags.repository, private=flags.private)
    print(f"{address}\nTo use it: python -m seq2seq_core translate --checkpoint hf:{flags.repository}")


def _export_onnx(flags: argparse.Namespace) -> None:
    from seq2seq_core.checkpoint import open_checkpoint
    from seq2seq_core.onnx_export import export_onnx

    _refuse_a_team("export-onnx")
    _, checkpoint = open_checkpoint(flags.checkpoint)
    for path in export_onnx(checkpoint, flags.output):
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def _test_set(flags: argparse.Namespace) -> tuple[list[str], list[list[str]]]:
    """The sources, and each set of references."""
    if bool(flags.data) == bool(flags.src or flags.ref) or bool(flags.src) != bool(flags.ref):
        raise CoreError("evaluate needs either --data, or both --src and --ref")
    if flags.data:
        sources, references = _test_pairs(flags)
    else:
        sources = read_lines(flags.src)
        references = [[target for _, target in _parallel(flags.src, path)] for path in flags.ref]
    if not sources:
        raise CoreError(f"{flags.src or flags.data[0]} is empty; there is nothing to evaluate")
    return sources, references


def _test_pairs(flags: argparse.Namespace) -> tuple[list[str], list[list[str]]]:
    """All pairs of tables, also those that one would not train on; lines that are no pair are named."""
    from seq2seq_core.data.checks import DataReport, sound_pairs
    from seq2seq_core.data.corpus import read_records

    report = DataReport()
    pairs = [
        pair
        for corpus in _corpora(flags.data, flags)
        for _, pair in sound_pairs(
            read_records(corpus, Path(), report.notes.append), report, max_pieces=10**6, unchanged="keep"
        )
    ]
    _print_problems(report)
    return [source for source, _ in pairs], [[target for _, target in pairs]]


def _parallel(source: Path, target: Path) -> list[tuple[str, str]]:
    sources, targets = read_lines(source), read_lines(target)
    if len(sources) != len(targets):
        raise CoreError(f"{source} has {len(sources)} lines and {target} {len(targets)}; they must be parallel")
    return list(zip(sources, targets, strict=True))
