"""What is carried from step to step: keys and values of the target so far, and of the source once a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from transformers.cache_utils import DynamicCache, DynamicLayer, EncoderDecoderCache

KeysValues = tuple[tuple[Tensor, Tensor], ...]
"""Keys and values of each layer, [rows, heads, positions, width] each."""


@dataclass(frozen=True)
class CachedState:
    """Nothing in it is ever changed: a search may go on from the same state twice.

    memory: [B, S, M], of the encoder. mask: [B, 1, 1, S], 0 at real tokens and -inf at padding.
    source: of B rows, one a sentence, worked out in the first step and shared by all rows of a sentence from there on.
    target: of N rows.
    """

    memory: Tensor
    mask: Tensor
    source: KeysValues = ()
    target: KeysValues = ()

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> CachedState:
        """See ``DecoderState``. What is of the source is touched only where sentences leave."""
        target = _picked(self.target, rows)
        if sentences is None:
            return CachedState(self.memory, self.mask, self.source, target)
        return CachedState(self.memory[sentences], self.mask[sentences], _picked(self.source, sentences), target)

    @property
    def length(self) -> int:
        """Target positions so far, the start token counted."""
        return self.target[0][0].size(2) if self.target else 0

    def cache(self) -> EncoderDecoderCache:
        """As ``transformers`` takes it, to grow in without growing this."""
        return EncoderDecoderCache(_cache(self.target), _cache(self.source))

    def after(self, cache: EncoderDecoderCache) -> CachedState:
        """The state after a step that left this behind."""
        return CachedState(
            self.memory, self.mask, _read(cache.cross_attention_cache), _read(cache.self_attention_cache)
        )


def _picked(layers: KeysValues, rows: Tensor) -> KeysValues:
    return tuple((keys.index_select(0, rows), values.index_select(0, rows)) for keys, values in layers)


def _cache(layers: KeysValues) -> DynamicCache:
    cache = DynamicCache()
    cache.layers = [_layer(*pair) for pair in layers]
    return cache


def _layer(keys: Tensor, values: Tensor) -> DynamicLayer:
    layer = DynamicLayer()
    layer.lazy_initialization(keys, values)
    layer.keys, layer.values = keys, values
    return layer


def _read(cache: DynamicCache) -> KeysValues:
    layers = (layer for layer in cache.layers if isinstance(layer, DynamicLayer))
    return tuple((layer.keys, layer.values) for layer in layers if layer.keys is not None and layer.values is not None)
