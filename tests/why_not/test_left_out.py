"""What a source word is worth, on a model that copies: each token hangs on the word at its own place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2seq_core.checkpoint import Checkpoint
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.models.base import Model, ModelConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import StepOutput
from seq2seq_core.why_not import Occlusion, left_out
from tests.decoding.tables import TableState

WORDS = ["red", "green", "blue"]


class Copies(Model[Any]):
    """Says the source's pieces in any order: each that is in the source is likely, the others are not."""

    has_attention = True

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__(ModelConfig(vocab_size=len(tokenizer)), tokenizer.specials)

    def start(self, source: Tensor, lengths: Tensor) -> TableState:
        real = zip(source.tolist(), lengths.tolist(), strict=True)
        return TableState(tuple(tuple(row[:length]) for row, length in real), source)

    def step(self, last_tokens: Tensor, state: TableState) -> StepOutput[Any]:
        logits = torch.zeros(len(last_tokens), self.config.vocab_size)
        for row, source in enumerate(state.histories):
            logits[row, list(source)] = 5.0
        attention = torch.zeros(len(last_tokens), state.memory.shape[1])
        attention[:, 0] = 1.0  # it looks at the first piece whatever it says
        return StepOutput(logits, attention, state)


@pytest.fixture(scope="module")
def translator() -> Translator:
    tokenizer = Tokenizer.train([" ".join(WORDS)] * 50, vocab_size=285)
    assert [len(tokenizer.encode(word)) for word in WORDS] == [1, 1, 1]
    return Translator(Checkpoint(Copies(tokenizer), tokenizer, {}), name="copies", device=torch.device("cpu"))


@pytest.fixture(scope="module")
def found(translator: Translator) -> Occlusion:
    tokenizer = translator.tokenizer
    made = left_out(translator, "red green blue", [*tokenizer.encode("red blue"), tokenizer.specials.eos])
    assert made is not None
    return made


def test_a_token_loses_where_its_own_word_is_left_out(found: Occlusion) -> None:
    assert found.words == ("red", "green", "blue")
    assert found.tokens == ("▁red", "▁blue", "</s>")
    # Without the word one likely piece fewer shares the probability, and that piece is e^5 times less likely.
    assert found.lost[0, 0] > 4 and found.lost[1, 2] > 4
    assert np.all(found.lost[[0, 1, 2, 2], [1, 1, 0, 2]] < 0)  # others gain by it
    assert found.worth == pytest.approx(found.lost.sum(0).tolist())


def test_attention_of_words_is_that_of_their_pieces(found: Occlusion) -> None:
    assert found.coverage == [3.0, 0.0, 0.0]
    assert found.agreement is not None and -1 <= found.agreement <= 1


def test_ranks_correlate_as_spearman_defines_it() -> None:
    looked = np.array([[0.7, 0.3], [0.2, 0.8]], np.float32)
    same = Occlusion(("a", "b"), ("x", "y"), looked**3, looked)
    assert same.agreement == pytest.approx(1.0)
    assert Occlusion(("a", "b"), ("x", "y"), -looked, looked).agreement == pytest.approx(-1.0)
    # Two of four in the wrong order: 1 - 6 * (1 + 1) / (4 * 15) = 0.8.
    swapped = np.array([[0.8, 0.3], [0.2, 0.7]], np.float32)
    assert Occlusion(("a", "b"), ("x", "y"), swapped, looked).agreement == pytest.approx(0.8)
    assert Occlusion(("a", "b"), ("x", "y"), looked, None).agreement is None
    assert Occlusion(("a", "b"), ("x", "y"), np.zeros_like(looked), looked).agreement is None
    tied = Occlusion(("a", "b"), ("x", "y"), np.array([[1.0, 1.0], [0.0, 2.0]], np.float32), looked)
    assert tied.agreement is not None and not math.isnan(tied.agreement)


def test_words_that_carry_though_hardly_looked_at_are_named(found: Occlusion) -> None:
    assert found.unseen == (2,)  # "blue" is worth as much as "red", and no step looked at it
    nats = np.array([[2.0, 1.9, 2.1, -9.0]], np.float32)  # an even share of 6 among four is 1.5
    for looked, unseen in (([0.12, 0.13, 0.6, 0.15], (0,)), ([0.1, 0.1, 0.1, 0.7], (0, 1, 2)), ([0.0] * 4, ())):
        assert Occlusion(("a", "b", "c", "d"), ("x",), nats, np.array([looked], np.float32)).unseen == unseen
    assert Occlusion(("a", "b", "c", "d"), ("x",), nats, None).unseen == ()


def test_of_one_word_nothing_is_left_out(translator: Translator) -> None:
    assert left_out(translator, "red", [translator.tokenizer.specials.eos]) is None
