"""The command line.

A thin layer, a file for each command or two: flags of the strategies come from their configs (see ``strategy_flags``),
the work from ``pipeline`` and ``training``. What a person can put right is one line on stderr and exit code 2, never a
traceback. Under ``accelerate launch`` train, translate and evaluate share out their work, and the first process alone
prints.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from seq2seq_core.cli import evaluate, lessons, neighbours, new, pass_on, score, train, translate, why_not
from seq2seq_core.cli.flags import Parser
from seq2seq_core.types import CoreError

COMMANDS = (new, train, translate, score, why_not, neighbours, lessons, evaluate, pass_on)
"""In the order of the help."""


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
    for each in COMMANDS:
        each.add(commands)
    return parser
