"""Where a model of ``transformers`` lies and how it is to be read: what people type wherever a model is named.

hf:Helsinki-NLP/opus-mt-en-de@REVISION        a repository of the Hub
models/my-t5?task=translation_en_to_de        a folder as ``save_pretrained`` writes it
hf:facebook/m2m100_418M?source=en&target=fr
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from seq2seq_core.types import CoreError

ON_THE_HUB = "hf:"

DTYPES = ("float32", "bfloat16", "float16")
"""What weights may be held in."""

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_REVISION = re.compile(r"[\w./-]+")


@dataclass(frozen=True)
class Manner:
    """How a model is to be read, where it can be read in several ways.

    source, target: languages, in the model's own codes. task: one that its config.json has a prefix for.
    prefix: what stands before each text. dtype: of the weights, one of ``DTYPES``.
    """

    source: str = ""
    target: str = ""
    task: str = ""
    prefix: str = ""
    dtype: str = "float32"


@dataclass(frozen=True)
class Place:
    """A folder, or a repository of the Hub and the revision of it; and the manner."""

    folder: Path | None
    repository: str = ""
    revision: str | None = None
    manner: Manner = Manner()

    @property
    def name(self) -> str:
        """What it is called in menus, links and files; languages and task tell two manners of one model apart."""
        base = self.repository.partition("/")[2] or Path(os.path.abspath(self.folder or "")).name
        manner = self.manner
        told = [part for part in (manner.source, manner.target, manner.task) if part]
        return re.sub(r"[^\w.-]+", "-", "-".join([base, *told]))

    @property
    def whole_name(self) -> str:
        """As a message names it."""
        if self.repository:
            return f"{self.repository}@{self.revision}" if self.revision else self.repository
        return str(self.folder)


def parse_place(text: str) -> Place:
    """The place that a person named.

    Raises:
        CoreError: it is no name of a repository, or its manner says what there is not.
    """
    if not text.startswith(ON_THE_HUB) and Path(text).exists():
        return Place(Path(text))  # though it should have a question mark in its name
    where, _, asked = text.partition("?")
    manner = _manner(asked)
    if not where.startswith(ON_THE_HUB):
        return Place(Path(where), manner=manner)
    repository, _, revision = where.removeprefix(ON_THE_HUB).partition("@")
    if not _REPOSITORY.fullmatch(repository) or (revision and not _REVISION.fullmatch(revision)):
        raise CoreError(f"{where!r} is no model of the Hub; write hf:USER/NAME or hf:USER/NAME@REVISION")
    return Place(None, repository, revision or None, manner)


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds a model of ``transformers``: its config.json names a kind of it and no format of ours."""
    try:
        with (folder / "config.json").open("rb") as file:
            config = json.loads(file.read(1 << 20))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(config, dict) and "model_type" in config and "format" not in config


def _manner(asked: str) -> Manner:
    # Not as a web address is taken apart: a prefix has blanks, colons and plus signs that stand for themselves.
    parts = [part.partition("=") for part in asked.split("&")] if asked else []
    known = tuple(Manner.__dataclass_fields__)
    for name, sign, _ in parts:
        if name not in known or not sign:
            raise CoreError(f"{name!r} cannot be said of a model; after ? there may be {', '.join(known)}: ?task=…")
    manner = Manner(**{name: value for name, _, value in parts})
    if manner.dtype not in DTYPES:
        raise CoreError(f"dtype {manner.dtype!r} is not known; choose one of: {', '.join(DTYPES)}")
    return manner
