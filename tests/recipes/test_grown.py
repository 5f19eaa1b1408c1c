"""A checkpoint gets the symbols and characters it lacks, and says what it said."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from recipes.grown import grown
from recipes.pieces import SYMBOLS
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.pipeline import Translator
from tests.tiny import PAIRS, tiny_checkpoint


def test_a_grown_checkpoint_knows_more_and_says_the_same() -> None:
    numbers = [f"in {year} we had {year * 3} visitors" for year in range(1900, 2000)]
    tokenizer = Tokenizer.train([*(side for pair in PAIRS for side in pair), *numbers], vocab_size=420)
    before = tiny_checkpoint(tokenizer, seed=3, tie_embeddings=True, decoder_size=16, encoder_size=8)
    torch.manual_seed(1)
    after = grown(before)
    pieces = after.tokenizer.pieces(after.tokenizer.encode("1995 ⟨2⟩ €5"))
    assert (
        "⟨2⟩" in pieces
        and "€" in pieces
        and not any(piece.strip("▁").isdigit() and len(piece.strip("▁")) > 1 for piece in pieces)
    )
    assert after.tokenizer.decode(after.tokenizer.encode("1995 ⟨2⟩ €5")) == "1995 ⟨2⟩ €5"
    assert after.tokenizer.symbols == SYMBOLS and not before.tokenizer.symbols
    for pair in PAIRS[:5]:
        old, new = (
            Translator(dataclasses.replace(each), name="tiny", device=torch.device("cpu")).score(pair)[0].hypotheses[0]
            for each in (before, after)
        )
        assert new.tokens == old.tokens
        assert new.log_prob == pytest.approx(old.log_prob, abs=0.05)
