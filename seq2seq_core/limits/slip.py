"""A wrong word is put into a model's mouth: how long does what follows suffer?

In training a model reads what it should have said, in decoding what it did say: exposure bias (Ranzato et al. 2016,
arXiv 1511.06732; Bengio et al. 2015, arXiv 1506.03099). How much that matters is debated (Wang & Sennrich 2020, arXiv
2005.03642; He et al. 2021, arXiv 1905.10617): this measures, and judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.data.tokenizer import SPACE
from seq2seq_core.decoding import DecodeResult, GreedyConfig, ScoreConfig, StepRow
from seq2seq_core.pipeline import Translator

RECOVERED = 0.5
"""Nats: a token that loses less has recovered."""


@dataclass(frozen=True)
class Slip:
    """A translation of the model's own, one word of which was replaced.

    tokens: T pieces of the translation, the end included.
    place: of the token that was replaced, from 0. wrong: what stands there instead.
    lost: nats by which each of the T - place - 1 later tokens is less likely than without the slip.
    goes_on: what the model makes of the sentence when it may go on freely after the slip.
    """

    tokens: tuple[str, ...]
    place: int
    wrong: str
    lost: tuple[float, ...]
    goes_on: str

    @property
    def recovers_after(self) -> int | None:
        """Tokens until none of those that follow loses ``RECOVERED`` any more; None where the last one still does."""
        suffering = [distance for distance, nats in enumerate(self.lost, start=1) if nats >= RECOVERED]
        if not suffering:
            return 0
        return None if suffering[-1] == len(self.lost) else suffering[-1]


def slip(translator: Translator, source: str, place: int = 1) -> Slip | None:
    """Replaces the first whole word from ``place`` on in the greedy translation.

    The wrong word is the least likely of the twenty that the model had in mind there. None where the translation has no
    word from there on, or the model thought of none but one.

    Args:
        translator: the model.
        source: a sentence.
        place: of the first token that may be replaced, from 0.
    """
    [own] = translator.translate(source, GreedyConfig(), trace=True)
    said = own.hypotheses[0]
    chosen = _choice(own, place)
    if chosen is None:
        return None
    at, wrong_id, wrong = chosen
    ids = list(said.token_ids)
    [right], [misled] = (
        translator.translate(source, ScoreConfig(), prefix=prefix)
        for prefix in (ids, [*ids[:at], wrong_id, *ids[at + 1 :]])
    )
    before, after = right.hypotheses[0].token_log_probs, misled.hypotheses[0].token_log_probs
    [free] = translator.translate(source, GreedyConfig(), prefix=[*ids[:at], wrong_id])
    return Slip(
        tokens=said.tokens,
        place=at,
        wrong=wrong,
        lost=tuple(one - two for one, two in zip(before[at + 1 :], after[at + 1 :], strict=True)),
        goes_on=free.hypotheses[0].text,
    )


def _choice(own: DecodeResult, place: int) -> tuple[int, int, str] | None:
    """Where, and the id and piece of what is put there."""
    said = own.hypotheses[0]
    for at in range(max(place, 0), len(said.tokens) - 2):  # at least the end and a piece before it must follow
        whole = said.tokens[at].startswith(SPACE) and said.tokens[at + 1].startswith(SPACE)
        row: StepRow = own.steps[at].rows[0]
        others = [
            (token_id, token)
            for token_id, token in zip(row.top_ids, row.top_tokens, strict=True)
            if token.startswith(SPACE) and len(token) > 2 and token_id != said.token_ids[at]
        ]
        if whole and others:
            return at, *others[-1]
    return None
