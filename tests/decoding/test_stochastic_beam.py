"""Stochastic beam search: samples without replacement, in the right order with the right frequencies."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import pytest
import torch

from seq2seq_core.decoding import StochasticBeamConfig
from seq2seq_core.decoding.strategies.stochastic_beam import conditioned
from tests.decoding.enumeration import enumerate_all
from tests.decoding.tables import random_model

RUNS = 1500


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_ordered_pairs_come_as_often_as_draws_without_replacement(temperature: float) -> None:
    """P(i first, j second) = p_i * p_j / (1 - p_i): chi-square over all ordered pairs."""
    model = random_model(3, words=2, sharpness=1.0, sources=RUNS)
    one_source = random_model(3, words=2, sharpness=1.0)
    # The same table for each of many "sentences": each has random numbers of its own.
    model = type(model)(lambda source, history: one_source.logits(0, history), model.names, model.lengths)
    weights = {}
    for item in enumerate_all(one_source, 0, 2):
        total = 1.0
        for t, token in enumerate(item.token_ids):
            row = torch.tensor(one_source.logits(0, item.token_ids[:t])).double() / temperature
            total *= float(row.softmax(-1)[token])
        weights[item.token_ids] = total
    config = StochasticBeamConfig(num_beams=2, max_new_tokens=2, temperature=temperature, seed=8)
    counts = Counter(tuple(h.token_ids for h in r.hypotheses) for r in model.run(config, sources=range(RUNS)))
    pairs = {(i, j): RUNS * weights[i] * weights[j] / (1 - weights[i]) for i, j in itertools.permutations(weights, 2)}
    assert set(counts) <= set(pairs)
    often = {pair: expected for pair, expected in pairs.items() if expected >= 5}
    statistic = sum((counts[pair] - expected) ** 2 / expected for pair, expected in often.items())
    assert len(often) > 20
    assert statistic < len(often) + 4 * math.sqrt(2 * len(often))


def test_never_repeats_and_finds_all_when_there_is_room() -> None:
    for seed in range(5):
        model = random_model(seed, words=2, sharpness=1.0)
        everything = enumerate_all(model, 0, 4)
        for width in (1, 3, len(everything), len(everything) + 7):
            found = model.run(StochasticBeamConfig(num_beams=width, max_new_tokens=4, seed=seed))[0].hypotheses
            assert len({h.token_ids for h in found}) == len(found) == min(width, len(everything))
            assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)


def test_filters_shape_what_is_drawn() -> None:
    model = random_model(1, words=5, sharpness=1.0)
    found = model.run(StochasticBeamConfig(num_beams=50, max_new_tokens=3, top_k=2))[0].hypotheses
    assert len(found) <= 2**3
    for h in found:
        for t, token in enumerate(h.token_ids):
            row = model.logits(0, h.token_ids[:t])
            assert sorted(row, reverse=True).index(row[token]) < 2


def test_children_keep_their_parents_greatest() -> None:
    noise = torch.randn(20, 9, dtype=torch.double, generator=torch.Generator().manual_seed(1))
    noise[:, 3] = float("-inf")
    greatest = torch.linspace(-4, 9, 20, dtype=torch.double).unsqueeze(1)
    result = conditioned(noise, greatest)
    assert torch.allclose(result.amax(1, keepdim=True), greatest)
    assert torch.equal(result.argsort(1), noise.argsort(1))
    plain = -torch.log((-greatest).exp() - (-noise.amax(1, keepdim=True)).exp() + (-noise).exp())
    assert torch.allclose(result, plain)
