"""What is measured: a translator, sentences, and how often."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from demo.sets.sentences import everyday
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.pipeline import Translator

BATCH = 64
ALONE = 12
"""Sentences that are decoded one at a time."""

STRATEGIES: dict[str, Config] = {"greedy": GreedyConfig(), "beam 5": BeamConfig(num_beams=5)}


@dataclass(frozen=True)
class Subject:
    """plain: decodes in float32. fast: in the precision asked for. runs: of each contestant."""

    plain: Translator
    fast: Translator
    texts: list[str]
    runs: int

    @property
    def translators(self) -> list[Translator]:
        """Both, or the one where both decode alike."""
        return [self.plain] if self.fast.precision == self.plain.precision else [self.plain, self.fast]

    @property
    def few(self) -> list[str]:
        """To be decoded one at a time; taken evenly, so that short and long ones are among them."""
        return self.texts[:: max(1, len(self.texts) // ALONE)][:ALONE]


def texts_of(translator: Translator, file: Path | None, count: int = 2 * BATCH) -> list[str]:
    """The first lines of a file; without one, the app's built-in set, repeated until it fills two batches."""
    if file:
        lines = (line for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
        return list(itertools.islice(lines, count))
    built_in = everyday(translator.metadata["source_language"], translator.metadata["target_language"]).sources
    return list(itertools.islice(itertools.cycle(built_in), count))


def of_length(translator: Translator, texts: Sequence[str], pieces: int) -> str:
    """A text of so many pieces, or the fewest more, of the words of others."""
    words = (word for text in itertools.cycle(texts) for word in text.replace(".", "").split())
    text = next(words)
    while len(translator.tokenizer.encode(text)) < pieces:
        text = f"{text} {next(words)}"
    return text


def forced(strategy: str, tokens: int, width: int = 5) -> Config:
    """A strategy's config that says exactly so many tokens, EOS counted."""
    lengths = {"min_new_tokens": tokens, "max_new_tokens": tokens}
    return GreedyConfig(**lengths) if strategy == "greedy" else BeamConfig(num_beams=width, **lengths)


def said(
    translator: Translator, texts: Sequence[str], config: Config, *, batch: int = BATCH, trace: bool = False
) -> list[str]:
    """The best translation of each."""
    results = translator.translate(texts, config, batch_size=batch, trace=trace)
    return [result.hypotheses[0].text for result in results]


def run_of(
    translator: Translator, texts: Sequence[str], config: Config, *, batch: int = BATCH, trace: bool = False
) -> partial[list[str]]:
    """The same, to be called."""
    return partial(said, translator, texts, config, batch=batch, trace=trace)
