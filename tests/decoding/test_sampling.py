"""Sampling: the right frequencies, the same samples whatever the batch, never a filtered token."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from seq2seq_core.decoding import Config, MbrConfig, SampleConfig
from seq2seq_core.decoding.search import chance
from seq2seq_core.decoding.search.chance import FIRST_DRAW, UniformSource, mix, uniforms
from seq2seq_core.decoding.strategies.sample import inverse_cdf
from seq2seq_core.pipeline import Translator
from tests.decoding.enumeration import enumerate_all, forced
from tests.decoding.tables import TableModel, random_model
from tests.decoding.test_filters import OURS

FILTERS: list[dict[str, Any]] = [
    {},
    {"temperature": 0.6},
    {"temperature": 1.7},
    {"top_k": 2},
    {"top_p": 0.8},
    {"min_p": 0.2},
    {"typical_p": 0.7},
    {"epsilon_cutoff": 0.1},
    {"temperature": 1.5, "top_k": 3, "top_p": 0.9},
]


def filtered(model: TableModel, history: tuple[int, ...], settings: dict[str, Any]) -> list[float]:
    """The distribution that should be drawn from, filters in the documented order."""
    logits = torch.tensor([model.logits(0, history)])
    for name in ("temperature", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff"):
        if name in settings:
            logits = OURS[name](logits, settings[name])
    return logits.double().softmax(-1)[0].tolist()


@pytest.mark.parametrize("settings", FILTERS, ids=str)
def test_frequencies_match_the_filtered_distribution(settings: dict[str, Any]) -> None:
    """Chi-square over whole sequences of at most two tokens."""
    model, draws = random_model(3, words=4, sharpness=1.0), 1000
    expected: dict[tuple[int, ...], float] = {}
    for item in enumerate_all(model, 0, 2):
        p = math.prod(filtered(model, item.token_ids[:t], settings)[token] for t, token in enumerate(item.token_ids))
        if p:
            expected[item.token_ids] = p
    config = SampleConfig(num_return_sequences=draws, max_new_tokens=2, seed=11, **settings)
    counts: Counter[tuple[int, ...]] = Counter()
    for seed in (11, 12, 13):
        counts.update(h.token_ids for h in model.run(replace(config, seed=seed))[0].hypotheses)
    assert set(counts) <= set(expected)
    total = 3 * draws
    statistic = sum((counts[ids] - total * p) ** 2 / (total * p) for ids, p in expected.items())
    degrees = max(len(expected) - 1, 1)
    # mean + 4 standard deviations of the chi-square distribution: p < 0.001 for these degrees of freedom
    assert statistic < degrees + 4 * math.sqrt(2 * degrees)


def test_same_samples_at_any_batch_size_and_number() -> None:
    model = random_model(2, words=5, sources=6)
    config = SampleConfig(num_return_sequences=4, max_new_tokens=8, seed=5)
    together = model.run(config, sources=range(6))
    for source in range(6):
        alone = model.run(config, sources=[source])[0]
        assert [h.token_ids for h in alone.hypotheses] == [h.token_ids for h in together[source].hypotheses]
        more = model.run(replace(config, num_return_sequences=9), sources=[source])[0]
        assert Counter(h.token_ids for h in alone.hypotheses) <= Counter(h.token_ids for h in more.hypotheses)
    other = model.run(replace(config, seed=6), sources=range(6))
    assert any(
        [h.token_ids for h in one.hypotheses] != [h.token_ids for h in two.hypotheses]
        for one, two in zip(together, other, strict=True)
    )


def test_numbers_are_drawn_as_far_as_the_search_comes_and_are_those_of_one_draw() -> None:
    indices, places = [4, 0, 9], torch.tensor([2, 0])
    whole = torch.stack([uniforms(7, index, 3, 512) for index in indices])
    source = UniformSource(7, indices, 3, torch.device("cpu"))
    for step in range(512):
        assert source.at(step, places).equal(whole[places, :, step].flatten()), step


def test_a_search_that_ends_early_draws_little_whatever_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = list[int]()

    def counting(seed: int, sentence: int, samples: int, steps: int) -> torch.Tensor:
        drawn.append(steps)
        return uniforms(seed, sentence, samples, steps)

    monkeypatch.setattr(chance, "uniforms", counting)
    result = random_model(2, words=5).run(SampleConfig(num_return_sequences=3, max_new_tokens=512, seed=5))[0]
    assert drawn == [FIRST_DRAW] and max(len(h.token_ids) for h in result.hypotheses) <= FIRST_DRAW


@pytest.mark.parametrize("config", [SampleConfig(num_return_sequences=6), MbrConfig(num_candidates=6)])
def test_a_shipped_models_samples_do_not_hang_on_when_they_are_drawn(
    repo_root: Path, monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    translator = Translator.load(repo_root / "checkpoints" / "dates", device="cpu")
    config = replace(config, seed=8, temperature=2.0)
    found = []
    for first in (1, 512):  # bit by bit, and all before the search
        monkeypatch.setattr(chance, "FIRST_DRAW", first)
        results = translator.translate(["the 8th of May 1974", "9/8/07"], config)
        found.append([[h.token_ids for h in result.hypotheses] for result in results])
    assert found[0] == found[1]


def test_another_generator_in_use_disturbs_nothing() -> None:
    model, config = random_model(4, words=5), SampleConfig(num_return_sequences=5, seed=1, max_new_tokens=8)
    first = model.run(config)[0]
    torch.manual_seed(99)
    torch.rand(1000)
    assert [h.token_ids for h in model.run(config)[0].hypotheses] == [h.token_ids for h in first.hypotheses]
    state = torch.get_rng_state()
    model.run(config)
    assert torch.equal(state, torch.get_rng_state())


def test_log_probs_are_the_models_own_before_filters() -> None:
    model = random_model(9, words=5)
    config = SampleConfig(num_return_sequences=8, temperature=0.4, top_k=3, max_new_tokens=8)
    for h in model.run(config)[0].hypotheses:
        assert h.token_log_probs == pytest.approx(forced(model, 0, h.token_ids), abs=1e-5)
        assert h.score == h.log_prob == pytest.approx(sum(h.token_log_probs))


def test_a_removed_token_is_never_drawn_not_even_at_the_edges() -> None:
    scores = torch.full((3, 6), float("-inf"))
    scores[:, [1, 4]] = torch.tensor([0.0, -30.0])
    edges = torch.tensor([0.0, 0.5, 1 - 2**-24])
    assert set(inverse_cdf(scores, edges).tolist()) <= {1, 4}


def test_seeds_do_not_collide() -> None:
    some = range(20)
    seeds = {mix(mix(seed, sentence), draw) >> 32 for seed in some for sentence in some for draw in some}
    assert len(seeds) == 20**3
    assert torch.equal(uniforms(3, 1, 2, 5), uniforms(3, 1, 4, 5)[:2])
    assert not torch.equal(uniforms(0, 1, 1, 5), uniforms(1, 0, 1, 5))
