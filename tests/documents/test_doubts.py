"""What is doubtful in a translation, on results made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seq2seq_core.decoding import DecodeResult, Hypothesis, ScoreParts
from seq2seq_core.documents.doubts import CHECKS, Doubt, confidence_of, doubts_of, log_prob_of
from seq2seq_core.pipeline import Translation

SOURCE = "The old fisherman sold two boats in the harbour."
SOUND = "Der alte Fischer verkaufte zwei Boote im Hafen."


def sentence(
    source: str = SOURCE,
    text: str = SOUND,
    *,
    attention: list[float] | None = None,
    log_prob: float = -0.2,
    finished: bool = True,
) -> DecodeResult:
    """A translation whose pieces are words, of ``log_prob`` each; ``attention`` is what the first step gives."""
    pieces, words = (*source.split(), "</s>"), (*text.split(), "</s>")
    weights = None
    if attention is not None:
        weights = np.zeros((len(words), len(pieces)), np.float32)
        weights[0] = attention
    hypothesis = Hypothesis(
        token_ids=tuple(range(len(words))),
        tokens=words,
        token_log_probs=(log_prob,) * len(words),
        log_prob=log_prob * len(words),
        score=log_prob,
        text=text,
        finished=finished,
        attention=weights,
        parts=ScoreParts(log_prob=log_prob, length=len(words)),
    )
    return DecodeResult(source, pieces, "greedy", {}, (hypothesis,), (), 1, 0.0, "cpu")


def unit(*sentences: DecodeResult) -> Translation:
    return Translation(" ".join(s.source for s in sentences), sentences, ("",) * (len(sentences) + 1))


def kinds(*sentences: DecodeResult) -> list[str]:
    return [doubt.kind for doubt in doubts_of(unit(*sentences))]


def test_a_sound_translation_has_no_doubts() -> None:
    assert doubts_of(unit(sentence(attention=[0.1] * 10))) == ()
    assert doubts_of(Translation(" ", (), (" ",))) == ()


def test_of_another_task_only_what_tells_of_the_model_is_doubtful() -> None:
    number = unit(sentence("one thousand five hundred forty-nine", "1549", attention=[0.0] * 5 + [1.0]))
    assert [doubt.kind for doubt in doubts_of(number)] == ["too short", "coverage"]
    assert doubts_of(number, other_task=True) == ()
    unsure = unit(sentence("one thousand five hundred forty-nine", "15", log_prob=-2.0, finished=False))
    assert [doubt.kind for doubt in doubts_of(unsure, other_task=True)] == ["unsure", "cut off"]


TWICE = "Der alte Fischer und der alte Freund verkauften zwei Boote im Hafen."
LONG = SOUND + " Und wieder einmal ein ganz anderer Fischer, der Netze hat."


@pytest.mark.parametrize(
    ("kind", "doubtful", "just_sound"),
    [
        ("repetition", sentence(text="der Hund und der Hund und der Hund und Boote"), sentence(text=TWICE)),
        ("untranslated", sentence(text=SOURCE.lower()), sentence("Tom Smith", "Tom Smith")),
        ("too short", sentence(text="Der Fischer verkaufte."), sentence("Not now.", "Nein")),
        ("too long", sentence(text=LONG), sentence("No.", "Auf gar keinen Fall")),
        (
            "coverage",
            sentence(attention=[0.5, 0.1, 0.05, 0, 0, 0.09, 0, 0.1, 0.1, 0.06]),
            sentence(attention=[0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0]),
        ),
        ("unsure", sentence(log_prob=-1.01), sentence(log_prob=-1.0)),
        ("cut off", sentence(finished=False), sentence()),
    ],
)
def test_each_doubt_and_what_just_escapes_it(kind: str, doubtful: DecodeResult, just_sound: DecodeResult) -> None:
    assert kinds(doubtful) == [kind]
    assert kind not in kinds(just_sound)


def test_every_check_is_shown() -> None:
    assert {check.kind for check in CHECKS} == {
        "repetition", "untranslated", "too short", "too long", "coverage", "unsure", "cut off",
    }  # fmt: skip


def test_what_repeats_in_the_source_may_repeat() -> None:
    assert kinds(sentence("no more, no more, no more, no more!", "nie mehr, nie mehr, nie mehr, nie mehr!")) == []


def test_one_sentence_of_a_paragraph_is_enough() -> None:
    (doubt,) = doubts_of(unit(sentence(), sentence(text="Der"), sentence(text="Der alte")))
    assert doubt == Doubt("too short", "is short for its source", pytest.approx(3 / 40), 0.6)


def test_an_empty_translation_is_too_short_for_any_source() -> None:
    assert kinds(sentence("No.", "")) == ["too short"]


def test_a_model_without_attention_has_no_doubts_of_coverage() -> None:
    assert kinds(sentence(attention=None)) == []


def test_confidence_is_the_geometric_mean_of_all_pieces() -> None:
    translation = unit(sentence(text="eins zwei", log_prob=-1.0), sentence(text="drei", log_prob=-0.5))
    assert log_prob_of(translation) == pytest.approx(-4.0)
    assert confidence_of(translation) == pytest.approx(math.exp(-4.0 / 5))
    assert confidence_of(Translation("", (), ("",))) == 1.0
