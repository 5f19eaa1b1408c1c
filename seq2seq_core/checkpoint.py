"""A folder on disk <-> a model, its tokenizer and what is known of them.

    config.json         the model's family and shape, and the format's version
    model.safetensors   weights, half precision
    tokenizer.model     SentencePiece; source.model and target.model where each side has a vocabulary of its own
    metrics.json        what the model is, what it was trained on, its scores with their signatures; checksums of the
                        weights and the tokenizer
    README.md           the model card

Nothing in it is code, and nothing in it is ever executed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from safetensors.torch import save

from seq2seq_core.config import from_dict, to_dict
from seq2seq_core.data.tokenizer import OwnTokenizer, TextPieces, Tokenizer, TwoVocabularies
from seq2seq_core.decoding.length import USUAL, OutputLength
from seq2seq_core.files import read_plain, told, write_whole
from seq2seq_core.model_card import model_card
from seq2seq_core.models import Model, ModelConfig
from seq2seq_core.models.hugging_face.place import Manner, Place, is_foreign, parse_place
from seq2seq_core.types import CoreError
from seq2seq_core.weights import load_weights

FORMAT = 1

MOST_JSON, MOST_TOKENIZER = 1 << 20, 1 << 26
"""Bytes of config.json and of metrics.json, and of tokenizer.model."""

NAMES = ("name", "title", "source_language", "target_language", "task")
TEXTS = (*NAMES, "licence", "licence_terms", "curve")
LONGEST_NAME = 200
"""Characters of what metrics.json calls a model or a language: it stands in menus and headings."""

SUMS = "sha256"
JOINT, OF_SIDES = "tokenizer.model", ("source.model", "target.model")
SUMMED = ("model.safetensors", JOINT, *OF_SIDES)
"""In metrics.json: checksums of the files whose bytes no other check can vouch for."""


Say = Callable[[str], None]
"""Told in a few words what takes long."""


@dataclass(frozen=True)
class Checkpoint:
    """A model in evaluation mode, its tokenizer, and metrics.json as it stands, but for the checksums.

    folder: that it was read from, of one on the Hub that of its cache; None where it was read from none.
    """

    model: Model
    tokenizer: TextPieces
    metadata: dict[str, Any] = field(default_factory=dict)
    folder: Path | None = None


def checkpoint_name(folder: Path) -> str:
    """What tells it apart: the run's name where it lies in RUN/checkpoint, as every run's best weights do.

    It is the same wherever a model is named: in endpoints, links, files and on the command line.
    """
    folder = Path(os.path.abspath(folder))  # not what a link to it points at, which nobody typed
    return folder.parent.name if folder.name == "checkpoint" else folder.name


def place_name(place: Place) -> str:
    """What tells a model apart, of this project or another's."""
    if place.folder is None or is_foreign(place.folder):
        return place.name
    return checkpoint_name(place.folder)


def open_checkpoint(text: str, say: Say | None = None) -> tuple[str, Checkpoint]:
    """The name and the checkpoint of a model that a person named, of this project or another, here or on the Hub.

    Args:
        text: see ``models.hugging_face.place``.
        say: is told in a few words what takes long.

    Raises:
        CoreError: there is no such model, it cannot be read, or ``transformers`` is not installed.
    """
    place = parse_place(text)
    name = place_name(place)
    folder = place.folder
    if folder is None:
        from seq2seq_core.models.hugging_face.hub import fetch

        folder = fetch(place, say or (lambda _: None))
    if not is_foreign(folder):
        if place.manner != Manner() and folder.is_dir():
            raise CoreError(f"{name} is no model of transformers: it is read in one way, so leave out all from ? on")
        found = load_checkpoint(folder, told_as=None if place.folder else place.whole_name)
        return name, replace(found, folder=folder)
    try:
        from seq2seq_core.models.hugging_face.loading import load_pretrained
    except ImportError as error:
        raise CoreError(
            f"{name} is a model of transformers, which is not installed: pip install -r requirements-hf.txt"
        ) from error
    model, tokenizer, metadata = load_pretrained(folder, place)
    return name, Checkpoint(model, tokenizer, metadata, folder)


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes all files, weights in half precision. The folder is made where it is missing.

    Each file is replaced whole, and checksums stand there only while all files are those of one checkpoint: a process
    that is killed meanwhile leaves a checkpoint that loads.

    Raises:
        CoreError: they cannot be written, or the tokenizer is not of this project.
    """
    if not isinstance(checkpoint.tokenizer, OwnTokenizer):
        raise CoreError("a model of transformers is saved by save_pretrained, not as a checkpoint of this project")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CoreError(f"cannot write to {folder}: {error.strerror}; choose another folder") from error
    # named_parameters names a tied matrix once
    weights = {name: p.detach().half().cpu().contiguous() for name, p in checkpoint.model.named_parameters()}
    _write_json(folder / "metrics.json", checkpoint.metadata)
    write_tokenizer(folder, checkpoint.tokenizer)
    _write_json(folder / "config.json", {"format": FORMAT, "model": to_dict(checkpoint.model.config)})
    write_whole(folder / "model.safetensors", save(weights))
    for name in {JOINT, *OF_SIDES} - tokenizer_files(checkpoint.tokenizer).keys():  # of what lay there before
        (folder / name).unlink(missing_ok=True)
    write_metadata(folder, checkpoint)


def tokenizer_files(tokenizer: OwnTokenizer) -> dict[str, bytes]:
    """The SentencePiece models of a checkpoint, by the names of their files."""
    if isinstance(tokenizer, Tokenizer):
        return {JOINT: tokenizer.model}
    return dict(zip(OF_SIDES, (tokenizer.source.model, tokenizer.target.model), strict=True))


def write_tokenizer(folder: Path, tokenizer: OwnTokenizer) -> None:
    """Writes its one file or its two.

    Raises:
        CoreError: it cannot be written.
    """
    for name, model in tokenizer_files(tokenizer).items():
        write_whole(folder / name, model)


def read_tokenizer(folder: Path, *, two: bool) -> OwnTokenizer:
    """The tokenizer in a folder, of one file or of two.

    Raises:
        CoreError: it cannot be read.
    """
    models = (Tokenizer(read_plain(folder / name, most=MOST_TOKENIZER)) for name in (OF_SIDES if two else [JOINT]))
    return TwoVocabularies(*models) if two else next(models)


def write_metadata(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes the model card, and metrics.json that says the same, with checksums of the files as they are now.

    Raises:
        CoreError: they cannot be written.
    """
    where = None if folder.is_absolute() else folder.as_posix()  # paths of this machine are nobody else's
    write_whole(folder / "README.md", model_card(checkpoint.model, checkpoint.metadata, where))
    _write_json(folder / "metrics.json", checkpoint.metadata | {SUMS: _sums(folder)})


def add_scores(folder: Path, row: dict[str, Any]) -> None:
    """Writes one row of scores into metrics.json and the card, in place of one of the same set and strategy.

    Raises:
        CoreError: there is no checkpoint of this project, or it cannot be written to.
    """
    checkpoint = load_checkpoint(folder)
    same = {name: row[name] for name in ("test_set", "strategy")}
    others = [each for each in checkpoint.metadata.get("scores", []) if same.items() - each.items()]
    write_metadata(folder, replace(checkpoint, metadata=checkpoint.metadata | {"scores": [*others, row]}))


def load_checkpoint(folder: Path, *, told_as: str | None = None) -> Checkpoint:
    """Reads what ``save_checkpoint`` wrote; weights become float32.

    Args:
        folder: of the checkpoint.
        told_as: what errors call it, where nobody named the folder.

    Raises:
        CoreError: the folder is missing, incomplete, damaged or not of this project.
    """
    if not folder.is_dir():
        raise CoreError(f"there is no checkpoint folder {folder}; see checkpoints/ for those that are shipped")
    try:
        return _loaded(folder)
    except CoreError as error:
        if told_as is None:
            raise
        raise CoreError(f"{told_as}: {error}") from error


def _loaded(folder: Path) -> Checkpoint:
    config = _read_json(folder / "config.json")
    if config.get("format") != FORMAT:
        raise CoreError(f"{_name(folder)} is not a checkpoint of this project (format {FORMAT}); train or copy one")
    metadata = read_metadata(folder)
    if (sums := metadata.pop(SUMS, None)) is not None:
        _check_sums(folder, sums)
    try:
        shape = from_dict(ModelConfig, config.get("model"), where="model")
        tokenizer = read_tokenizer(folder, two=shape.source_vocab_size > 0)
    except CoreError as error:
        raise CoreError(f"in {_name(folder)} {error}") from error
    for own, wanted in ((tokenizer.source, shape.source_vocab_size or shape.vocab_size), (tokenizer, shape.vocab_size)):
        if len(own) != wanted:
            raise CoreError(
                f"the tokenizer in {_name(folder)} has {len(own)} pieces and the model {wanted}; "
                "copy the checkpoint again"
            )
    model = load_weights(folder / "model.safetensors", shape)
    return Checkpoint(model=model.eval().requires_grad_(False), tokenizer=tokenizer, metadata=metadata)


def _name(folder: Path) -> str:
    return checkpoint_name(folder)


def _sums(folder: Path) -> dict[str, str]:
    """SHA-256 of the weights and the tokenizer, of those that are there."""
    paths = (folder / name for name in SUMMED)
    return {path.name: _sum(path) for path in paths if path.is_file()}


def weights_sum(folder: Path) -> str:
    """SHA-256 of a checkpoint's weights: what was worked out from them names them by it."""
    return _sum(folder / SUMMED[0])


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_sums(folder: Path, sums: Any) -> None:
    there = _sums(folder)
    if not isinstance(sums, dict) or sums.keys() - set(SUMMED):
        raise CoreError(f"{SUMS} in {_name(folder)}/metrics.json must be checksums of {', '.join(SUMMED)}; take it out")
    for name in sums.keys() & there:  # one that is missing is missed where it is read
        if sums[name] != there[name]:
            raise CoreError(
                f"{name} in {_name(folder)} is not what metrics.json has a checksum of; copy the checkpoint again"
            )


def read_metadata(folder: Path) -> dict[str, Any]:
    """What metrics.json says, none where there is no such file; what others rely on is of the right type.

    Raises:
        CoreError: it cannot be read, or is damaged.
    """
    path = folder / "metrics.json"
    if not path.exists():
        return {}
    values = _read_json(path)
    for name in TEXTS:
        text = values.get(name, "")
        if not isinstance(text, str) or (name in NAMES and len(text) > LONGEST_NAME):
            raise CoreError(f"{name} in {told(path)} must be a text of at most {LONGEST_NAME} characters; mend it")
    lists = {"examples": str, "scores": dict}
    for name, kind in lists.items():
        items = values.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
            what = "texts" if kind is str else "objects"
            raise CoreError(f"{name} in {told(path)} must be a list of {what}; mend it, or copy the checkpoint again")
    if "output_length" in values:
        output_length_of(values, where=f"output_length in {told(path)}")
    if not isinstance(values.get("training", {}), dict):
        raise CoreError(f"training in {told(path)} must be an object; mend it, or copy the checkpoint again")
    return values


def output_length_of(metadata: dict[str, Any], where: str = "output_length") -> OutputLength:
    """How long outputs get by default, as metrics.json has it from training, or as is usual.

    Raises:
        CoreError: it is no such thing; the message begins with ``where``.
    """
    return from_dict(OutputLength, metadata["output_length"], where=where) if "output_length" in metadata else USUAL


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(read_plain(path, most=MOST_JSON).decode("utf-8"), parse_constant=_no_number)
        fault = _fault(values)
    except (ValueError, RecursionError) as error:
        raise CoreError(f"{told(path)} is not valid JSON; copy the checkpoint again") from error
    if fault:
        raise CoreError(f"{told(path)} holds {fault}; copy the checkpoint again")
    if not isinstance(values, dict):
        raise CoreError(f"{told(path)} must hold an object; copy the checkpoint again")
    return values


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _fault(value: Any) -> str:
    """What in a JSON value could not be passed on to a browser; "" where all can."""
    if isinstance(value, str):
        # JSON can spell half of a character, which no file and no network takes
        return "text that is no Unicode" if any("\ud800" <= character <= "\udfff" for character in value) else ""
    if isinstance(value, int | float):
        return "" if abs(value) < 2**63 else "a number beyond all bounds"  # not of nan
    if isinstance(value, dict):
        return next(filter(None, (_fault(part) for pair in value.items() for part in pair)), "")
    return next(filter(None, map(_fault, value)), "") if isinstance(value, list) else ""


def _write_json(path: Path, values: dict[str, Any]) -> None:
    write_whole(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
