"""The same text in other pieces: once in a list of candidates, as often as it was drawn among samples."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DiverseBeamConfig,
    MbrConfig,
    SampleConfig,
    StochasticBeamConfig,
)
from tests.decoding.enumeration import enumerate_all
from tests.decoding.tables import SPECIALS, TableModel, from_probabilities, random_model

LIMIT = 3


def with_twins(seed: int) -> TableModel:
    """Words are letters and pairs of them with nothing between, so that most texts have several spellings."""
    model = random_model(seed, words=4, sharpness=0.3)
    return replace(model, names=(*model.names[:4], "a", "b", "ab", "aa"), between="")


def spelt(model: TableModel, ids: tuple[int, ...]) -> tuple[str, bool]:
    return "".join(model.names[token] for token in ids if token > SPECIALS.eos), ids[-1] == SPECIALS.eos


@pytest.mark.parametrize(
    "config",
    [
        BeamConfig(num_beams=40, num_return_sequences=40),
        DiverseBeamConfig(num_beams=30, num_beam_groups=2, num_return_sequences=30),
        StochasticBeamConfig(num_beams=40),
        MbrConfig(num_candidates=40, num_return_sequences=40, epsilon_cutoff=0.0),
        MbrConfig(candidates="beam", num_candidates=40, num_return_sequences=40),
    ],
    ids=["beam", "diverse-beam", "stochastic-beam", "mbr", "mbr of a beam"],
)
def test_a_list_of_candidates_holds_each_text_once(config: Config) -> None:
    twins = 0
    for seed in range(3):
        model = with_twins(seed)
        known: dict[tuple[str, bool], list[float]] = {}
        for item in enumerate_all(model, 0, LIMIT):
            known.setdefault(spelt(model, item.token_ids), []).append(item.log_prob)
        found = model.run(replace(config, max_new_tokens=LIMIT))[0].hypotheses
        assert len({(h.text, h.finished) for h in found}) == len(found)
        for h in found:
            spellings = [h.log_prob, *h.spellings]
            assert len(spellings) <= len(known[h.text, h.finished])
            assert all(min(abs(one - other) for other in known[h.text, h.finished]) < 1e-4 for one in spellings)
            assert list(h.spellings) == sorted(h.spellings, reverse=True)
            assert h.log_prob_of_text == pytest.approx(math.log(sum(map(math.exp, spellings))))
            twins += len(h.spellings)
    assert twins


def test_a_wide_beam_finds_all_spellings_and_their_summed_probability() -> None:
    model = with_twins(5)
    summed: dict[tuple[str, bool], float] = {}
    for item in enumerate_all(model, 0, LIMIT):
        said = spelt(model, item.token_ids)
        summed[said] = summed.get(said, 0.0) + math.exp(item.log_prob)
    config = BeamConfig(num_beams=100, num_return_sequences=100, max_new_tokens=LIMIT, early_stopping="never")
    found = model.run(config)[0].hypotheses
    assert {(h.text, h.finished): math.exp(h.log_prob_of_text) for h in found} == pytest.approx(summed, rel=1e-4)


def test_as_many_texts_as_asked_for_although_one_is_found_twice() -> None:
    """With a beam of 3 the three likeliest that finish are "ab", "ab" in two words, and ""; behind them is "a"."""
    table = {"": {"a": 0.5, "ab": 0.3, ".": 0.15, "b": 0.05}, "a": {"b": 0.8, ".": 0.2}}
    model = replace(from_probabilities(table, ["a", "b", "ab"]), between="")
    config = BeamConfig(num_beams=3, num_return_sequences=3, length_penalty_type="none", early_stopping="never")
    first, *others = model.run(config)[0].hypotheses
    assert [first.text, *(h.text for h in others)] == ["ab", "", "a"]
    assert first.log_prob == pytest.approx(math.log(0.4), abs=1e-5)
    assert first.spellings == pytest.approx([math.log(0.3)], abs=1e-5)
    assert not any(h.spellings for h in others)


def test_samples_are_left_as_they_were_drawn() -> None:
    found = with_twins(0).run(SampleConfig(num_return_sequences=60, max_new_tokens=LIMIT))[0].hypotheses
    assert len(found) == 60
    assert len({h.text for h in found}) < len({h.token_ids for h in found}) < 60
    assert not any(h.spellings for h in found)
