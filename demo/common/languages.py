"""What a model reads and writes, as its metadata says; a model may also know no language, but dates, say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.common.examples import EXAMPLES
from seq2seq_core.text.characters import capital
from seq2seq_core.text.languages import TRANSLATION, has_other_task, language_code, right_to_left

NOUNS = {"summarization": "summary", "text to text": "output"}
"""What comes of a task whose name is not what comes of it."""

VERBS = {
    TRANSLATION: "Translate", "transliteration": "Transliterate", "transcription": "Transcribe",
    "inflection": "Inflect", "pronunciation": "Pronounce", "summary": "Summarise", "correction": "Correct",
    "normalisation": "Normalise", "normalization": "Normalise", "paraphrase": "Paraphrase", "answer": "Answer",
}  # fmt: skip
"""What the button says that asks for it. For anything else it is "Decode", which is what a model does in any case."""


@dataclass(frozen=True)
class Languages:
    """Names of the two sides of a model, and sentences to try it with.

    source_code, target_code: for ``lang`` attributes; None where they are not known.
    heads: the model's attention can be looked at by head.
    neighbours: it has an index of training sentences.
    noun: what the model's output is called: a translation, or what its card calls its task.
    """

    source: str = "Source"
    target: str = "Translation"
    examples: tuple[str, ...] = EXAMPLES
    source_code: str | None = None
    target_code: str | None = None
    heads: bool = False
    neighbours: bool = False
    noun: str = TRANSLATION

    @property
    def translates(self) -> bool:
        """Whether outputs are translations, of which there are many good ones."""
        return self.noun == TRANSLATION

    @property
    def verb(self) -> str:
        """What the button says that has the model write."""
        return VERBS.get(self.noun, "Decode")

    @property
    def doing(self) -> str:
        """The same while it goes on (``by_button`` in demo/common/status.py has the page say it by the same rule)."""
        return f"{self.verb.removesuffix('e')}ing"

    @property
    def done(self) -> str:
        """The same once it is over."""
        return f"{self.verb.removesuffix('e')}ed"

    @property
    def output(self) -> str:
        """The noun as a heading."""
        return capital(self.noun)

    @property
    def one_output(self) -> str:
        """One of what the model writes, at the beginning of a sentence."""
        return capital(with_article(self.noun))

    @property
    def outputs(self) -> str:
        """Several of what the model writes."""
        return f"{self.noun[:-1]}ies" if self.noun.endswith("y") else f"{self.noun}s"

    @property
    def sides(self) -> tuple[str, str]:
        """What each is and in which language, for the axes of a heatmap: down what was written, across what was read.

        A side that nobody named is only what it is.
        """
        return _side(self.output, self.target, Languages.target), _side(Languages.source, self.source, Languages.source)

    @property
    def missing(self) -> str:
        """What to say to someone who typed nothing."""
        if not self.translates:
            return "Type something for the model to read."
        if self.source_code is None or self.source in (Languages.source, "Text"):
            return "Type something to translate."
        return f"Type {with_article(self.source)} sentence to translate."

    @property
    def reads_english(self) -> bool:
        """Whether English sentences that the page suggests are for it; of a model without a card that is not known."""
        return self.examples == EXAMPLES or (self.translates and self.source_code == "en")

    @property
    def own_example(self) -> str | None:
        """What a box begins with for a model that the page's English sentences are not for; None for one that reads
        them.
        """
        return None if self.reads_english else self.examples[0]

    @property
    def reads_right_to_left(self) -> bool:
        """Whether what is typed runs from right to left."""
        return right_to_left(self.source_code)


UNKNOWN = Languages()
"""Of a model of which nothing is known."""

NEUTRAL = (Languages.source, Languages.target, "Text")
"""What the sides are called of which no language is known."""


def languages(metadata: Mapping[str, Any], heads: bool = False, neighbours: bool = False) -> Languages:
    """The languages of a model with this metadata; what it leaves out is named neutrally.

    A card may name codes beside its headings: those of a model that summarises are no languages.
    """
    examples = metadata.get("examples")
    usable = tuple(e for e in examples if isinstance(e, str) and e) if isinstance(examples, list | tuple) else ()
    source = str(metadata.get("source_language") or Languages.source)
    target = str(metadata.get("target_language") or Languages.target)
    codes = (_code(metadata.get("source_code"), source), _code(metadata.get("target_code"), target))
    return Languages(
        source, target, usable or EXAMPLES, *codes, heads=heads, neighbours=neighbours, noun=_noun(metadata)
    )


def instead(text: object, known: Languages, of_all: Iterable[Languages], first: str) -> str | None:
    """What a box should hold for a model that was chosen; None where a person wrote it, or it suits the model.

    Args:
        text: in the box.
        known: of the model.
        of_all: of all models, since the page may have put an example of any of them there.
        first: the English sentence that the box begins with.
    """
    every = tuple(of_all)
    suggested = {first}.union(*(each.examples for each in every))
    if known.reads_english:
        suited = {first}.union(*(each.examples for each in every if each.reads_english))
    else:
        suited = set(known.examples)
    if not isinstance(text, str) or text not in suggested - suited:
        return None
    return known.own_example or first


def with_article(noun: str) -> str:
    """The noun behind "a" or "an", by its first letter."""
    return f"{'an' if noun[:1].upper() in 'AEIOU' else 'a'} {noun}"


def _side(what: str, name: str, unnamed: str) -> str:
    return what if name in (what, unnamed) else f"{what}: {name}"


def _code(told: object, name: str) -> str | None:
    return told if isinstance(told, str) and told.isalpha() else language_code(name)


def _noun(metadata: Mapping[str, Any]) -> str:
    """By the card's task; where it names none, by whether both sides are languages, if it names those."""
    if task := metadata.get("task"):
        return NOUNS.get(str(task), str(task))
    return "output" if has_other_task(metadata) else TRANSLATION
