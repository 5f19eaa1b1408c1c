"""Does it matter where the model looked? What each source word is worth to each token, beside attention.

Leaving a word out and scoring the same translation again is occlusion (Zeiler and Fergus 2014; Li et al. 2016, arXiv
1612.08220): what attention shows need not be what the output hangs on (Jain and Wallace 2019, arXiv 1902.10186).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seq2seq_core.data.tokenizer import SPACE
from seq2seq_core.decoding import ScoreConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import FloatArray
from seq2seq_core.why_not.gradients import gradient_times_input


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What is lost when one source word after the other is left out.

    words: W words of the source, parted by blanks.
    tokens: T pieces of the translation, the end included.
    lost: [T, W], nats by which a token's log P falls without the word; below 0 where it rises.
    attention: [T, W], how much each token looked at the word; None where the model has no attention.
    gradient: [T, W], gradient times input of the word's pieces, see ``gradients``; None where there is none.
    """

    words: tuple[str, ...]
    tokens: tuple[str, ...]
    lost: FloatArray
    attention: FloatArray | None
    gradient: FloatArray | None = None

    @property
    def worth(self) -> list[float]:
        """[W], nats by which the whole translation's log P falls without the word."""
        return [float(value) for value in self.lost.sum(0)]

    @property
    def coverage(self) -> list[float] | None:
        """[W], attention that the word got from all tokens together."""
        return None if self.attention is None else [float(value) for value in self.attention.sum(0)]

    @property
    def unseen(self) -> tuple[int, ...]:
        """Places of the words that carry the translation though hardly looked at.

        Of all that is lost without one word or another, at least an even share is lost without this one; of all
        attention on words it got less than half an even share. None without attention.
        """
        looked, worth = self.coverage, [max(0.0, nats) for nats in self.worth]
        if looked is None or not sum(looked) or not sum(worth):
            return ()
        even = 1 / len(self.words)
        return tuple(
            place
            for place in range(len(self.words))
            if worth[place] / sum(worth) >= even and looked[place] / sum(looked) < even / 2
        )

    @property
    def slope(self) -> list[float] | None:
        """[W], gradient times input of the word, all tokens together."""
        return None if self.gradient is None else [float(value) for value in self.gradient.sum(0)]

    @property
    def agreement(self) -> float | None:
        """Spearman's rank correlation of attention and loss over all pairs; None without attention or variation."""
        return rank_correlation(self.attention, self.lost)

    @property
    def gradient_and_loss(self) -> float | None:
        """The same of gradient times input and loss."""
        return rank_correlation(self.gradient, self.lost)

    @property
    def gradient_and_attention(self) -> float | None:
        """The same of gradient times input and attention."""
        return rank_correlation(self.gradient, self.attention)


def rank_correlation(one: FloatArray | None, other: FloatArray | None) -> float | None:
    """Spearman's, over all pairs; None where one is missing or the same everywhere."""
    if one is None or other is None:
        return None
    first, second = (_ranks(values.ravel()) for values in (one, other))
    if first.std() == 0 or second.std() == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


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
    slopes = gradient_times_input(translator, source, token_ids)
    attention, gradient = (
        None if values is None or len(groups) != len(words) else _by_word(values, groups)
        for values in (scored.attention, None if slopes is None else slopes.values)
    )
    return Occlusion(tuple(words), scored.tokens, own[:, None] - np.stack(others, 1), attention, gradient)


def _by_word(values: FloatArray, groups: Sequence[int]) -> FloatArray:
    """[T, S] of pieces, the end among them, as [T, W] of the words that begin at these pieces."""
    summed: FloatArray = np.add.reduceat(values[:, :-1], groups, axis=1).astype(np.float32)
    return summed


def _ranks(values: FloatArray) -> np.ndarray:
    """Their places in order, those that are equal sharing the mean of theirs."""
    order, ranks = np.argsort(values, kind="stable"), np.empty(len(values))
    ranks[order] = np.arange(len(values))
    _, groups, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean: np.ndarray = (np.bincount(groups, ranks) / counts)[groups]
    return mean
