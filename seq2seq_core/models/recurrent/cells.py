"""GRU and LSTM stacks: over a whole sequence in one fused call, or one step at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (the name everyone uses)

from seq2seq_core.models.recurrent.packed import PackedGRU, PackedLSTM

LSTM_INPUT_GAIN = 4.0
"""Embeddings are small, since the output layer shares them, and an LSTM's gates let through a quarter of what comes in.

Perplexity after 1,000 updates of recipes/grid-en-de.toml with LSTM and general attention, seed 2: 37.7 with forget
biases of 1 and gain 1; 21.1 without the biases; with gain 4 besides, 16.5. A GRU, which learns to align as it is: 19.0.
"""


def make_rnn(
    cell: Literal["lstm", "gru"],
    *,
    input_size: int,
    hidden_size: int,
    layers: int,
    bidirectional: bool = False,
    dropout: float = 0.0,
) -> nn.LSTM | nn.GRU:
    """A batch-first stack of recurrent layers with dropout between them (Zaremba et al. 2014, arXiv 1409.2329)."""
    kind = {"lstm": nn.LSTM, "gru": nn.GRU}[cell]
    rnn = kind(
        input_size,
        hidden_size,
        num_layers=layers,
        bidirectional=bidirectional,
        batch_first=True,
        dropout=dropout if layers > 1 else 0.0,
    )
    _initialise(rnn)
    return rnn


def _initialise(rnn: nn.LSTM | nn.GRU) -> None:
    """Orthogonal recurrent and Glorot input weights, an LSTM's first layer ``LSTM_INPUT_GAIN`` times larger; no bias.

    An LSTM's forget gates are not opened by a bias of 1 (Jozefowicz et al. 2015), as is often done: each state is then
    nearly the sum of all inputs so far, attention cannot tell positions apart, and some runs never learn to align.
    """
    for name, parameter in rnn.named_parameters():
        if "bias" in name:
            nn.init.zeros_(parameter)
            continue
        gain = LSTM_INPUT_GAIN if isinstance(rnn, nn.LSTM) and name.startswith("weight_ih_l0") else 1.0
        for gate in parameter.data.split(rnn.hidden_size):
            nn.init.orthogonal_(gate) if "weight_hh" in name else nn.init.xavier_uniform_(gate, gain)


def _weights(rnn: nn.LSTM | nn.GRU) -> list[Tensor]:
    """The weights ``rnn`` is run with, layer by layer; none is missing, as ``make_rnn`` leaves out no bias."""
    return cast("list[Tensor]", rnn._flat_weights)


@contextmanager
def recurrent_dropout(rnn: nn.LSTM | nn.GRU, rate: float) -> Iterator[None]:
    """In training, runs ``rnn`` with a share of its recurrent weights at zero, the same ones until it is left.

    DropConnect on the weights from a layer to itself (Merity et al. 2018, arXiv 1708.02182, section 2). The fused call
    knows no dropout within a layer; it reads the weights it is to use from one list, as ``recurrent_step`` does.
    """
    whole = rnn._flat_weights
    rnn._flat_weights = [
        F.dropout(weight, rate, rnn.training) if "weight_hh" in name else weight
        for name, weight in zip(rnn._flat_weights_names, _weights(rnn), strict=True)
    ]
    try:
        yield
    finally:
        rnn._flat_weights = whole


@contextmanager
def usable_kernels(device: torch.device) -> Iterator[None]:
    """Where a fused call runs in bf16 too on a CPU that has no instructions for it: oneDNN's kernels refuse to."""
    mixed = device.type == "cpu" and torch.is_autocast_enabled("cpu") and torch.get_autocast_dtype("cpu") != torch.float
    if not mixed or torch.ops.mkldnn._is_mkldnn_bf16_supported():
        yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # any change of these flags warns of Intel's GPUs
        with torch.backends.mkldnn.flags(enabled=False, allow_tf32=False):
            yield


def recurrent_step(
    rnn: nn.LSTM | nn.GRU | PackedLSTM | PackedGRU, inputs: Tensor, state: tuple[Tensor, ...]
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """One step of a one-directional stack, the same function as ``rnn`` on a sequence of length 1.

    A call of ``nn.LSTM`` for one step costs up to 17 times the arithmetic in it on a CPU; the cells do not.

    Args:
        inputs: [N, input size].
        state: h or (h, c), each [N, L, H].

    Returns:
        The top layer's output [N, H], and the new state.
    """
    if isinstance(rnn, PackedLSTM | PackedGRU):
        return rnn.step(inputs, state)
    layers: list[tuple[Tensor, ...]] = []
    for layer in range(rnn.num_layers):
        weights = _weights(rnn)[4 * layer : 4 * layer + 4]  # input, recurrent, and their biases
        if isinstance(rnn, nn.LSTM):
            new: tuple[Tensor, ...] = torch.lstm_cell(inputs, (state[0][:, layer], state[1][:, layer]), *weights)
        else:
            new = (torch.gru_cell(inputs, state[0][:, layer], *weights),)
        layers.append(new)
        inputs = F.dropout(new[0], rnn.dropout, rnn.training and layer + 1 < rnn.num_layers)
    return layers[-1][0], tuple(torch.stack(parts, dim=1) for parts in zip(*layers, strict=True))
