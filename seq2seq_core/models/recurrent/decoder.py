"""The decoder: a recurrent language model over the target that looks at the source through an attention mechanism."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from seq2seq_core.attention import ATTENTIONS, EncodedSource
from seq2seq_core.models.products import PackedLinear, Product, with_modules
from seq2seq_core.models.recurrent.cells import make_rnn, recurrent_step, usable_kernels
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.models.recurrent.packed import PackedGRU, PackedLSTM
from seq2seq_core.types import EncoderOutput, Steer


@dataclass(frozen=True)
class RecurrentState:
    """The decoder's state between two steps: see ``DecoderState`` in types.py.

    hidden: h or (h, c), each [N, L, H].
    feed: [N, E], the last attentional vector, only with input feeding.
    source: what belongs to the B sentences; all rows of a sentence share it.
    """

    hidden: tuple[Tensor, ...]
    feed: Tensor | None
    source: EncodedSource

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> RecurrentState:
        """The state with row i continuing ``rows[i]``; the source is copied only where sentences are dropped."""
        return RecurrentState(
            hidden=tuple(part.index_select(0, rows) for part in self.hidden),
            feed=None if self.feed is None else self.feed.index_select(0, rows),
            source=self.source if sentences is None else self.source.select(sentences),
        )


class Decoder(nn.Module):
    """Gives, for each target position, the attentional vector from which the next piece is predicted.

    The vector is tanh(W [context; output]) (Luong et al. 2015, equation 5). Where the mechanism's context does not
    depend on the present output (fixed context, Bahdanau), it is also part of the recurrent input.
    """

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.attention = ATTENTIONS[config.attention](query_size=config.decoder_size, memory_size=config.memory_size)
        self.input_feeding = config.input_feeding
        input_size = config.embedding_size
        if self.attention.reads != "current_state":
            input_size += config.memory_size
        if config.input_feeding:
            input_size += config.embedding_size
        self.rnn = make_rnn(
            config.cell,
            input_size=input_size,
            hidden_size=config.decoder_size,
            layers=config.decoder_layers,
            dropout=config.dropout,
        )
        self.combine = nn.Linear(config.memory_size + config.decoder_size, config.embedding_size)
        self.of_memory: nn.Module | None
        self.register_module("of_memory", None)
        """Where packed, the memory's share of ``combine`` when a step's context is used for nothing else."""

        self.width = config.embedding_size
        self.dropout = nn.Dropout(config.dropout)

    @property
    def sequential(self) -> bool:
        """Whether a step needs what attention gave at the one before, so that positions cannot run together."""
        return self.input_feeding or self.attention.reads == "previous_state"

    def packed(self, product: Product) -> Decoder:
        """The same decoder, of the weights of this moment, for steps in evaluation only: see packed.py."""
        rnn = PackedLSTM(self.rnn, product) if isinstance(self.rnn, nn.LSTM) else PackedGRU(self.rnn, product)
        weight, modules = self.combine.weight, dict[str, nn.Module](rnn=rnn)
        if self.attention.reads == "current_state":
            of_memory, weight = weight.split((self.attention.memory_size, self.attention.query_size), 1)
            modules["of_memory"] = PackedLinear(of_memory, None)
        return with_modules(self, **modules, combine=product(weight, self.combine.bias))

    def start(self, encoded: EncoderOutput) -> RecurrentState:
        """The state before the first step, one row a sentence; everything of the source that can be computed once."""
        source = EncodedSource(
            memory=encoded.memory if self.of_memory is None else self.of_memory(encoded.memory),
            keys=self.attention.keys(encoded.memory),
            mask=encoded.mask,
            context=encoded.context,
        )
        feed = None
        if self.input_feeding:
            feed = encoded.memory.new_zeros(encoded.memory.size(0), self.width)
        return RecurrentState(hidden=encoded.state, feed=feed, source=source)

    def step(
        self, embedded: Tensor, state: RecurrentState, steer: Steer | None = None
    ) -> tuple[Tensor, Tensor | None, RecurrentState]:
        """One step for N rows.

        Args:
            embedded: [N, E], the last pieces.
            state: before it.
            steer: makes other attention of the model's own, in this step.

        Returns:
            The attentional vectors [N, E], the attention [N, S] (None without), and the new state.
        """
        source, inputs = state.source, [embedded]
        reads = self.attention.reads
        if reads != "current_state":
            context, weights = self._attend(state.hidden[0][:, -1], source, steer)
            inputs.append(context)
        if state.feed is not None:
            inputs.append(state.feed)
        output, hidden = recurrent_step(self.rnn, torch.cat(inputs, -1) if len(inputs) > 1 else embedded, state.hidden)
        if reads == "current_state":
            context, weights = self._attend(output, source, steer)
        vectors = self._combine(context, output)
        feed = vectors if self.input_feeding else None
        return vectors, weights, replace(state, hidden=hidden, feed=feed)

    def forward(self, embedded: Tensor, state: RecurrentState) -> Tensor:
        """All T steps at once where the model allows it: one fused call, then one attention over all positions.

        Args:
            embedded: [B, T, E], the pieces before each position.
            state: as ``start`` gives it.

        Returns:
            The attentional vectors [B, T, E].
        """
        if self.sequential:
            vectors = []
            for position in embedded.unbind(dim=1):
                vector, _, state = self.step(position, state)
                vectors.append(vector)
            return torch.stack(vectors, dim=1)
        if self.attention.reads == "nothing":
            fixed = state.source.context[:, None, :].expand(-1, embedded.size(1), -1)
            embedded = torch.cat([embedded, fixed], dim=-1)
        initial = tuple(part.transpose(0, 1).contiguous() for part in state.hidden)
        with usable_kernels(embedded.device):
            outputs, _ = self.rnn(embedded, initial if len(initial) == 2 else initial[0])
        context, _ = self.attention(outputs, state.source)
        return self._combine(context, outputs)

    def _attend(self, query: Tensor, source: EncodedSource, steer: Steer | None) -> tuple[Tensor, Tensor | None]:
        """Context [N, M] and weights [N, S] for the queries [N, H] of N = B * K rows."""
        context, weights = self.attention(query.view(source.mask.size(0), -1, query.size(1)), source, steer)
        return context.flatten(0, 1), None if weights is None else weights.flatten(0, 1)

    def _combine(self, context: Tensor, output: Tensor) -> Tensor:
        if self.of_memory is not None:
            return torch.tanh(self.combine(output) + context)
        return self.dropout(torch.tanh(self.combine(torch.cat([context, output], dim=-1))))
