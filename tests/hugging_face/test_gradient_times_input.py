"""Gradient times input of anybody's model, held against autograd through ``transformers`` alone, as inseq has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.why_not import gradient_times_input, left_out
from tests.hugging_face.families import MAKERS
from tests.hugging_face.test_against_generate import Twin, twin

TEXT = "nine four three one."


def said(of: Twin) -> tuple[int, ...]:
    """A translation of the model's own."""
    return of.ours.translate(TEXT, GreedyConfig(max_new_tokens=6))[0].hypotheses[0].token_ids


def by_hand(of: Twin, target: tuple[int, ...]) -> np.ndarray:
    """[T, S]: autograd through the library's own pass, the output of the encoder's embedding being the input."""
    source, found = torch.tensor([of.ours.source_ids(TEXT)]), list[torch.Tensor]()

    def watch(_: Any, __: Any, made: torch.Tensor) -> torch.Tensor:
        if not found:  # the encoder reads first; many decoders share its embedding
            found.append(made.detach().requires_grad_())
            return found[0]
        return made

    hook = of.model.get_encoder().get_input_embeddings().register_forward_hook(watch)
    try:
        start = of.ours.tokenizer.specials.bos
        logits = of.model(input_ids=source, decoder_input_ids=torch.tensor([[start, *target[:-1]]])).logits[0]
    finally:
        hook.remove()
    log_probs = logits.log_softmax(-1)
    given = (log_probs[t, token] for t, token in enumerate(target))
    slopes = [torch.autograd.grad(each, found[0], retain_graph=True)[0] for each in given]
    return torch.stack([(slope * found[0]).sum(-1)[0] for slope in slopes]).detach().numpy()


@pytest.mark.parametrize("family", list(MAKERS))
def test_it_begins_from_embeddings_as_from_pieces(family: str) -> None:
    model = twin(family).ours.model
    source, lengths = torch.tensor([[5, 7, 9, 8], [6, 5, 9, 1]]), torch.tensor([4, 3])
    with torch.inference_mode():
        from_pieces: Any = model.start(source, lengths)
        from_embeddings: Any = model.start_from(model.embed(source), lengths)
    torch.testing.assert_close(from_embeddings.memory[0], from_pieces.memory[0])
    torch.testing.assert_close(from_embeddings.memory[1, :3], from_pieces.memory[1, :3])


@pytest.mark.parametrize("family", ["marian", "bart", "m2m", "t5", "pegasus"])
def test_it_is_what_autograd_says_of_the_library_s_own_pass(family: str) -> None:
    of = twin(family)
    target = said(of)
    found = gradient_times_input(of.ours, TEXT, target)
    assert found is not None and found.values.shape == (len(target), len(of.ours.source_ids(TEXT)))
    forced = of.ours.tokenizer._first  # type: ignore[attr-defined]  # whatever the source says, it adds nothing
    begins = 1 if forced else 0
    assert not begins or not found.values[0].any()
    assert found.values[begins:] == pytest.approx(by_hand(of, target)[begins:], rel=1e-3, abs=2e-4)
    assert np.abs(found.values).max() > 1e-3


def test_its_words_stand_beside_attention_and_loss() -> None:
    of = twin("marian")
    occluded = left_out(of.ours, TEXT, said(of))
    assert occluded is not None and occluded.gradient is not None and occluded.attention is not None
    assert occluded.gradient.shape == occluded.attention.shape == occluded.lost.shape
