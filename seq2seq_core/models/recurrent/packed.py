"""Layers whose weights are packed once for decoding on a CPU: the same function, read as oneDNN multiplies fastest.

A plain float32 product of 5 rows with the output layer's matrix takes 2 to 4 times as long: the weights, which are read
once for a few rows only, lie in an order that does not suit the instructions.
"""

from __future__ import annotations

import copy
from typing import TypeVar, cast

import torch
from torch import Tensor, nn

ModuleT = TypeVar("ModuleT", bound=nn.Module)

ROWS = 8
"""For how many rows weights are packed; measured, the layout serves 1 to 320 rows alike."""


class PackedLinear(nn.Module):
    """x W^T + b, with the weights of the moment it was made: [..., out] from [..., in] in float32."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        with torch.no_grad():
            self.packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.detach(), ROWS)
            self.shift = None if bias is None else bias.detach().clone()

    def forward(self, inputs: Tensor) -> Tensor:
        """[..., out] from [..., in]."""
        return cast(Tensor, torch.ops.mkldnn._linear_pointwise(inputs, self.packed, self.shift, "none", [], ""))


class PackedLSTM(nn.Module):
    """The steps of a one-directional LSTM in evaluation: input and recurrent weights of a layer are one product."""

    def __init__(self, rnn: nn.LSTM) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for layer in range(rnn.num_layers):
            of_input, recurrent, *biases = cast("list[Tensor]", rnn.all_weights[layer])
            self.layers.append(PackedLinear(torch.cat((of_input, recurrent), 1), biases[0] + biases[1]))

    def step(self, inputs: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """As ``recurrent_step``: the top layer's output [N, H] and the new state from [N, in] and (h, c) [N, L, H]."""
        outputs, cells = [], []
        for layer, hidden, cell in zip(self.layers, state[0].unbind(1), state[1].unbind(1), strict=True):
            gates = layer(torch.cat((inputs, hidden), 1)).chunk(4, 1)
            into, forget, new, out = gates[0].sigmoid(), gates[1].sigmoid(), gates[2].tanh(), gates[3].sigmoid()
            cells.append(torch.addcmul(forget * cell, into, new))
            inputs = out * cells[-1].tanh()
            outputs.append(inputs)
        return inputs, (torch.stack(outputs, 1), torch.stack(cells, 1))


def usable(weight: Tensor) -> bool:
    """Whether weights like this one can be packed: float32 on a CPU, in a build of torch that has oneDNN."""
    return weight.device.type == "cpu" and weight.dtype == torch.float32 and torch.backends.mkldnn.is_available()


def with_modules(module: ModuleT, **replaced: nn.Module) -> ModuleT:
    """A shallow copy with other submodules under these names; all else, parameters too, is shared with the module."""
    other = copy.copy(module)
    other._modules = {**module._modules, **replaced}
    return other
