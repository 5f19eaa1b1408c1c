"""Minimum Bayes risk against its definition."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest
import sacrebleu

from seq2seq_core.decoding import MbrConfig, SampleConfig
from seq2seq_core.decoding.strategies import utility as utility_module
from seq2seq_core.decoding.strategies.mbr import SOURCES
from seq2seq_core.decoding.strategies.utility import utilities
from seq2seq_core.types import CoreError
from tests.decoding.tables import random_model

CONFIG = MbrConfig(num_candidates=12, num_return_sequences=3, max_new_tokens=6, seed=4, epsilon_cutoff=0.0)


def utility(name: str, text: str, reference: str) -> float:
    if name == "chrf":
        return sacrebleu.sentence_chrf(text, [reference]).score
    return sacrebleu.sentence_bleu(text, [reference]).score


@pytest.mark.parametrize("name", ["chrf", "bleu"])
@pytest.mark.parametrize("source", SOURCES)
def test_equals_its_definition(name: str, source: str) -> None:
    for seed in range(3):
        model = random_model(seed, words=6, sharpness=1.0)
        result = model.run(replace(CONFIG, utility=name, candidates=source, temperature=1.2))[0]
        texts = result.candidates
        matrix = np.array([[utility(name, text, reference) for reference in texts] for text in texts])
        assert result.utilities is not None
        assert result.utilities == pytest.approx(matrix, abs=1e-4)
        expected = sorted({text: fmean(matrix[place]) for place, text in enumerate(texts)}.values(), reverse=True)
        assert result.hypotheses[0].score == pytest.approx(expected[0], abs=1e-4)
        assert result.hypotheses[0].text == texts[int(matrix.mean(1).argmax())]
        assert len({h.token_ids for h in result.hypotheses}) == len(result.hypotheses) == min(3, len(expected))


def test_candidates_are_the_samples_that_the_same_seed_draws() -> None:
    model = random_model(2, words=6, sharpness=1.0)
    samples = model.run(SampleConfig(num_return_sequences=12, max_new_tokens=6, seed=4))[0]
    assert model.run(CONFIG)[0].candidates == tuple(h.text for h in samples.hypotheses)


def test_a_repeated_sample_counts_as_often_as_it_came() -> None:
    """The definition's mean is over samples, not over different ones: a majority must be able to win."""
    model = random_model(0, words=2, sharpness=3.0)
    result = model.run(replace(CONFIG, num_candidates=20))[0]
    assert len(result.candidates) == 20 > len(set(result.candidates))
    assert result.utilities is not None and result.utilities.shape == (20, 20)


def test_no_more_are_returned_than_found() -> None:
    with pytest.raises(CoreError, match="num_return_sequences is 5; it must be from 1 to num_candidates, which is 4"):
        MbrConfig(num_candidates=4, num_return_sequences=5)


def test_comparing_can_be_stopped_between_two_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand candidates are a million pairs: whoever waits must not have to wait for all of them."""
    compared: list[str] = []

    def slow(text: str, reference: str) -> float:
        compared.append(text)
        return 1.0

    monkeypatch.setattr(utility_module, "_metric", lambda name: slow)
    monkeypatch.setattr(utility_module, "SLICE", -1.0)
    comparing = utilities([str(number) for number in range(100)], "chrf")
    assert [next(comparing) for _ in range(3)] == [1, 1, 1] and len(compared) == 3
    comparing.close()
    assert len(compared) == 3


def test_the_search_yields_while_it_compares(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(1, words=6, sharpness=1.0)
    plain = model.run(CONFIG)[0]
    monkeypatch.setattr(utility_module, "SLICE", -1.0)
    different = len(set(plain.candidates))
    ticks = model.ticks(CONFIG, trace=False)
    assert len(ticks) == plain.forward_calls + different**2
    again = model.run(CONFIG)[0].hypotheses
    assert [(h.token_ids, h.score) for h in again] == [(h.token_ids, h.score) for h in plain.hypotheses]
