"""A log that cannot be filled, and holds nothing that a person typed: one line an error, and so many lines a minute.

An error's own words may quote what somebody sent, so only its type and its place are written.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

import uvicorn.config

LINES = 60
"""Most lines in each of the log's minutes; how many more there were is said when one is over."""

LONGEST = 300
"""Characters of a line."""


def place_of(error: BaseException) -> str:
    """Type and place of an error, without a word of its message: ``KeyError at queueing.py:12 in push``."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} at {last.filename.rpartition('/')[2]}:{last.lineno} in {last.name}"


class LogLine(logging.Formatter):
    """A record as one line: our own words, then type and place of the error.

    Only the words of our own records are known to hold nothing that a person typed. Of others, as asyncio's, which
    quote an error's words, the place in the source is written, where their words can be looked up.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        ours = record.name == "root" or record.name.startswith("demo.")
        words = " ".join(record.getMessage().split()) if ours else f"{record.filename}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        said = f"{time.strftime('%H:%M:%S')} {record.levelname.lower()} {record.name}: {words}"
        line = f"{said}: {place_of(error)}" if error else said
        return line[:LONGEST].encode("ascii", "backslashreplace").decode("ascii")


class Trickle(logging.Handler):
    """Writes at most ``LINES`` lines a minute."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(LogLine())
        self._stream, self._clock = stream, clock
        self._begun, self._written, self._dropped = clock(), 0, 0

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the record, or counts it. (Handlers hold a lock around this.)"""
        now = self._clock()
        if now - self._begun >= 60:
            if self._dropped:
                self._write(f"{self._dropped:,} more lines were left out")
            self._begun, self._written, self._dropped = now, 0, 0
        if self._written >= LINES:
            self._dropped += 1
            return
        self._written += 1
        self._write(self.format(record))

    def _write(self, line: str) -> None:
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):  # nobody reads it any more
            pass


def one_line_an_error(stream: TextIO | None = None) -> Trickle:
    """Everything that this process logs goes through one such handler from now on; tracebacks that are printed as well.

    Gradio prints those of its queue (``traceback.print_exc`` in queueing.py and routes.py) and offers no other way.
    uvicorn would give its loggers handlers of their own when it starts.
    """
    handler = Trickle(stream or sys.stderr)
    uvicorn.config.LOGGING_CONFIG.clear()
    uvicorn.config.LOGGING_CONFIG.update(version=1, disable_existing_loggers=False)
    for logger in map(logging.getLogger, tuple(logging.root.manager.loggerDict)):
        logger.handlers, logger.propagate = [], True
    logging.root.handlers = [handler]
    logging.captureWarnings(True)

    def print_exc(*_: object, **__: object) -> None:
        logging.error("an error was caught", exc_info=True)

    def uncaught(kind: type[BaseException], error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None and not isinstance(error, KeyboardInterrupt):
            logging.error("an error was not caught", exc_info=(kind, error, at))

    traceback.print_exc = print_exc
    sys.excepthook = uncaught
    threading.excepthook = lambda said: uncaught(said.exc_type, said.exc_value, said.exc_traceback)
    return handler
