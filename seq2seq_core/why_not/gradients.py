"""Gradient times input: how much log P of a token would change if a source word's embedding grew or shrank.

The derivative of a token's log P by each embedding, times the embedding itself (Denil et al. 2014, arXiv 1412.6815;
Shrikumar et al. 2017, arXiv 1605.01713): to first order what the word adds. A third answer beside attention and leaving
words out, from within the model. inseq (Sarti et al. 2023, arXiv 2302.13942) calls it ``input_x_gradient``, which is
then summed over the embedding: ``python -m benchmarks.against_inseq`` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from seq2seq_core.data.batches import padded
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import FloatArray


@dataclass(frozen=True, eq=False)
class Gradients:
    """What each source piece adds to each token of a translation, to first order.

    pieces: S of the source, its end included. tokens: T of the translation, its end included.
    values: [T, S], derivative of the token's log P along the piece's embedding, in nats.
    """

    pieces: tuple[str, ...]
    tokens: tuple[str, ...]
    values: FloatArray


def gradient_times_input(translator: Translator, source: str, token_ids: Sequence[int]) -> Gradients | None:
    """Of these tokens for this source; None where the model's family does not tell its embeddings, or nothing is read.

    Args:
        translator: the model.
        source: the sentence.
        token_ids: of a translation, its end included.
    """
    model, ids = translator.model, translator.source_ids(source)
    if not model.tells_embeddings or not ids:
        return None
    batch, lengths = padded([ids], translator.tokenizer.specials)
    # A step of a search may be under way around this, in its own mode; cuDNN has no derivative outside of training.
    with torch.inference_mode(False), torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        embedded = model.embed(batch.to(translator.device)).detach().requires_grad_()
        state, last = model.start_from(embedded, lengths), translator.tokenizer.specials.bos
        rows = []
        for token in token_ids:
            output = model.step(torch.tensor([last], device=translator.device), state)
            state, last = output.state, token
            log_prob = output.logits.float().log_softmax(-1)[0, token]
            if not log_prob.requires_grad:  # the token was forced, whatever the source says
                rows.append(embedded.new_zeros(embedded.size(1)).float())
                continue
            [slope] = torch.autograd.grad(log_prob, embedded, retain_graph=True)
            rows.append((slope.float() * embedded.float()).sum(-1)[0])
    tokenizer = translator.tokenizer
    values = torch.stack(rows).detach().cpu().numpy().astype(np.float32)
    pieces = tokenizer.source_pieces(ids)
    return Gradients(tuple(pieces), tuple(tokenizer.pieces(token_ids)), values)
