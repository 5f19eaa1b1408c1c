"""How far a source word reaches: what is lost without it, by where it stands, over many sentences."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seq2seq_core.types import FloatArray
from seq2seq_core.why_not import Occlusion

PLACES = 6
"""Parts into which a sentence is cut, from its first word to its last."""


def worth_by_place(occlusions: Iterable[Occlusion], places: int = PLACES) -> FloatArray:
    """[N, places], nats of the whole translation that a word of each part of each sentence is worth.

    A sentence of fewer words than there are parts is left out. N may be 0.
    """
    rows = [
        [float(part.mean()) for part in np.array_split(np.array(one.worth), places)]
        for one in occlusions
        if len(one.words) >= places
    ]
    return np.array(rows, dtype=np.float32).reshape(-1, places)
