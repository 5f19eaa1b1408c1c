"""A language pair small enough to be learnt in seconds: numbers from 0 to 99 said digit by digit."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch

from seq2seq_core.checkpoint import Checkpoint
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.models import Seq2Seq, Transformer
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.models.transformer.config import TransformerConfig

ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
GERMAN = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]

PAIRS = [(f"{ENGLISH[i]} {ENGLISH[j]}.", f"{GERMAN[i]} {GERMAN[j]}.") for i in range(10) for j in range(10)]

MODEL = RecurrentConfig(
    embedding_size=16, encoder_size=12, encoder_layers=2, decoder_size=24, decoder_layers=1, dropout=0.0
)

TRANSFORMER = TransformerConfig(width=16, heads=2, encoder_layers=2, decoder_layers=2, feed_forward=24, dropout=0.0)


def tiny_tokenizer() -> Tokenizer:
    return Tokenizer.train([side for pair in PAIRS for side in pair], vocab_size=320)


def tiny_checkpoint(tokenizer: Tokenizer, seed: int = 0, **changes: object) -> Checkpoint:
    """Random weights; ``changes`` to the model's shape."""
    torch.manual_seed(seed)
    config = dataclasses.replace(MODEL, vocab_size=len(tokenizer), **changes)  # type: ignore[arg-type]
    return Checkpoint(Seq2Seq(config).eval().requires_grad_(False), tokenizer, {"name": "tiny", "title": "Tiny"})


def tiny_transformer(tokenizer: Tokenizer, seed: int = 0) -> Checkpoint:
    """Random weights, of the other family."""
    torch.manual_seed(seed)
    model = Transformer(dataclasses.replace(TRANSFORMER, vocab_size=len(tokenizer)))
    return Checkpoint(model.eval().requires_grad_(False), tokenizer, {"name": "tiny", "title": "Tiny"})


MODEL_TABLE = """vocab_size = 320
embedding_size = 16
encoder_size = 12
decoder_size = 24
dropout = 0.1"""


TRANSFORMER_TABLE = """family = "transformer"
vocab_size = 320
width = 32
heads = 2
encoder_layers = 2
decoder_layers = 2
feed_forward = 64
dropout = 0.0"""


def write_recipe(folder: Path, *, model: str = MODEL_TABLE, **training: object) -> Path:
    """A recipe that learns ``PAIRS``, with its data beside it."""
    (folder / "pairs.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS), encoding="utf-8")
    settings = {
        "epochs": 2,
        "max_tokens": 200,
        "learning_rate": 0.01,
        "warmup_steps": 5,
        "validate_every": 7,
        "average": 0.9,
        "bleu_sentences": 10,
        **training,
    }
    lines = "\n".join(f"{key} = {value}" for key, value in settings.items())
    recipe = folder / "recipe.toml"
    recipe.write_text(
        f"""
name = "tiny"
output = "{folder / "run"}"
[card]
title = "Numbers"
source_language = "English"
target_language = "German"
licence = "cc0-1.0"
[data]
root = "{folder}"
train = [{{ path = "pairs.tsv" }}]
valid = [{{ path = "pairs.tsv" }}]
[model]
{model}
[training]
{lines}
""",
        encoding="utf-8",
    )
    return recipe
