"""A recurrent checkpoint of more units that says what the one before it said, to train it further.

A larger model need not begin from nothing (Chen et al. 2016, arXiv 1511.05641, "Net2Net"). Here new units read at
random what the old ones read, and nothing reads them yet: their weights into old units, into attention and into the
attentional vector are zero, so that the function is the same to the bit of rounding, and each of these zeros has a
gradient from the first update on.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from seq2seq_core.checkpoint import Checkpoint
from seq2seq_core.models import make_model
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.types import CoreError

SIZES = ("embedding_size", "encoder_size", "decoder_size")
Blocks = tuple[tuple[int, int], ...]
"""Runs of an axis, each (size before, size now): what was the first of a run stays the first of it."""


def kept(blocks: Blocks) -> tuple[Tensor, int]:
    """Where the places of an axis are now, and how long the axis is."""
    places, start = [], 0
    for before, now in blocks:
        places.append(torch.arange(start, start + before))
        start += now
    return torch.cat(places), start


def wider(new: Tensor, old: Tensor, rows: Blocks, columns: Blocks, *, fresh: bool) -> Tensor:
    """``old`` [R, C] within ``new`` [R', C'], in which old rows read nothing of what is new.

    Args:
        fresh: whether new rows read at random, as ``new`` does; else they are zero.
    """
    (row, height), (column, width) = kept(rows), kept(columns)
    made = new.clone() if fresh else torch.zeros_like(new)
    if tuple(made.shape) != (height, width):
        raise CoreError(f"a weight of {tuple(new.shape)} is not the {(height, width)} that its sizes make")
    made[row] = 0.0
    made[row[:, None], column[None, :]] = old
    return made


def layouts(before: RecurrentConfig, now: RecurrentConfig) -> dict[str, tuple[Blocks, Blocks, bool]]:
    """For each matrix of the model: the runs of its rows and of its columns, and whether new rows read at random."""
    embedding, encoder, decoder = ((getattr(before, size), getattr(now, size)) for size in SIZES)
    directions = 2 if before.bidirectional else 1
    gates = 4 if before.cell == "lstm" else 3
    memory: Blocks = (encoder,) * directions
    made: dict[str, tuple[Blocks, Blocks, bool]] = {}
    for layer in range(before.encoder_layers):
        for end in ("", "_reverse")[:directions]:
            made[f"encoder.rnn.weight_ih_l{layer}{end}"] = ((encoder,) * gates, memory if layer else (embedding,), True)
            made[f"encoder.rnn.weight_hh_l{layer}{end}"] = ((encoder,) * gates, (encoder,), True)
    for layer in range(before.decoder_layers):
        made[f"decoder.rnn.weight_ih_l{layer}"] = ((decoder,) * gates, (decoder if layer else embedding,), True)
        made[f"decoder.rnn.weight_hh_l{layer}"] = ((decoder,) * gates, (decoder,), True)
        for part in ("hidden", "cell")[: 2 if before.cell == "lstm" else 1]:
            made[f"encoder.bridge.{part}.{layer}.weight"] = ((decoder,), memory, True)
    made["decoder.attention.key_projection.weight"] = ((decoder,), memory, False)
    made["decoder.combine.weight"] = ((embedding,), (*memory, decoder), False)
    return made


def widened(checkpoint: Checkpoint, *, embedding_size: int, encoder_size: int, decoder_size: int) -> Checkpoint:
    """The same function in a model of these sizes, none of which is below what it is.

    Raises:
        CoreError: a model without general attention and tied embeddings, or a size that shrinks.
    """
    before = checkpoint.model.config
    if not isinstance(before, RecurrentConfig) or before.attention != "general" or not before.tie_embeddings:
        raise CoreError("only a recurrent model with general attention and tied embeddings is widened")
    if before.input_feeding:
        raise CoreError("a model with input feeding is not widened")
    now = replace(before, embedding_size=embedding_size, encoder_size=encoder_size, decoder_size=decoder_size)
    if any(getattr(now, size) < getattr(before, size) for size in SIZES):
        raise CoreError("a size would shrink; give sizes that are at least the present ones")
    model = make_model(now)
    old, layout = checkpoint.model.state_dict(), layouts(before, now)
    for name, tensor in model.state_dict().items():
        if name in layout:
            rows, columns, fresh = layout[name]
            tensor.copy_(wider(tensor, old[name], rows, columns, fresh=fresh))
        elif "embedding" in name or name == "output.weight":
            tensor[:, : before.embedding_size] = old[name]
            tensor[:, before.embedding_size :] *= float(old[name].std() / tensor[:, before.embedding_size :].std())
        else:
            tensor.copy_(_bias(tensor, old[name], name, before))
    return replace(checkpoint, model=model.eval())


def _bias(new: Tensor, old: Tensor, name: str, before: RecurrentConfig) -> Tensor:
    """Zero for what is new."""
    runs = 1 if "rnn" not in name else 4 if before.cell == "lstm" else 3
    place, length = kept(((len(old) // runs, len(new) // runs),) * runs)
    made = new.new_zeros(length)
    made[place] = old
    return made
