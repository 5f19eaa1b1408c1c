"""How large a model should be for so much data, and why: from what this project has trained (docs/training-log.md)."""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.data.tokenizer import Unit


@dataclass(frozen=True)
class Size:
    """Settings for up to ``pairs`` pairs.

    unit: of sentences, with so little or so much text. vocab_size: pieces wanted; the text may have fewer.
    learning_rate: the highest, of a long run. short_rate: of a short one, which learns more with larger steps.
    updates: after which so much data has hardly anything more to give, a smaller model included.
    why: where the sizes come from, in a sentence or two.
    """

    pairs: float
    unit: Unit
    vocab_size: int
    embedding_size: int
    encoder_layers: int
    encoder_size: int
    decoder_size: int
    dropout: float
    max_tokens: int
    learning_rate: float
    short_rate: float
    updates: int
    why: str


SHORT_RUN, LONG_RUN = 4_000, 6_000
"""Updates of which a run has ``short_rate`` at most, and ``learning_rate`` at least; between them it falls evenly.

That of short runs was measured on four kinds of data, after 850 to 3,850 updates of the two smallest sizes; larger ones
keep theirs (docs/training-log.md, "data of one's own").
"""

SIZES = (
    Size(
        1_500, "char", 1_000, 64, 1, 64, 128, 0.3, 1_000, 3e-3, 6e-3, 6_000,
        "A model near the size of recipes/dates.toml, for little data. Of sentences, expect it to learn these and "
        "patterns in them, not a language.",
    ),
    Size(
        12_000, "bpe", 1_500, 128, 1, 96, 192, 0.3, 1_000, 3e-3, 6e-3, 6_000,
        "Smaller than recipes/grid-en-de.toml, which has 29,000 pairs. The project has trained nothing of this size: "
        "the figures lie between the recipes above and below it.",
    ),
    Size(
        80_000, "bpe", 4_000, 128, 1, 128, 256, 0.3, 2_000, 3e-3, 3e-3, 8_000,
        "The sizes of recipes/grid-en-de.toml, trained on the 29,000 pairs of Multi30k.",
    ),
    Size(
        500_000, "bpe", 6_000, 384, 2, 192, 384, 0.15, 2_000, 2e-3, 2e-3, 13_000,
        "The sizes of recipes/en-de-attention.toml, which has 219,000 pairs; after its 6,468 updates the loss still "
        "fell (docs/training-log.md), so here it gets twice as many.",
    ),
    Size(
        float("inf"), "bpe", 8_000, 512, 2, 256, 512, 0.1, 4_000, 2e-3, 2e-3, 30_000,
        "Half as wide again as recipes/en-de-attention.toml, the largest the project has trained: a guess that so much "
        "data can fill it. Use a GPU if there is one.",
    ),
)  # fmt: skip


def size_for(pairs: int) -> Size:
    """What suits so many training pairs."""
    return next(size for size in SIZES if pairs <= size.pairs)


def holdout_for(pairs: int) -> int:
    """Pairs to validate with: a tenth of little data, and no more than 2,000, whose loss is steady."""
    return max(3, min(2_000, pairs // 10 if pairs < 10_000 else pairs // 30 + 700))


def rate(size: Size, updates: int) -> float:
    """The highest learning rate of a run of so many updates."""
    short = min(1.0, max(0.0, (LONG_RUN - updates) / (LONG_RUN - SHORT_RUN)))
    return round(size.learning_rate + short * (size.short_rate - size.learning_rate), 5)


def schedule(size: Size, updates: int) -> dict[str, float]:
    """What follows from the length of a run in updates.

    The moving average forgets the first, random weights in some three times 1 / (1 - average) updates.
    """
    average = 0.999 if updates >= 6_000 else 0.995 if updates >= 2_000 else 0.99
    return {
        "learning_rate": rate(size, updates),
        "warmup_steps": min(400, max(10, updates // 15)),
        "average": average,
        "validate_every": min(1_000, max(25, updates // 12)),
    }
