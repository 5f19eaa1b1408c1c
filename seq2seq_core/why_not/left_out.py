"""Does it matter where the model looked? What each source word is worth to each token, beside attention.

Leaving a word out and scoring the same translation again is occlusion (Zeiler and Fergus 2014; Li et al. 2016, arXiv
1612.08220): what attention shows need not be what the output hangs on (Jain and Wallace 2019, arXiv 1902.10186).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seq2seq_core.decoding import ScoreConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import FloatArray

SPACE = "▁"


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What is lost when one source word after the other is left out.

    words: W words of the source, parted by blanks.
    tokens: T pieces of the translation, the end included.
    lost: [T, W], nats by which a token's log P falls without the word; below 0 where it rises.
    attention: [T, W], how much each token looked at the word; None where the model has no attention.
    """

    words: tuple[str, ...]
    tokens: tuple[str, ...]
    lost: FloatArray
    attention: FloatArray | None

    @property
    def worth(self) -> list[float]:
        """[W], nats by which the whole translation's log P falls without the word."""
        return [float(value) for value in self.lost.sum(0)]

    @property
    def coverage(self) -> list[float] | None:
        """[W], attention that the word got from all tokens together."""
        return None if self.attention is None else [float(value) for value in self.attention.sum(0)]

    @property
    def agreement(self) -> float | None:
        """Spearman's rank correlation of attention and loss over all pairs; None without attention or variation."""
        if self.attention is None:
            return None
        looked, lost = (_ranks(values.ravel()) for values in (self.attention, self.lost))
        if looked.std() == 0 or lost.std() == 0:
            return None
        return float(np.corrcoef(looked, lost)[0, 1])


def left_out(translator: Translator, source: str, token_ids: Sequence[int]) -> Occlusion | None:
    """Scores these tokens for the source without each of its words in turn.

    None where a single word is all that the model reads of it.

    Args:
        translator: the model.
        source: the sentence.
        token_ids: of a translation, its end included.
    """
    words = source.split()
    if len(words) < 2:
        return None
    texts = [source, *(" ".join([*words[:i], *words[i + 1 :]]) for i in range(len(words)))]
    whole, *without = translator.translate(texts, ScoreConfig(), prefix=token_ids)
    scored = whole.hypotheses[0]
    own = np.array(scored.token_log_probs, dtype=np.float32)
    others = [np.array(result.hypotheses[0].token_log_probs, np.float32) for result in without]
    if any(len(other) != len(own) for other in others):
        return None  # what is left is nothing that the model reads
    groups = [i for i, piece in enumerate(whole.source_tokens[:-1]) if piece.startswith(SPACE)]
    attention = None
    if scored.attention is not None and len(groups) == len(words):
        attention = np.add.reduceat(scored.attention[:, :-1], groups, axis=1).astype(np.float32)
    return Occlusion(tuple(words), scored.tokens, own[:, None] - np.stack(others, 1), attention)


def _ranks(values: FloatArray) -> np.ndarray:
    """Their places in order, those that are equal sharing the mean of theirs."""
    order, ranks = np.argsort(values, kind="stable"), np.empty(len(values))
    ranks[order] = np.arange(len(values))
    _, groups, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean: np.ndarray = (np.bincount(groups, ranks) / counts)[groups]
    return mean
