"""How long an output may get where nobody says: by its source's length, as the model's training pairs have it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from seq2seq_core.config import check_range

MAX_TOKENS = 512
"""No output is longer unless asked for, and no request may ask for more."""

COVERED = 0.999
"""Share of the training pairs whose targets must have room."""

MARGIN = 1.25
"""Room that is left beyond those, for what reads unlike them."""


@dataclass(frozen=True)
class OutputLength:
    """At most ``per_piece`` tokens for each source piece and ``plus`` more, EOS counted on both sides."""

    per_piece: float = 2.0
    plus: int = 20

    def __post_init__(self) -> None:
        check_range(self, "per_piece", 0.0, MAX_TOKENS)
        check_range(self, "plus", 1, MAX_TOKENS)

    def of(self, source_length: int) -> int:
        """Most tokens for a source of so many pieces, at most ``MAX_TOKENS``."""
        return min(math.ceil(self.per_piece * source_length) + self.plus, MAX_TOKENS)


USUAL = OutputLength()
"""For a model that does not say."""


def output_length(lengths: Iterable[tuple[int, int]]) -> OutputLength:
    """What leaves room for nearly all of these pairs, and never less than is usual.

    Args:
        lengths: pieces of source and target, EOS not counted.
    """
    needed = sorted((MARGIN * (target + 1) - USUAL.plus) / (source + 1) for source, target in lengths)
    if not needed:
        return USUAL
    steepest = needed[min(len(needed) - 1, math.floor(COVERED * len(needed)))]
    return OutputLength(max(USUAL.per_piece, math.ceil(10 * steepest) / 10), USUAL.plus)
