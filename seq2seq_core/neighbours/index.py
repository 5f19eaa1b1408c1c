"""An index of decoder states: a safetensors file beside the weights, looked at before memory is taken for it.

    neighbours.safetensors
        basis   [E, P] float16   the directions in which states vary most
        states  [N, P] int8      each state along them, its largest number made 127: only directions are compared
        first   [M + 1] int32    the first state of each sentence, and N
        text    [bytes] uint8    M lines, UTF-8: a source, a tab, its target

Search is exact, one product of a vector with all states. docs/decisions/0011-neighbours.md says why no graph is built.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import save
from torch import Tensor

from seq2seq_core.checkpoint import weights_sum
from seq2seq_core.files import told, write_whole
from seq2seq_core.types import CoreError

FILE = "neighbours.safetensors"
FORMAT = "1"

MOST_BYTES = 10_000_000
"""Of the file: what a repository without large-file storage takes."""

KINDS = {"basis": ("F16", 2), "states": ("I8", 2), "first": ("I32", 1), "text": ("U8", 1)}
"""Type, in the words of safetensors, and number of dimensions of each part."""

AT_ONCE = 1 << 14
"""States that are made float32 at a time, so that a search takes megabytes and not the whole index again."""


@dataclass(frozen=True, eq=False)
class NeighbourIndex:
    """M training sentences and the N decoder states of their targets, one before each piece, the end included.

    basis: [E, P] float32. states: [N, P] int8. first: [M + 1] int32, rising from 0 to N.
    pairs: source and target of each sentence.
    weights: SHA-256 of the weights that the states are of.
    trained: sentences that these are an even sample of.
    credit: whose the sentences are, and their licence.
    """

    basis: Tensor
    states: Tensor
    first: Tensor
    pairs: tuple[tuple[str, str], ...]
    weights: str
    trained: int
    credit: str

    def likeness(self, state: Tensor) -> Tensor:
        """[N], the cosine of the angle between a state [E] and each of the index, along the basis; 1 = the same."""
        asked = torch.nn.functional.normalize(state.float() @ self.basis, dim=0)
        parts = (torch.nn.functional.normalize(part.float(), dim=1) @ asked for part in self.states.split(AT_ONCE))
        return torch.cat(list(parts))

    def where(self, row: int) -> tuple[int, int]:
        """The sentence of a state, and the place of the piece that came after it."""
        sentence = int(torch.searchsorted(self.first, row, right=True)) - 1
        return sentence, row - int(self.first[sentence])


def has_index(folder: Path) -> bool:
    """Whether a checkpoint has an index; whether it is sound is seen when it is loaded."""
    return (folder / FILE).is_file()


def save_index(folder: Path, index: NeighbourIndex) -> None:
    """Writes the index beside a checkpoint's weights, whole or not at all.

    Raises:
        CoreError: it would be larger than ``MOST_BYTES``, or it cannot be written.
    """
    lines = "".join(f"{source}\t{target}\n" for source, target in index.pairs).encode("utf-8")
    parts = {
        "basis": index.basis.half().contiguous(),
        "states": index.states.contiguous(),
        "first": index.first.contiguous(),
        "text": torch.frombuffer(bytearray(lines), dtype=torch.uint8),
    }
    size = sum(part.numel() * part.element_size() for part in parts.values())
    if size > MOST_BYTES - 4096:  # the header's share
        raise CoreError(f"the index would have {size:,} bytes of at most {MOST_BYTES:,}; give fewer --states")
    said = {"format": FORMAT, "weights": index.weights, "trained": str(index.trained), "credit": index.credit}
    write_whole(folder / FILE, save(parts, metadata=said))


def load_index(folder: str | Path) -> NeighbourIndex:
    """The index of a checkpoint, held against its own header and against the weights beside it.

    Raises:
        CoreError: there is none, or it is damaged, too large, or of other weights.
    """
    path = Path(folder) / FILE
    if not path.exists():
        raise CoreError(
            f"{path.parent.name} has no index of training sentences; build one with "
            f"python -m seq2seq_core neighbours --checkpoint {path.parent.name} --data FILE"
        )
    try:
        looked_at = path.stat()
        if not stat.S_ISREG(looked_at.st_mode) or looked_at.st_size > MOST_BYTES:
            raise CoreError(f"{told(path)} is no plain file of at most {MOST_BYTES:,} bytes; build it again")
        with safetensors.safe_open(path, framework="pt") as file:
            said = file.metadata() or {}
            found = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            shapes = {name: (str(part.get_dtype()), tuple(part.get_shape())) for name, part in found.items()}
            _check(path, said, shapes)
            parts = {name: file.get_tensor(name) for name in KINDS}
    except (OSError, safetensors.SafetensorError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
        raise CoreError(f"cannot read {told(path)} ({reason}); build it again") from error
    if said["weights"] != weights_sum(path.parent):
        raise CoreError(f"{told(path)} is of other weights than those beside it; build it again")
    return _index(path, parts, said)


def _check(path: Path, said: Mapping[str, str], shapes: Mapping[str, tuple[str, tuple[int, ...]]]) -> None:
    """Whether the header is that of an index."""
    kinds = {name: (kind, len(shape)) for name, (kind, shape) in shapes.items()}
    sound = (
        said.get("format") == FORMAT and {"weights", "trained", "credit"} <= said.keys() and said["trained"].isdigit()
    )
    if not sound or len(said["trained"]) > 15 or kinds != KINDS or min(min(shape) for _, shape in shapes.values()) < 1:
        raise CoreError(f"{told(path)} is no index of decoder states (format {FORMAT}); build it again")
    if shapes["basis"][1][1] != shapes["states"][1][1]:
        raise CoreError(f"basis and states in {told(path)} do not fit each other; build it again")


def _index(path: Path, parts: Mapping[str, Tensor], said: Mapping[str, str]) -> NeighbourIndex:
    """The index of these parts, if what they hold fits."""
    first, basis = parts["first"], parts["basis"].float()
    if int(first[0]) != 0 or int(first[-1]) != len(parts["states"]) or bool((first.diff() < 1).any()):
        raise CoreError(f"the sentences in {told(path)} do not share out its states; build it again")
    if not bool(basis.isfinite().all()):
        raise CoreError(f"{told(path)} holds values that are no numbers; build it again")
    try:
        lines = bytes(parts["text"].numpy()).decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise CoreError(f"the text in {told(path)} is not UTF-8; build it again") from error
    pairs: list[Any] = [tuple(line.split("\t")) for line in lines]
    if len(pairs) != len(first) - 1 or any(len(pair) != 2 for pair in pairs):
        raise CoreError(f"the text in {told(path)} has not one pair for each sentence; build it again")
    return NeighbourIndex(
        basis, parts["states"], first, tuple(pairs), said["weights"], int(said["trained"]), said["credit"]
    )
