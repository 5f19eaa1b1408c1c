"""Recurrent layers whose weights are packed once for decoding on a CPU: the same functions in fewer, faster calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from seq2seq_core.models.products import PackedLinear, Product

State = tuple[Tensor, ...]

LSTM_MODE = 2
"""What ATen calls an LSTM among recurrent layers."""


def _weights(rnn: nn.LSTM | nn.GRU) -> list[list[Tensor]]:
    """Of each layer and direction: input and recurrent weights, and their biases."""
    return [[weight.detach() for weight in layer] for layer in cast("list[list[Tensor]]", rnn.all_weights)]


def _states(state: State) -> list[State]:
    """Those of each layer, from h (and c), each [N, L, H]."""
    return list(zip(*(part.unbind(1) for part in state), strict=True))


def _stacked(layers: Sequence[State]) -> State:
    """h (and c), each [N, L, H], of those of each layer: a view where there is one layer."""
    return tuple(
        parts[0].unsqueeze(1) if len(parts) == 1 else torch.stack(parts, 1) for parts in zip(*layers, strict=True)
    )


class PackedLSTM(nn.Module):
    """The steps of a one-directional LSTM in evaluation: a layer is one product, its gates are three calls.

    The rows of the weights are put in the order input, forget, output and new, so that the first three are one sigmoid.
    """

    def __init__(self, rnn: nn.LSTM, product: Product = PackedLinear) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for of_input, recurrent, *biases in _weights(rnn):
            into, forget, new, out = torch.cat((of_input, recurrent), 1).chunk(4)
            bias = (biases[0] + biases[1]).chunk(4)
            ordered = torch.cat((bias[0], bias[1], bias[3], bias[2]))
            self.layers.append(product(torch.cat((into, forget, out, new)), ordered))

    def step(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """As ``recurrent_step``: the top layer's output [N, H] and the new state from [N, in] and (h, c) [N, L, H]."""
        new = []
        for layer, (hidden, cell) in zip(self.layers, _states(state), strict=True):
            gates = layer(torch.cat((inputs, hidden), 1))
            width = cell.size(1)
            into, forget, out = gates[:, : 3 * width].sigmoid_().chunk(3, 1)
            cell = torch.addcmul(forget * cell, into, gates[:, 3 * width :].tanh_())
            inputs = out * cell.tanh()
            new.append((inputs, cell))
        return inputs, _stacked(new)


class PackedGRU(nn.Module):
    """The steps of a one-directional GRU in evaluation: a layer is one product.

    The new state's parts of input and of recurrence are kept apart, as the reset gate scales one alone: their weights
    are zero where the other's are not. A product of a third more rows costs less than a second one.
    """

    def __init__(self, rnn: nn.GRU, product: Product = PackedLinear) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for of_input, recurrent, *biases in _weights(rnn):
            width = rnn.hidden_size
            both = torch.cat((of_input, recurrent), 1)[: 2 * width]
            new = torch.block_diag(of_input[2 * width :], recurrent[2 * width :])
            shared = (biases[0] + biases[1])[: 2 * width]
            bias = torch.cat((shared, biases[0][2 * width :], biases[1][2 * width :]))
            self.layers.append(product(torch.cat((both, new)), bias))

    def step(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """As ``recurrent_step``: the top layer's output [N, H] and the new state from [N, in] and (h,) [N, L, H]."""
        after = []
        for layer, (hidden,) in zip(self.layers, _states(state), strict=True):
            gates = layer(torch.cat((inputs, hidden), 1))
            width = hidden.size(1)
            reset, update = gates[:, : 2 * width].sigmoid_().chunk(2, 1)
            new = torch.addcmul(gates[:, 2 * width : 3 * width], reset, gates[:, 3 * width :]).tanh_()
            inputs = torch.lerp(new, hidden, update)
            after.append((inputs,))
        return inputs, _stacked(after)


class PackedEncoderLSTM(nn.Module):
    """An LSTM over whole sequences in evaluation, each layer's direction one fused call of oneDNN on packed weights.

    ``nn.LSTM`` makes the same calls but packs the weights anew in each, which for one sentence is most of its time.
    Sequences of unequal lengths go its way: the fused call knows none.
    """

    def __init__(self, rnn: nn.LSTM) -> None:
        super().__init__()
        self.rnn = rnn
        self.num_layers, self.bidirectional, self.width = rnn.num_layers, rnn.bidirectional, rnn.hidden_size
        self.directions = (False, True) if rnn.bidirectional else (False,)
        pack = torch.ops.mkldnn._reorder_mkldnn_rnn_layer_weight
        self.layers: list[tuple[bool, tuple[Tensor, ...]]] = []
        for place, (of_input, recurrent, *biases) in enumerate(_weights(rnn)):
            reverse = self.directions[place % len(self.directions)]
            packed = pack(of_input, recurrent, self.width, reverse, True, False, None)
            self.layers.append((reverse, (*packed, *biases)))

    def forward(self, inputs: Tensor | PackedSequence) -> tuple[Tensor | PackedSequence, State]:
        """As ``nn.LSTM`` that is batch first: outputs [B, S, directions * H], and h and c [L * directions, B, H]."""
        if isinstance(inputs, PackedSequence):
            return cast("tuple[PackedSequence, State]", self.rnn(inputs))
        sequence = inputs.transpose(0, 1).contiguous()
        none = sequence.new_zeros(sequence.size(1), self.width)
        finals: list[State] = []
        for first in range(0, len(self.layers), len(self.directions)):
            outputs = []
            for reverse, weights in self.layers[first : first + len(self.directions)]:
                output, hidden, cell, _ = torch.ops.aten.mkldnn_rnn_layer(
                    sequence, *weights, none, none, reverse, [], LSTM_MODE, self.width, 1, True, False, False, False
                )
                outputs.append(output)
                finals.append((hidden, cell))
            sequence = torch.cat(outputs, -1)
        return sequence.transpose(0, 1), tuple(torch.stack(parts) for parts in zip(*finals, strict=True))


def packed_encoder(rnn: nn.LSTM | nn.GRU) -> nn.Module:
    """``rnn``, packed where this build of torch can: an LSTM, by oneDNN."""
    packs = isinstance(rnn, nn.LSTM) and hasattr(torch.ops.mkldnn, "_reorder_mkldnn_rnn_layer_weight")
    return PackedEncoderLSTM(cast(nn.LSTM, rnn)) if packs else rnn
