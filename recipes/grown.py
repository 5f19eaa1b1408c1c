"""A checkpoint whose tokenizer has the symbols and characters of ``recipes.pieces``, to train it further.

    python -m recipes.grown checkpoints/en-de --out runs/en-de-grown/checkpoint

Pieces of ``SYMBOLS`` and ``CHARACTERS`` that the tokenizer lacks come at its end; their embeddings are the mean
of all with a little noise, so that they differ. Pieces of several digits are no longer cut, so that each digit is a
piece by itself: ``recipes.pieces`` says why. All else is as before.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

import torch
from sentencepiece import sentencepiece_model_pb2 as proto
from torch import Tensor

from recipes.pieces import CHARACTERS, SYMBOLS
from seq2seq_core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.models import make_model
from seq2seq_core.types import CoreError

UNLIKELY = -10.0
"""Added to the mean of the output's biases for what no text has held yet."""
NOISE = 0.05
"""Of a new embedding, as a share of the embeddings' spread."""


def grown_tokenizer(tokenizer: Tokenizer) -> Tokenizer:
    """With the pieces of ``recipes.pieces`` at the end, and every digit by itself."""
    model = proto.ModelProto.FromString(tokenizer.model)
    kinds = proto.ModelProto.SentencePiece
    for piece in model.pieces:
        if re.fullmatch(r"▁?[0-9]{2,}", piece.piece):
            piece.type = kinds.UNUSED
    known = {piece.piece for piece in model.pieces}
    for symbol in SYMBOLS:
        if symbol not in known:
            model.pieces.add(piece=symbol, score=0.0, type=kinds.USER_DEFINED)
    last = min(piece.score for piece in model.pieces)
    for place, character in enumerate(character for character in dict.fromkeys(CHARACTERS) if character not in known):
        model.pieces.add(piece=character, score=last - 1 - place, type=kinds.NORMAL)
    model.trainer_spec.vocab_size = len(model.pieces)
    return Tokenizer(model.SerializeToString())


def grown_rows(rows: Tensor, pieces: int) -> Tensor:
    """[V, ...] to [pieces, ...]: new rows are the mean of the others and a little noise."""
    mean, spread = rows.mean(0, keepdim=True), rows.std(0, keepdim=True)
    noise = NOISE * spread * torch.randn(pieces - len(rows), *rows.shape[1:])
    return torch.cat([rows, mean + noise])


def grown(checkpoint: Checkpoint) -> Checkpoint:
    """The same model with a few pieces more.

    Raises:
        CoreError: a weight other than an embedding or the output's is of another shape then.
    """
    tokenizer = grown_tokenizer(checkpoint.tokenizer)
    model = make_model(replace(checkpoint.model.config, vocab_size=len(tokenizer)))
    old = checkpoint.model.state_dict()
    for name, tensor in model.state_dict().items():
        before = old[name]
        if before.shape == tensor.shape:
            tensor.copy_(before)
        elif name == "output.bias":
            tensor.copy_(grown_rows(before, len(tokenizer)))
            tensor[len(before) :] += UNLIKELY
        elif before.shape[1:] == tensor.shape[1:] and len(before) < len(tensor):
            tensor.copy_(grown_rows(before, len(tokenizer)))
        else:
            raise CoreError(f"{name} does not grow with the vocabulary; this model cannot")
    return replace(checkpoint, model=model.eval(), tokenizer=tokenizer)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder of the new checkpoint")
    flags = parser.parse_args()
    torch.manual_seed(1)
    checkpoint = grown(load_checkpoint(flags.checkpoint))
    save_checkpoint(flags.out, checkpoint)
    print(f"{len(checkpoint.tokenizer):,} pieces in {flags.out}")


if __name__ == "__main__":
    main()
