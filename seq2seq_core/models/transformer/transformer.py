"""The Transformer of Vaswani et al. 2017 (arXiv 1706.03762), whose sections and equations are cited below.

Layer normalisation stands before each sublayer, not behind it (pre-norm, Xiong et al. 2020, arXiv 2002.04745): it needs
no long warm-up. Letters besides those of types.py: A heads of D units each, E = A * D; P positions that are looked at.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (the name everyone uses)

from seq2seq_core.models.base import Model, ModelConfig, describe_embeddings, make_embeddings
from seq2seq_core.models.precision import usable
from seq2seq_core.models.products import packed
from seq2seq_core.models.transformer.config import TransformerConfig
from seq2seq_core.models.transformer.heads import look_at_heads
from seq2seq_core.types import HeadAttention, SpecialTokens, StepOutput

MOST_EXPORTED = 1024
"""Positions of a graph that is written down, where numbers are not known that elsewhere say how many are needed."""


@dataclass(frozen=True)
class TransformerState:
    """What a step looks back at: see ``DecoderState`` in types.py. Keys and values lie behind each other.

    said: for each decoder layer [N, 2, A, T, D], of the T positions so far.
    source: for each decoder layer [B, 2, A, S, D]; all rows of a sentence share them.
    mask: [B, 1, 1, S], True = real token; None where no sentence is padded.
    """

    said: tuple[Tensor, ...]
    source: tuple[Tensor, ...]
    mask: Tensor | None

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> TransformerState:
        """The state with row i continuing ``rows[i]``; the source is copied only where sentences are dropped."""
        said = tuple(part.index_select(0, rows) for part in self.said)
        if sentences is None:
            return replace(self, said=said)
        mask = None if self.mask is None else self.mask[sentences]
        return TransformerState(said, tuple(part[sentences] for part in self.source), mask)


class MultiHeadAttention(nn.Module):
    """softmax(Q K^T / sqrt(D)) V in each of A heads at once (equation 1, section 3.2.2)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.keys_values = nn.Linear(width, 2 * width)
        self.output = nn.Linear(width, width)

    def remember(self, memory: Tensor) -> Tensor:
        """Keys and values [B, 2, A, P, D] of what may be looked at, [B, P, E]."""
        return self.keys_values(memory).unflatten(-1, (2, self.heads, -1)).permute(0, 2, 3, 1, 4)

    def forward(
        self, asking: Tensor, remembered: Tensor, mask: Tensor | None = None, weigh: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """What Q positions [B, Q, E] read of those remembered, and with which weights [B, A, Q, P], if they ``weigh``.

        mask: for [B, A, Q, P], True = may be looked at; weights are 0 elsewhere. None where everything may.
        """
        queries = self.query(asking).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        keys, values = remembered.unbind(1)
        # On a CPU, for so few positions, the fused call's way back takes 2 to 12 times as long as that of its parts.
        if weigh or (asking.requires_grad and asking.device.type == "cpu"):
            scores = queries @ keys.transpose(-1, -2) / math.sqrt(queries.size(-1))
            weights = (scores if mask is None else scores.masked_fill(~mask, -torch.inf)).softmax(-1)
            read = weights @ values
        else:
            weights, read = None, F.scaled_dot_product_attention(queries, keys, values, mask)
        return self.output(read.transpose(1, 2).flatten(-2)), weights


def make_feed_forward(config: TransformerConfig) -> nn.Sequential:
    """max(0, x W_1 + b_1) W_2 + b_2, at each position by itself (equation 2)."""
    inner, outer = nn.Linear(config.width, config.feed_forward), nn.Linear(config.feed_forward, config.width)
    return nn.Sequential(OrderedDict(inner=inner, relu=nn.ReLU(), outer=outer))


class EncoderLayer(nn.Module):
    """Self-attention over the source, then a feed-forward; each adds to what comes in (section 3.1)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(config.width, config.heads)
        self.feed_forward = make_feed_forward(config)
        self.before_attention, self.before_feed_forward = (nn.LayerNorm(config.width) for _ in range(2))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, inputs: Tensor, mask: Tensor | None) -> Tensor:
        """[B, S, E] from [B, S, E]."""
        normed = self.before_attention(inputs)
        inputs = inputs + self.dropout(self.attention(normed, self.attention.remember(normed), mask)[0])
        return inputs + self.dropout(self.feed_forward(self.before_feed_forward(inputs)))


class DecoderLayer(nn.Module):
    """Self-attention over what was said, attention over the source, then a feed-forward (section 3.1)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(config.width, config.heads)
        self.source_attention = MultiHeadAttention(config.width, config.heads)
        self.feed_forward = make_feed_forward(config)
        self.before_attention, self.before_source = (nn.LayerNorm(config.width) for _ in range(2))
        self.before_feed_forward = nn.LayerNorm(config.width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, inputs: Tensor, said: Tensor, source: Tensor, mask: Tensor | None, causal: Tensor | None, weigh: bool
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """The positions that follow those in ``said``: one in decoding, all of a target at once in training.

        inputs: [N, T, E]. said, source, mask: as in ``TransformerState``. causal: [T, T], True = position i may look at
        j; None where there is one. Gives [N, T, E], ``said`` with these, and where they ``weigh`` attention [N, T, S].
        """
        normed = self.before_attention(inputs)
        said = torch.cat((said, self.attention.remember(normed)), 3)
        inputs = inputs + self.dropout(self.attention(normed, said, causal)[0])
        asking = self.before_source(inputs).view(source.size(0), -1, inputs.size(2))  # a sentence's rows ask together
        read, weights = self.source_attention(asking, source, mask, weigh)
        inputs = inputs + self.dropout(read.view_as(inputs))
        weights = weights.mean(1).view(*inputs.shape[:2], -1) if weights is not None and weigh else None
        return inputs + self.dropout(self.feed_forward(self.before_feed_forward(inputs))), said, weights


class Transformer(Model[TransformerState]):
    """Encoder and decoder; tied embeddings are one matrix of all that share a vocabulary, output too (section 3.4)."""

    Config: ClassVar[type[ModelConfig]] = TransformerConfig
    tags = ("transformer",)
    tells_embeddings = True
    tells_states = True
    config: TransformerConfig

    def __init__(self, config: TransformerConfig, specials: SpecialTokens | None = None) -> None:
        super().__init__(config, specials)
        self.target_embedding, self.source_embedding = make_embeddings(
            config, config.width, self.specials, tied=config.tie_embeddings
        )
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        self.after_encoder, self.after_decoder = (nn.LayerNorm(config.width) for _ in range(2))
        self.output = nn.Linear(config.width, config.vocab_size)
        self.apply(_initialise)
        if config.tie_embeddings:
            self.output.weight = self.target_embedding.weight
        self.dropout = nn.Dropout(config.dropout)

    @property
    def has_attention(self) -> bool:
        """Always: a step tells the mean of all decoder layers and heads."""
        return True

    @property
    def has_heads(self) -> bool:
        """Always."""
        return True

    def look(self, source: Tensor, target: Tensor) -> HeadAttention:
        """As ``Model.look``."""
        return look_at_heads(self, MultiHeadAttention, source, target)

    def describe(self) -> dict[str, str]:
        """Rows of the model card."""
        config = self.config
        layers = f"{config.width} units, {config.heads} heads, feed-forward of {config.feed_forward}"
        matrices = describe_embeddings(config, tied=config.tie_embeddings)
        return {
            "Encoder": f"{config.encoder_layers} Transformer layers, {layers}",
            "Decoder": f"{config.decoder_layers} Transformer layers, {layers}",
            "Attention": "multi-head (Vaswani et al. 2017); shown: the mean of all layers and heads",
            "Embeddings": f"{config.width}, {matrices}; positions as sines and cosines",
        }

    def start(self, source: Tensor, lengths: Tensor) -> TransformerState:
        """As ``Model.start``: encodes source pieces [B, S] with real lengths [B] (on the CPU)."""
        return self.start_from(self.embed(source), lengths)

    def embed(self, source: Tensor) -> Tensor:
        """As ``Model.embed``: scaled (section 3.4), without their positions."""
        return self._scaled(self.source_embedding, source)

    def start_from(self, embedded: Tensor, lengths: Tensor) -> TransformerState:
        """As ``Model.start_from``."""
        mask = None
        if int(lengths.min()) < embedded.size(1):
            positions = torch.arange(embedded.size(1), device=embedded.device)
            mask = (positions < lengths.to(embedded.device)[:, None])[:, None, None]
        memory = self._placed(embedded)
        for layer in self.encoder:
            memory = layer(memory, mask)
        memory = self.after_encoder(memory)
        kept = tuple(cast(DecoderLayer, layer).source_attention.remember(memory).contiguous() for layer in self.decoder)
        return TransformerState(tuple(part[:, :, :, :0] for part in kept), kept, mask)

    @property
    def bytes_a_step(self) -> int:
        """As ``Model.bytes_a_step``: a key and a value in each decoder layer."""
        return 2 * self.config.decoder_layers * self.config.width * self.output.weight.element_size()

    def step(self, last_tokens: Tensor, state: TransformerState) -> StepOutput[TransformerState]:
        """As ``Model.step``."""
        vectors, attention, state = self._continue(last_tokens[:, None], state, weigh=True)
        return StepOutput(
            logits=self.output(vectors[:, 0]), attention=torch.stack(attention).mean(0)[:, 0], state=state
        )

    def prepared(self, precision: str = "float32") -> Transformer:
        """As ``Model.prepared``: with packed weights, where this device has them."""
        return packed(self) if usable(self.output.weight) else self

    def forward(self, source: Tensor, lengths: Tensor, target: Tensor, teacher_forcing: float = 1.0) -> Tensor:
        """As ``Model.forward``: all positions at once, but where the model is fed its own choices."""
        if teacher_forcing < 1.0:
            return self.forward_sampled(target, self.start(source, lengths), teacher_forcing)
        return cast(Tensor, self.output(self.decoder_states(source, lengths, target)))

    def decoder_states(self, source: Tensor, lengths: Tensor, target: Tensor) -> Tensor:
        """As ``Model.decoder_states``: what the last layer gives, normed."""
        return self._continue(target, self.start(source, lengths))[0]

    def _continue(
        self, pieces: Tensor, state: TransformerState, weigh: bool = False
    ) -> tuple[Tensor, list[Tensor], TransformerState]:
        """Vectors [N, T, E] of ``pieces`` [N, T], if they ``weigh`` each layer's attention [N, T, S], and the state."""
        vectors = self._placed(self._scaled(self.target_embedding, pieces), state.said[0].size(3))
        here = pieces.size(1)
        causal = torch.ones(here, here, dtype=torch.bool, device=pieces.device).tril() if here > 1 else None
        attention, after = [], []
        for layer, said, source in zip(self.decoder, state.said, state.source, strict=True):
            vectors, said, weights = layer(vectors, said, source, state.mask, causal, weigh)
            attention += [weights] if weigh else []
            after.append(said)
        return self.after_decoder(vectors), attention, replace(state, said=tuple(after))

    def _scaled(self, embedding: nn.Embedding, pieces: Tensor) -> Tensor:
        """[N, T, E] from piece ids [N, T] (section 3.4)."""
        return cast(Tensor, embedding(pieces) * math.sqrt(self.config.width))

    def _placed(self, embedded: Tensor, first: int = 0) -> Tensor:
        """Embeddings [N, T, E] with their positions, from ``first`` on (section 3.5)."""
        end = first + embedded.size(1)
        positions = MOST_EXPORTED if torch.onnx.is_in_onnx_export() else 1 << (end - 1).bit_length()
        table = _sinusoids(positions, self.config.width, embedded.device)
        return cast(Tensor, self.dropout(embedded + table[first:end]))


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)
        for part in module.weight.data.split(module.in_features):  # square ones: keys and values are two matrices
            nn.init.xavier_uniform_(part)


@lru_cache(maxsize=16)
@torch.inference_mode(False)  # training may be given what decoding has made
def _sinusoids(positions: int, width: int, device: torch.device) -> Tensor:
    """[positions, width]: sines and cosines of wavelengths from 2 pi to 10,000 * 2 pi (section 3.5)."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angles = torch.arange(positions)[:, None] * rates
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(1).to(device)
