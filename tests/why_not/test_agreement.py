"""Which translation a model's own candidates agree on, counted by hand and by sacreBLEU itself."""

from __future__ import annotations

import numpy as np
import pytest
from sacrebleu.metrics.chrf import CHRF

from seq2seq_core.decoding import DecodeResult, returned
from seq2seq_core.decoding.strategies.utility import utilities
from seq2seq_core.why_not import Agreement, agreement_of
from seq2seq_core.why_not.what_if import words_apart

DRAWN = ("a cat", "a dog", "a cat", "the cow runs")


def result(drawn: tuple[str, ...]) -> DecodeResult:
    return DecodeResult(
        source="x", source_tokens=("x",), strategy="mbr", config={}, hypotheses=(), steps=(), forward_calls=0,
        seconds=0.0, device="cpu", details={"utility": "chrf"}, utilities=returned(utilities(drawn, "chrf")),
        candidates=drawn,
    )  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Agreement:
    return returned(agreement_of(result(DRAWN), "a cow", "a dog"))


def test_each_text_has_its_mean_over_all_that_was_drawn(known: Agreement) -> None:
    metric = CHRF()
    means = {
        text: float(np.mean([metric.sentence_score(text, [other]).score for other in DRAWN])) for text in known.texts
    }
    assert known.utilities == pytest.approx([means[text] for text in known.texts], abs=1e-3)
    assert known.utilities == sorted(known.utilities, reverse=True)
    assert known.ahead == pytest.approx(known.utilities[0] - known.utilities[1])


def test_the_expected_and_the_found_have_their_places(known: Agreement) -> None:
    assert known.texts[known.expected] == "a cow" and known.texts[known.found] == "a dog"
    assert known.texts[0] == "a cat" and known.counts[0] == 2
    assert known.counts[known.expected] == 0 and known.expected not in known.references
    assert sorted(known.counts) == [0, 1, 1, 2]
    assert known.matrix.shape == (4, 3)
    assert [known.matrix[place, column] for column, place in enumerate(known.references)] == pytest.approx([100] * 3)


def test_nothing_is_added_where_both_were_drawn() -> None:
    known = returned(agreement_of(result(("a", "a", "a")), "a", "a"))
    assert (known.texts, known.counts, known.expected, known.found, known.ahead) == (("a",), (3,), 0, 0, 0.0)


def test_words_apart_are_whole_words_each_once() -> None:
    apart = words_apart("Die Flut, die Flut kommt!", "Die Ebbe kommt.")
    assert (apart.missing, apart.extra) == (("Flut", "die"), ("Ebbe",))
    assert words_apart("L'eau-de-vie", "l'eau").missing == ("L'eau-de-vie",)
