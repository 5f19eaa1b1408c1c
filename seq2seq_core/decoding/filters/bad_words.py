"""Words that may not be said, as ``bad_words_ids`` in Hugging Face, in whatever pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from seq2seq_core.decoding.config import MAX_WORDS, option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment
from seq2seq_core.decoding.phrases import Sought, phrases


@dataclass(frozen=True, kw_only=True)
class BadWords(Filter):
    """What may not be said."""

    looks_back: ClassVar[bool] = True

    bad_words: str = option(
        "", label="Must not say", max=MAX_WORDS, common=True,
        help="Words or phrases that must not occur, parted by semicolons; empty = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``bad_words``."""
        known = phrases(self.bad_words, moment.lexicon, scores.shape[1], scores.device)
        return scores if known is None else bad_words(scores, known, moment.history)


def bad_words(scores: Tensor, known: Sought, history: Tensor) -> Tensor:
    """Removes each token that would complete one of the phrases, however it is cut into pieces."""
    progress = known.begin(len(history))
    # One token more than a phrase can have: it says whether a word may begin behind it.
    for tokens in history[:, max(0, history.shape[1] - known.longest - 1) :].unbind(1):
        progress = known.after(progress, tokens)
    return scores.masked_fill(known.completed_by(progress), REMOVED)
