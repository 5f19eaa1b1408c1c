"""Files of our own: read only where they are files, and written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safetensors import SafetensorError

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

from seq2seq_core.types import CoreError


def read_plain(path: Path, *, most: int) -> bytes:
    """The bytes of a plain file; a pipe or a device, which might never end, is refused unread.

    Args:
        path: of the file, or of a link to it.
        most: bytes that it may have.

    Raises:
        CoreError: it is none, is longer, or cannot be read; the message names the file and its folder.
    """
    # not waiting for the other end of a pipe; what was looked at is what is read
    without_waiting = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, without_waiting), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise CoreError(f"{told(path)} is no plain file; put the file itself there")
            content = file.read(most + 1)
    except OSError as error:
        raise CoreError(f"cannot read {told(path)}: {error.strerror}") from error
    if len(content) > most:
        raise CoreError(f"{told(path)} is longer than {most:,} bytes, which none of its kind is")
    return content


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; what was written there takes its place when all of it is on the disk.

    Raises:
        CoreError: it cannot be written; what lay at ``path`` is as it was.
    """
    unfinished = path.with_name(f"{path.name}.part")
    try:
        try:
            yield unfinished
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(unfinished, path)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CoreError(f"cannot write {told(path)}: {reason}; what was there is as it was") from error


def write_whole(path: Path, content: bytes | str) -> None:
    """Writes a file, text as UTF-8; for the rest see ``replacing``."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What is written meanwhile is written to ``path``.

    Raises:
        CoreError: it cannot be, since the disk is full, say.
    """
    try:
        yield
    except OSError as error:
        raise CoreError(f"cannot write to {path}: {error.strerror}; make room, or choose another output") from error


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Nobody else may be in here with the same folder. The lock dies with the process that holds it, however it ends.

    Raises:
        CoreError: somebody is, or the folder cannot be written to.
    """
    with writing(folder):
        lock = (folder / ".lock").open("ab")
    with lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CoreError(
                    f"another run is writing to {folder}; wait for its end, or choose another output"
                ) from None
        yield


def told(path: Path) -> str:
    """A file as messages name it: with its folder, and not with all that lies above, which may be nobody's business."""
    return str(Path(*path.parts[-2:])) if path.is_absolute() else str(path)
