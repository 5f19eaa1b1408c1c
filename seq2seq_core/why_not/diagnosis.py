"""Why did the model not say this? Everything that speaks for or against a translation that somebody expected."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, ScoreConfig, Tick, returned, strategy_of
from seq2seq_core.decoding.record.json_values import to_plain
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from seq2seq_core.why_not import words
from seq2seq_core.why_not.expected import Expected, expected_of, forced, normalisation_of
from seq2seq_core.why_not.judgement import Judgement, judged
from seq2seq_core.why_not.left_out import Occlusion, left_out
from seq2seq_core.why_not.signs import Sign, signs_of, usual_of
from seq2seq_core.why_not.what_if import WordsApart, beam_of, words_apart
from seq2seq_core.why_not.widths import MAX_WIDTH, AtWidth, at_width, check_widths, stays_from

WIDTHS = tuple(range(1, MAX_WIDTH + 1))

SEGMENTATIONS = 8
"""Other ways to cut the given translation into pieces that are tried."""


@dataclass(frozen=True, eq=False)
class WhyNot:
    """What is known of a translation that was expected, beside what a search found.

    source: the sentence. found: what the search gave, best first.
    scored_by: how scores are normalised, by name: as the search does, and not at all where it ranks by something else.
    expected: the given translation, forced upon the model.
    empty: the same for the empty translation, which is often the most probable of all (Stahlberg & Byrne 2019).
    said: what was found, forced upon the model as well: its tokens, for a curve beside the other.
    judgement: search error or model error, and how far apart they are.
    left_out: what each source word is worth to the expected translation; None where there is one word only.
    signs: what can be measured of what was found without knowing a better one, beside what is usual.
    widths: what became of it in beams of other widths, in the order in which they were looked at.
    """

    source: str
    found: DecodeResult
    scored_by: ScoreConfig
    expected: Expected
    said: Expected
    empty: Expected
    judgement: Judgement
    left_out: Occlusion | None
    signs: tuple[Sign, ...] = ()
    widths: tuple[AtWidth, ...] = ()

    @property
    def stays_from(self) -> int | None:
        """The width from which on every beam that was looked at keeps it to its end."""
        return stays_from(self.widths)

    @property
    def apart(self) -> WordsApart:
        """The words of the expected translation that were not said, and those that were said instead."""
        return words_apart(self.expected.hypothesis.text, self.found.hypotheses[0].text)

    @property
    def verdict(self) -> str:
        """Search error or model error, in one sentence."""
        return words.verdict(self)

    @property
    def evidence(self) -> tuple[str, ...]:
        """What speaks for it, and what would turn it, a sentence each."""
        return words.evidence(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        said = {"verdict": self.verdict, "evidence": list(self.evidence), "stays_from": self.stays_from}
        said |= {"words_apart": to_plain(self.apart), "signs_said": [sign.said for sign in self.signs]}
        return {**said, **to_plain(self)}


def why_not(
    translator: Translator,
    source: str,
    target: str,
    config: Config | None = None,
    *,
    widths: Sequence[int] = WIDTHS,
    segmentations: int = SEGMENTATIONS,
) -> WhyNot:
    """Why ``target`` is not what the model says for ``source``.

    Args:
        translator: the model.
        source: a sentence.
        target: the translation that was expected.
        config: the search that did not find it; beam search of width 5 where None.
        widths: of the beams to look into, 1 to 50 each; none are looked into where it is empty.
        segmentations: how many other ways to cut ``target`` into pieces are tried.

    Raises:
        CoreError: there is no source or no target, a width is out of range, or a setting does not suit the model.
    """
    config = config or BeamConfig()
    check_widths(widths)
    known = returned(explain(translator, source, target, config, segmentations=segmentations))
    return returned(look_into(translator, known, beam_of(config), widths))


def explain(
    translator: Translator, source: str, target: str, config: Config, *, segmentations: int = SEGMENTATIONS
) -> Generator[Tick, None, WhyNot]:
    """The same without the beams: yields after each step of the search, so that it can be stopped between two.

    Raises:
        CoreError: see ``why_not``.
    """
    if not source.strip() or not target.strip():
        raise CoreError("a sentence and the translation that was expected are needed; one of them is empty")
    found = yield from translator.stream(source, config, trace=False)
    scored_by = _scored_by(config)
    expected = expected_of(translator, source, target, scored_by, segmentations)
    best, wanted = found.hypotheses[0], expected.hypothesis
    same = best.text.split() == wanted.text.split()
    return WhyNot(
        source=source,
        found=found,
        scored_by=scored_by,
        expected=expected,
        said=forced(translator, source, best.token_ids, scored_by),
        empty=forced(translator, source, tuple(translator.target_ids(source, "")), scored_by),
        judgement=judged(expected, best, scored_by, same=same),
        left_out=left_out(translator, source, wanted.token_ids),
        signs=signs_of(found, usual_of(translator.metadata)),
    )


def look_into(
    translator: Translator, known: WhyNot, beam: BeamConfig, widths: Sequence[int]
) -> Generator[Tick, None, WhyNot]:
    """What is known, and what becomes of the translation in beams of these widths: yields after each step of each.

    Raises:
        CoreError: a width is out of range.
    """
    check_widths(widths)
    wanted, text = known.expected.hypothesis.token_ids, translator.tokenizer.decode
    totals = [token.total_log_prob for token in known.expected.tokens]
    for width in widths:
        config = replace(beam, num_beams=width, num_return_sequences=width)
        result = yield from translator.stream(known.source, config, trace=True)
        known = replace(known, widths=(*known.widths, at_width(result, wanted, totals, width, text)))
    return known


def _scored_by(config: Config) -> ScoreConfig:
    """How the search's scores are normalised; not at all where it ranks by something else than a score."""
    return normalisation_of(config) if strategy_of(config).ranks_by == "score" else ScoreConfig()
