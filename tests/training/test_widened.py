"""A model of more units says what the smaller one said, and can learn more."""

from __future__ import annotations

from typing import Literal

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 (the name everyone uses)

from seq2seq_core.training.widened import widened
from seq2seq_core.types import CoreError
from tests.tiny import tiny_checkpoint, tiny_tokenizer

SIZES = {"embedding_size": 24, "encoder_size": 10, "decoder_size": 20}


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("bidirectional", "layers"), [(True, 2), (False, 1)])
def test_it_is_the_same_function_and_every_new_unit_learns(
    cell: Literal["lstm", "gru"], bidirectional: bool, layers: int
) -> None:
    tokenizer = tiny_tokenizer()
    before = tiny_checkpoint(
        tokenizer, seed=2, cell=cell, attention="general", tie_embeddings=True, bidirectional=bidirectional,
        embedding_size=16, encoder_size=8, encoder_layers=layers, decoder_layers=layers, decoder_size=12,
    )  # fmt: skip
    with torch.no_grad():
        for parameter in before.model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    torch.manual_seed(3)
    after = widened(before, **SIZES)
    source = torch.randint(4, len(tokenizer), (5, 7))
    target, lengths = torch.randint(4, len(tokenizer), (5, 6)), torch.full((5,), 7)
    with torch.no_grad():
        old, new = (checkpoint.model(source, lengths, target) for checkpoint in (before, after))
    assert new == pytest.approx(old, abs=1e-5)

    model = after.model.train().requires_grad_(True)
    for _ in range(3):  # of what is zero at first, some reads others that are
        model.zero_grad()
        F.cross_entropy(model(source, lengths, target).flatten(0, 1), target.flatten()).backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.1 * parameter.grad
    for name, parameter in model.named_parameters():
        if "embedding" not in name and parameter.ndim == 2:
            assert parameter.grad.abs().sum(1).gt(0).all() and parameter.grad.abs().sum(0).gt(0).all(), name


def test_what_cannot_grow_is_refused() -> None:
    tokenizer = tiny_tokenizer()
    with pytest.raises(CoreError, match="general attention"):
        widened(tiny_checkpoint(tokenizer, attention="none", tie_embeddings=True), **SIZES)
    grown = tiny_checkpoint(tokenizer, attention="general", tie_embeddings=True, decoder_size=64)
    with pytest.raises(CoreError, match="shrink"):
        widened(grown, **SIZES)
