"""What may never be generated: tokens that are no part of a text, and bytes that spell no character."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from seq2seq_core.decoding.filters.base import REMOVED
from seq2seq_core.decoding.request import AnyRequest

BETWEEN = 0
"""The place of a row whose last character is whole."""

_FOLLOWS = (
    (BETWEEN, 0x00, 0x7F, BETWEEN),
    (BETWEEN, 0xC2, 0xDF, 1),
    (BETWEEN, 0xE0, 0xE0, 4),
    (BETWEEN, 0xE1, 0xEF, 2),
    (BETWEEN, 0xED, 0xED, 5),
    (BETWEEN, 0xF0, 0xF0, 6),
    (BETWEEN, 0xF1, 0xF3, 3),
    (BETWEEN, 0xF4, 0xF4, 7),
    (1, 0x80, 0xBF, BETWEEN),
    (2, 0x80, 0xBF, 1),
    (3, 0x80, 0xBF, 2),
    (4, 0xA0, 0xBF, 1),
    (5, 0x80, 0x9F, 1),
    (6, 0x90, 0xBF, 2),
    (7, 0x80, 0x8F, 2),
)
"""UTF-8 as RFC 3629, section 4, defines it: at a place, the bytes from one to another lead to a place. At place 1, 2
or 3 so many bytes are missing, at 4 to 7 two or three, the next from a smaller range. A later line wins."""


class Spelling:
    """Which tokens may follow a row, by its place: how far its last character is spelled.

    PAD, UNK and BOS may never; inside a character only the bytes that can go on with it, outside no such byte.
    """

    def __init__(self, request: AnyRequest, device: torch.device) -> None:
        self._bytes, self._banned = tuple(request.byte_pieces.items()), request.specials.never_generated
        self._device = device
        self._tables: tuple[Tensor, Tensor] | None = None

    def never(self, places: Tensor, width: int) -> Tensor:
        """[V], or [N, V] where rows at places [N] differ: -inf for what may not follow, 0 elsewhere, a bias to add."""
        bias, _ = self._built(width)
        # A row is hardly ever inside a character. On the CPU a look costs nothing; an accelerator would wait for it.
        if not self._bytes or (places.device.type == "cpu" and not places.any()):
            return bias[BETWEEN]
        return bias[places]

    def after(self, places: Tensor, tokens: Tensor, width: int) -> Tensor:
        """The places of rows [N] that went on with these tokens [N]; what a prefix spells wrongly is no character."""
        return self._built(width)[1][places, tokens]

    def _built(self, width: int) -> tuple[Tensor, Tensor]:
        """The bias and the next place, [places, V] each."""
        if self._tables is None:
            bias, following = _of_all_tokens(self._bytes, self._banned, width)
            self._tables = bias.to(self._device), following.to(self._device)
        return self._tables


@lru_cache(maxsize=8)  # the same for all requests to a model
def _of_all_tokens(
    byte_pieces: tuple[tuple[int, int], ...], banned: tuple[int, ...], width: int
) -> tuple[Tensor, Tensor]:
    ids, spelled = torch.tensor(byte_pieces, dtype=torch.long).view(-1, 2).unbind(1)
    leads_to = _UTF8[:, spelled]
    bias = torch.full((len(_UTF8), width), REMOVED)
    bias[BETWEEN] = 0.0
    bias[BETWEEN, [token for token in banned if token < width]] = REMOVED
    bias[:, ids] = torch.where(leads_to < 0, REMOVED, 0.0)
    following = torch.full((len(_UTF8), width), BETWEEN)
    following[:, ids] = torch.where(leads_to < 0, leads_to[BETWEEN].clamp(min=BETWEEN), leads_to).long()
    return bias, following


def _utf8() -> Tensor:
    """[places, 256] int8: where each byte leads at each place, -1 where it may not come."""
    table = torch.full((1 + max(place for place, *_ in _FOLLOWS), 256), -1, dtype=torch.int8)
    for place, first, last, following in _FOLLOWS:
        table[place, first : last + 1] = following
    return table


_UTF8 = _utf8()
