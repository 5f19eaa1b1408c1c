"""What if it had said that word? The search again, where a word must or must not be said."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, Tick, options
from seq2seq_core.pipeline import Translator

if TYPE_CHECKING:
    from seq2seq_core.why_not.diagnosis import WhyNot

WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class WordsApart:
    """How two translations differ in their words, each word once and in its order.

    missing: words of the expected one that were not said. extra: words that were said and that it does not have.
    """

    missing: tuple[str, ...]
    extra: tuple[str, ...]


def words_apart(expected: str, found: str) -> WordsApart:
    """The words of one that the other does not have; signs are none."""
    ours, theirs = (tuple(dict.fromkeys(WORD.findall(text))) for text in (expected, found))
    return WordsApart(tuple(w for w in ours if w not in theirs), tuple(w for w in theirs if w not in ours))


def asking_for(config: Config, must: str = "", must_not: str = "") -> Config:
    """The settings of a search that says ``must`` and not ``must_not``, each phrases parted by semicolons.

    As they are where they know such words; else those of a beam search, as far as it has them.

    Raises:
        CoreError: there are too many words, or too many beams for them.
    """
    names = {option.name for option in options(config)}
    searching = config if "bad_words" in names and (not must or "force_words" in names) else beam_of(config)
    settings = {option.name: getattr(searching, option.name) for option in options(searching)}
    asked = {"force_words": must, "bad_words": must_not}
    return type(searching)(**settings | {name: words for name, words in asked.items() if name in settings})


def what_if(
    translator: Translator, known: WhyNot, config: Config, *, must: str = "", must_not: str = ""
) -> Generator[Tick, None, DecodeResult]:
    """What the search finds for the same sentence where these words must or must not be said; see ``asking_for``."""
    return (yield from translator.stream(known.source, asking_for(config, must, must_not), trace=False))


def beam_of(config: Config) -> BeamConfig:
    """The settings of a beam search: those of another search, as far as a plain beam search has them."""
    return BeamConfig(**{f.name: getattr(config, f.name) for f in options(BeamConfig) if hasattr(config, f.name)})
