"""Gradient times input, held against PyTorch's own derivative of the training pass and against small changes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from seq2seq_core.data.batches import pad_sources
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import Gradients, gradient_times_input, left_out
from tests.tiny import tiny_checkpoint, tiny_tokenizer, tiny_transformer

SOURCE, TARGET = "one two three.", "eins zwei."


@pytest.fixture(scope="module", params=[("dot", "gru"), ("bahdanau", "lstm"), ("none", "gru"), "transformer"])
def translator(request: pytest.FixtureRequest) -> Translator:
    if request.param == "transformer":
        made = tiny_transformer(tiny_tokenizer())
    else:
        attention, cell = request.param
        made = tiny_checkpoint(tiny_tokenizer(), attention=attention, cell=cell)
    return Translator(made, name="tiny", device=torch.device("cpu"))


@pytest.fixture(scope="module")
def found(translator: Translator) -> Gradients:
    made = gradient_times_input(translator, SOURCE, translator.target_ids(SOURCE, TARGET))
    assert made is not None
    return made


def log_probs(translator: Translator, embedded: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """[T], of the whole training pass, in which the given embeddings stand for those of the source."""
    model, target = translator.model, translator.target_ids(SOURCE, TARGET)
    scale = float((model.embed(torch.tensor([[9]])) / model.source_embedding(torch.tensor([[9]]))).mean())
    hook = model.source_embedding.register_forward_hook(
        lambda _, given, made: embedded / scale if given[0].shape == embedded.shape[:2] else made
    )
    try:
        source, _ = pad_sources([translator.tokenizer.encode(SOURCE)], translator.tokenizer.specials)
        read = torch.tensor([[translator.tokenizer.specials.bos, *target[:-1]]])
        assert read.shape != source.shape, "the hook tells the source by its shape"
        logits = model(source, lengths, read)
    finally:
        hook.remove()
    return logits[0].log_softmax(-1).gather(1, torch.tensor(target).unsqueeze(1)).squeeze(1)


def start(translator: Translator) -> tuple[torch.Tensor, torch.Tensor]:
    source, lengths = pad_sources([translator.tokenizer.encode(SOURCE)], translator.tokenizer.specials)
    return translator.model.embed(source).detach(), lengths


def test_it_is_the_derivative_times_the_embedding(translator: Translator, found: Gradients) -> None:
    embedded, lengths = start(translator)
    embedded.requires_grad_()
    jacobian: Any = torch.autograd.functional.jacobian(lambda x: log_probs(translator, x, lengths), embedded)
    expected = (jacobian[:, 0] * embedded[0]).sum(-1)
    assert found.values == pytest.approx(expected.detach().numpy(), abs=1e-5)
    assert found.values.shape == (len(found.tokens), len(found.pieces))
    assert (found.pieces[-1], found.tokens[-1]) == ("</s>", "</s>")


def test_it_foretells_what_a_small_change_does(translator: Translator, found: Gradients) -> None:
    embedded, lengths = start(translator)
    for place in range(embedded.shape[1]):
        changed = []
        for step in (3e-3, -3e-3):
            grown = embedded.clone()
            grown[0, place] *= 1 + step
            changed.append(log_probs(translator, grown, lengths))
        slope = (changed[0] - changed[1]) / 6e-3
        assert found.values[:, place] == pytest.approx(slope.numpy(), abs=4e-4)


def test_it_leaves_the_model_as_it_was(translator: Translator, found: Gradients) -> None:
    assert all(not each.requires_grad and each.grad is None for each in translator.model.parameters())
    with torch.inference_mode():
        again = gradient_times_input(translator, SOURCE, translator.target_ids(SOURCE, TARGET))
    assert again is not None and np.array_equal(again.values, found.values)


def test_words_are_the_sums_of_their_pieces(translator: Translator, found: Gradients) -> None:
    occluded = left_out(translator, SOURCE, translator.target_ids(SOURCE, TARGET))
    assert occluded is not None and occluded.gradient is not None
    begins = [i for i, piece in enumerate(found.pieces) if piece.startswith("▁")] + [len(found.pieces) - 1]
    for word, (first, last) in enumerate(pairwise(begins)):
        assert occluded.gradient[:, word] == pytest.approx(found.values[:, first:last].sum(1), abs=1e-6)
    assert occluded.slope == pytest.approx(occluded.gradient.sum(0).tolist())
    assert occluded.gradient_and_loss is not None and -1 <= occluded.gradient_and_loss <= 1
    assert (occluded.gradient_and_attention is None) == (occluded.attention is None)


def test_a_family_that_does_not_tell_has_none(translator: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(translator.model), "tells_embeddings", False)
    assert gradient_times_input(translator, SOURCE, [translator.tokenizer.specials.eos]) is None
