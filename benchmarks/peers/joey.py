"""Joey NMT (Kreutzer et al. 2019) at the sizes, and with the weights, of one of our models.

What differs is the code around the matrix products. Joey's decoder has no bias at the output and begins with its cell
at the hidden state; given our weights, it gets both as ours has them, so that both say the same sentences.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq_core.data.batches import pad_sources
from seq2seq_core.models import Seq2Seq
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, SpecialTokens


class JoeyVocabulary:
    """What Joey's model asks of a vocabulary."""

    specials: tuple[str, ...] = ()
    lang_tags: tuple[str, ...] = ()
    sep_index = None

    def __init__(self, size: int, specials: SpecialTokens) -> None:
        self.size = size
        self.pad_index, self.bos_index = specials.pad, specials.bos
        self.eos_index, self.unk_index = specials.eos, specials.unk

    def __len__(self) -> int:
        return self.size


def joey_model(model: Seq2Seq, dropout: float = 0.0) -> Any:
    """Joey's recurrent encoder-decoder of the same sizes with fresh weights, embeddings tied as Joey ties them.

    Raises:
        CoreError: Joey knows no such model.
    """
    from joeynmt.decoders import RecurrentDecoder
    from joeynmt.embeddings import Embeddings
    from joeynmt.encoders import RecurrentEncoder
    from joeynmt.model import Model as JoeyModel

    config = model.config
    if config.attention != "general" or config.input_feeding or config.embedding_size != config.decoder_size:
        raise CoreError("against Joey NMT only models with general attention and no input feeding can be measured")
    shared = {"rnn_type": config.cell, "emb_size": config.embedding_size, "dropout": dropout, "emb_dropout": dropout}
    encoder = RecurrentEncoder(
        hidden_size=config.encoder_size, num_layers=config.encoder_layers, bidirectional=config.bidirectional, **shared
    )
    decoder = RecurrentDecoder(
        hidden_size=config.decoder_size,
        encoder=encoder,
        attention="luong",
        num_layers=config.decoder_layers,
        vocab_size=config.vocab_size,
        hidden_dropout=dropout,
        input_feeding=False,
        **shared,
    )
    vocabulary = JoeyVocabulary(config.vocab_size, model.specials)
    embeddings = Embeddings(config.embedding_size, vocab_size=config.vocab_size, padding_idx=model.specials.pad)
    decoder.output_layer.weight = embeddings.lut.weight
    return JoeyModel(encoder, decoder, embeddings, embeddings, vocabulary, vocabulary)


@torch.no_grad()
def with_our_weights(model: Seq2Seq) -> Any:
    """The same function as ``model`` in evaluation."""
    joey = joey_model(model).eval()
    encoder, decoder = joey.encoder, joey.decoder
    encoder.rnn.load_state_dict(model.encoder.rnn.state_dict())
    decoder.rnn.load_state_dict(model.decoder.rnn.state_dict())
    joey.trg_embed.lut.weight.copy_(model.target_embedding.weight)
    decoder.output_layer = nn.Linear(model.config.decoder_size, model.config.vocab_size)
    decoder.output_layer.load_state_dict(model.output.state_dict())
    decoder.attention.key_layer.load_state_dict(model.decoder.attention.key_projection.state_dict())  # type: ignore[union-attr]
    memory = model.config.memory_size
    combine = model.decoder.combine  # ours: [context; output], Joey's the other way round
    decoder.att_vector_layer.weight.copy_(torch.cat([combine.weight[:, memory:], combine.weight[:, :memory]], 1))
    decoder.att_vector_layer.bias.copy_(combine.bias)
    decoder.bridge_layer.load_state_dict(model.encoder.bridge.hidden[0].state_dict())
    _begin_with_our_cell(joey, model)
    return joey


def _begin_with_our_cell(joey: Any, model: Seq2Seq) -> None:
    assert model.encoder.bridge.cell is not None and model.config.decoder_layers == 1
    of_cell, cells = model.encoder.bridge.cell[0], {}
    joey.encoder.rnn.register_forward_hook(lambda rnn, given, made: cells.update(last=made[1][1]))

    def begin(self: Any, hidden: Tensor) -> tuple[Tensor, Tensor]:
        both = torch.cat([cells["last"][-2], cells["last"][-1]], 1)
        return torch.tanh(self.bridge_layer(hidden)).unsqueeze(0), of_cell(both).unsqueeze(0)

    joey.decoder._init_hidden = types.MethodType(begin, joey.decoder)


@torch.inference_mode()
def joey_translate(joey: Any, translator: Translator, texts: Sequence[str], width: int, size: int) -> list[str]:
    """Greedy at width 1, else beam search with length penalty 1, in batches of ``size`` sorted by length."""
    from joeynmt.search import search

    tokenizer, specials = translator.tokenizer, translator.tokenizer.specials
    encoded = [tokenizer.encode(text) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: -len(encoded[i]))
    said: dict[int, str] = {}
    for first in range(0, len(order), size):
        chosen = order[first : first + size]
        source, lengths = pad_sources([encoded[i] for i in chosen], specials)
        batch = SimpleNamespace(
            src=source,
            src_length=lengths,
            src_mask=(source != specials.pad).unsqueeze(1),
            has_trg=False,
            trg_prompt_mask=None,
            src_prompt_mask=None,
        )
        found, _, _ = search(joey, batch, 2 * source.size(1) + 20, width, 1.0)
        for i, row in zip(chosen, found, strict=True):
            said[i] = tokenizer.decode(_until_eos([int(piece) for piece in row], specials))
    return [said[i] for i in range(len(texts))]


def _until_eos(pieces: list[int], specials: SpecialTokens) -> list[int]:
    kept = pieces[: pieces.index(specials.eos)] if specials.eos in pieces else pieces
    return [piece for piece in kept if piece != specials.pad]
