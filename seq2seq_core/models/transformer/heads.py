"""What each head of each layer looks at while one target is read: see ``Model.look``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import torch
from torch import Tensor, nn

from seq2seq_core.models.base import Model
from seq2seq_core.models.products import ModuleT, with_modules
from seq2seq_core.types import FloatArray, HeadAttention


class NotedAttention(nn.Module):
    """An attention that also keeps its last weights [B, A, Q, P]. A model is shared, so one is made for each look."""

    def __init__(self, attention: nn.Module) -> None:
        super().__init__()
        self.attention = cast(Any, attention)
        self.weights = torch.empty(0)

    def remember(self, memory: Tensor) -> Tensor:
        """Those of the attention."""
        return cast(Tensor, self.attention.remember(memory))

    def forward(
        self, asking: Tensor, remembered: Tensor, mask: Tensor | None = None, weigh: bool = False
    ) -> tuple[Tensor, Tensor]:
        """As the attention, with weights in any case."""
        read, self.weights = self.attention(asking, remembered, mask, weigh=True)
        return read, self.weights


@torch.no_grad()
def look_at_heads(model: Model[Any], kind: type[nn.Module], source: Tensor, target: Tensor) -> HeadAttention:
    """As ``Model.look``, of a model with ``encoder`` and ``decoder`` layers whose attentions are of this kind."""
    noted = cast(Any, _noted(model, kind))
    bos = target.new_full((1, 1), model.specials.bos)
    noted(source, torch.tensor([source.size(1)]), torch.cat((bos, target[:, :-1]), 1))
    return HeadAttention(
        cross=_weights(layer.source_attention for layer in noted.decoder),
        encoder=_weights(layer.attention for layer in noted.encoder),
        decoder=_weights(layer.attention for layer in noted.decoder),
    )


def _noted(module: ModuleT, kind: type[nn.Module]) -> ModuleT:
    """A copy that notes what it looks at; all weights are shared."""
    parts = {
        name: NotedAttention(child) if isinstance(child, kind) else _noted(child, kind)
        for name, child in module.named_children()
    }
    return with_modules(module, **parts)


def _weights(attentions: Iterable[NotedAttention]) -> FloatArray:
    """[L, A, Q, P] of the one sentence that was read."""
    return torch.stack([attention.weights[0] for attention in attentions]).float().cpu().numpy()
