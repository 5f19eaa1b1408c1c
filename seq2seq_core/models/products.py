"""Matrix products with weights that are packed once for decoding on a CPU, read as oneDNN multiplies fastest.

A plain float32 product of 5 rows with the output layer's matrix takes 2 to 4 times as long: the weights, which are read
once for a few rows only, lie in an order that does not suit the instructions.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

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


def usable(weight: Tensor) -> bool:
    """Whether weights like this one can be packed: float32 on a CPU, in a build of torch that has oneDNN."""
    return weight.device.type == "cpu" and weight.dtype == torch.float32 and torch.backends.mkldnn.is_available()
