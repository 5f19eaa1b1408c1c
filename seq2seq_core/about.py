"""What there is to know of a model beside its translations: its card, the log of its training, its pieces.

A checkpoint may be a stranger's: what is read of it is bounded, and only finite numbers are taken from its log.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seq2seq_core.data.tokenizer import SPACE, TextPieces, TwoVocabularies
from seq2seq_core.files import read_plain
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError

LOG = "log.jsonl"
LONGEST_LOG = 8_000_000
"""Bytes: of a run that is a thousand times as long as those here."""

MEASURES = ("loss", "perplexity", "bleu", "epsilon")
"""What events say that curves are drawn of; epsilon is the share of the reference's pieces, teacher forcing's ratio."""


@dataclass(frozen=True)
class LoggedEvent:
    """A line of a training log: after which update, whether of a validation or of training, and what was measured."""

    step: int
    validation: bool
    measured: dict[str, float]


@dataclass(frozen=True)
class PieceLengths:
    """A vocabulary by length.

    of: "source", "target", or "both" where they share it.
    characters: how many pieces have so many letters. others: marks and bytes.
    """

    of: str
    characters: dict[int, int]
    others: int

    @property
    def said(self) -> str:
        """The same in a sentence."""
        total = sum(self.characters.values())
        mean = sum(length * count for length, count in self.characters.items()) / max(1, total)
        who = "" if self.of == "both" else f"Of the {self.of}: "
        said = f"{total:,} pieces of letters, {mean:.1f} letters long in the mean; {self.others:,} are bytes or marks."
        return who + said

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        by_length = {str(length): count for length, count in self.characters.items()}
        return {"of": self.of, "characters": by_length, "others": self.others, "said": self.said}


@dataclass(frozen=True)
class About:
    """What a model is.

    metadata: of its metrics.json. built: rows of its card. weights: how many it has.
    log: what its training told; nothing where no log came with it. lengths: one for each vocabulary.
    pieces: those of a text, as it reads it.
    """

    name: str
    metadata: Mapping[str, Any]
    built: Mapping[str, str]
    weights: int
    log: tuple[LoggedEvent, ...]
    lengths: tuple[PieceLengths, ...]
    pieces: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**asdict(self), "lengths": [each.to_dict() for each in self.lengths]}


def about(translator: Translator, folder: Path | None = None, text: str = "") -> About:
    """What a model is, how it learnt, and how it cuts a text into pieces.

    Args:
        translator: the model.
        folder: of its checkpoint, where a log may lie; None where it has none.
        text: in its source language.
    """
    model = translator.model
    return About(
        name=translator.name,
        metadata=translator.metadata,
        built=model.describe(),
        weights=sum(each.numel() for each in model.parameters()),
        log=() if folder is None else log_of(folder),
        lengths=piece_lengths(translator.tokenizer),
        pieces=tuple(translator.source_pieces(text)) if text else (),
    )


def log_of(folder: Path) -> tuple[LoggedEvent, ...]:
    """The events that a checkpoint's log.jsonl holds; none where it has no log, or one that cannot be read."""
    try:
        text = read_plain(folder / LOG, most=LONGEST_LOG).decode("utf-8", "replace")
    except CoreError:
        return ()
    return tuple(event for line in text.splitlines() if (event := _event(line)))


def piece_lengths(tokenizer: TextPieces) -> tuple[PieceLengths, ...]:
    """How long the pieces of its vocabulary are, or of the source's and the target's where there are two.

    The mark of a word's beginning is not counted.
    """
    if isinstance(tokenizer, TwoVocabularies):
        return _lengths("source", tokenizer.source), _lengths("target", tokenizer.target)
    return (_lengths("both", tokenizer),)


def _lengths(of: str, tokenizer: TextPieces) -> PieceLengths:
    pieces = tokenizer.pieces(range(len(tokenizer)))
    bare = [piece.removeprefix(SPACE) for place, piece in enumerate(pieces) if place not in tokenizer.byte_pieces]
    counted = Counter(len(piece) for piece in bare if piece and not piece.startswith("<"))
    return PieceLengths(of, dict(sorted(counted.items())), len(pieces) - counted.total())


def tell(flags: argparse.Namespace) -> None:
    """Prints what a model is, or with ``--json`` everything as one object.

    Raises:
        CoreError: the checkpoint is none.
    """
    place = Path(flags.checkpoint)
    known = about(Translator.load(flags.checkpoint, flags.device), place if place.is_dir() else None, flags.text)
    if flags.json:
        print(json.dumps(known.to_dict(), ensure_ascii=False, allow_nan=False))
        return
    said, training = known.metadata, known.metadata.get("training") or {}
    data = training.get("data") if isinstance(training, dict) else None
    facts = {
        "name": known.name,
        "title": said.get("title"),
        "reads": said.get("source_language"),
        "writes": said.get("target_language"),
        "licence": said.get("licence_terms") or said.get("licence"),
        "learnt from": "; ".join(map(str, data)) if isinstance(data, list) else None,
        **{name.lower(): value for name, value in known.built.items()},
        "weights": f"{known.weights:,}",
        **{f"vocabulary of the {each.of}" if each.of != "both" else "vocabulary": each.said for each in known.lengths},
        "pieces": " ".join(known.pieces) or None,
    }
    print(*(f"{name}\t{value}" for name, value in facts.items() if value), sep="\n")
    validated = [event for event in known.log if event.validation]
    if validated:
        print("", _curve(validated), sep="\n")


def _curve(events: Sequence[LoggedEvent]) -> str:
    """Tab-separated, a line for each validation."""
    measured = [name for name in MEASURES if any(name in event.measured for event in events)]
    rows = [
        (str(event.step), *(f"{event.measured[name]:.3f}" if name in event.measured else "" for name in measured))
        for event in events
    ]
    return "\n".join("\t".join(row) for row in (("update", *measured), *rows))


def _event(line: str) -> LoggedEvent | None:
    """What a line says; None where it is no event."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    step = said.get("step") if isinstance(said, dict) else None
    if not isinstance(step, int) or isinstance(step, bool) or not 0 <= step < 2**53:
        return None
    measured = {name: float(said[name]) for name in MEASURES if _number(said.get(name))}
    return LoggedEvent(step, said.get("event") == "validation", measured) if measured else None


def _number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
