"""Matrix products with weights that are packed once for decoding on a CPU, in float32 or in fewer bits.

A plain float32 product of 5 rows with the output layer's matrix takes 2 to 4 times as long as a packed one: the
weights, which are read once for a few rows only, lie in an order that does not suit the instructions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TypeVar, cast

import torch
from torch import Tensor, nn

ModuleT = TypeVar("ModuleT", bound=nn.Module)

ROWS = 8
"""For how many rows weights are packed; measured, the layout serves 1 to 320 rows alike."""

BEST = 8
"""How many logits of a row are multiplied again in float32."""

Product = Callable[[Tensor, Tensor | None], nn.Module]
"""Makes x W^T + b of a weight [out, in] and a bias [out]; what comes in and out is float32 in every precision."""


class PackedLinear(nn.Module):
    """x W^T + b, with the weights of the moment it was made: [..., out] from [..., in] in float32."""

    dtype = torch.float32

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        with torch.no_grad():
            self.packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.detach().to(self.dtype), ROWS)
            self.shift = None if bias is None else bias.detach().to(self.dtype, copy=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """[..., out] from [..., in]."""
        given = inputs.to(self.dtype)
        said = torch.ops.mkldnn._linear_pointwise(given, self.packed, self.shift, "none", [], "")
        return cast(Tensor, said).float()


class BFloat16Linear(PackedLinear):
    """Multiplied in bfloat16 and added up in float32; what comes out has bfloat16's 8 bits."""

    dtype = torch.bfloat16


class Int8Linear(nn.Module):
    """Weights are whole numbers of 8 bits with a scale for each output; so are inputs, which lie between -1 and 1.

    As the inputs' scale does not depend on them, a row's outputs do not depend on the rows that come with it.
    """

    MIDDLE, STEPS = 128, 127
    """An input x becomes MIDDLE + STEPS * x, rounded: oneDNN takes inputs without a sign everywhere."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        with torch.no_grad():
            self.scales = (weight.detach().abs().amax(1) / 127).clamp_min_(torch.finfo(torch.float32).tiny)
            whole = (weight.detach() / self.scales.unsqueeze(1)).round_().to(torch.int8)
            self.packed: Tensor = torch.ops.onednn.qlinear_prepack(whole, None)
            self.zeros = torch.zeros(len(whole), dtype=torch.int32)
            self.shift = None if bias is None else bias.detach().clone()

    def forward(self, inputs: Tensor) -> Tensor:
        """[N, out] from [N, in] in float32."""
        given = torch.add(self.MIDDLE + 0.5, inputs, alpha=self.STEPS).to(torch.uint8)
        weights = self.packed, self.scales, self.zeros, self.shift
        said = torch.ops.onednn.qlinear_pointwise(
            given, 1 / self.STEPS, self.MIDDLE, *weights, 1.0, 0, torch.float32, "none", [], ""
        )
        return cast(Tensor, said)


class BestAgain(nn.Module):
    """A fast output layer whose ``BEST`` largest logits of each row are multiplied again in float32.

    What fewer bits change is whether two likely pieces change places, so these alone need all bits.
    """

    def __init__(self, weight: Tensor, bias: Tensor, fast: Product) -> None:
        super().__init__()
        self.fast, self.weight, self.bias = fast(weight, bias), weight.detach(), bias.detach()

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits [N, V] from [N, in]."""
        logits = cast(Tensor, self.fast(inputs))
        best = logits.topk(min(BEST, logits.size(1)), sorted=False).indices
        rows = self.weight.index_select(0, best.flatten()).view(*best.shape, -1)
        return logits.scatter_(1, best, (rows * inputs.unsqueeze(1)).sum(2).add_(self.bias[best]))


def with_modules(module: ModuleT, **replaced: nn.Module) -> ModuleT:
    """A shallow copy with other submodules under these names; all else, parameters too, is shared with the module."""
    other = copy.copy(module)
    other._modules = {**module._modules, **replaced}
    return other


def packed(module: ModuleT) -> ModuleT:
    """A copy in which all of its matrices are packed, in float32; all else is shared with the module."""
    parts = {
        name: PackedLinear(child.weight, child.bias) if isinstance(child, nn.Linear) else packed(child)
        for name, child in module.named_children()
    }
    return with_modules(module, **parts)
