"""What a search leaves undone because nothing hangs on it: the same comes out, and it is done where something does."""

from __future__ import annotations

import copy
import gc
import itertools
import json
import weakref
from dataclasses import replace
from typing import Any

import pytest
import torch

from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    GreedyConfig,
    Request,
    SampleConfig,
    rows_of,
    run,
    strategy_of,
)
from seq2seq_core.decoding.record import recorder
from seq2seq_core.decoding.search import live, model_step
from seq2seq_core.decoding.search.continuations import DEAD, best
from seq2seq_core.decoding.search.finished import Ended, Finished
from tests.decoding.tables import TableModel, TableState, from_probabilities, random_model

CONFIGS: list[Config] = [GreedyConfig(max_new_tokens=6), BeamConfig(num_beams=3, max_new_tokens=6), SampleConfig()]
each = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)
WORDS = ["a", "b", "c", "d"]
LATE = from_probabilities(
    {" ".join(WORDS[:n]): {WORDS[n]: 0.9, WORDS[n - 1]: 0.1} for n in range(4)} | {"a b c d": {".": 1.0}}, WORDS
)
"""The likeliest way ends after four words, and no other does before."""


@pytest.mark.parametrize("vocabulary", [5, 60, 97, 360, 6000])
@pytest.mark.parametrize("rows", [1, 4])
def test_the_best_are_those_of_all_continuations(vocabulary: int, rows: int) -> None:
    """Also where the vocabulary cannot be divided, and where forbidden tokens leave few."""
    generator = torch.Generator().manual_seed(vocabulary + rows)
    for count, removed in itertools.product((1, 2, 10, 40), (0.0, 0.9)):
        scores = torch.randn(3, 2, rows, vocabulary, generator=generator)
        scores[torch.rand(scores.shape, generator=generator) < removed] = DEAD
        before = torch.randn(3, 2, rows, generator=generator)
        found = best(before, scores, count)
        every = (before.unsqueeze(-1) + scores).flatten(-2)
        expected = every.sort(-1, descending=True).values[..., :count]
        short = count - expected.shape[-1]
        assert torch.equal(found.search_score, torch.nn.functional.pad(expected, (0, max(short, 0)), value=DEAD))
        alive = found.search_score > DEAD
        places = found.parent * vocabulary + found.token
        assert torch.equal(every.gather(-1, places)[alive], found.search_score[alive])
        for places_of_group, of_group in zip(places.flatten(0, 1), alive.flatten(0, 1), strict=True):
            assert len(set(places_of_group[of_group].tolist())) == int(of_group.sum())
        assert int(found.parent.max()) < rows and int(found.token.max()) < vocabulary


@each
def test_the_finished_are_touched_only_where_one_ended(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    offered, offer = [], Finished.offer

    def counted(self: Finished, ended: Ended) -> torch.Tensor:
        offered.append(int((ended.score > DEAD).sum()))
        return offer(self, ended)

    monkeypatch.setattr(Finished, "offer", counted)
    result = LATE.run(config)[0]
    assert result.forward_calls > len(offered) > 0
    assert all(offered)


@each
def test_nothing_is_looked_at_on_an_accelerator_and_the_same_comes_out(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The branch of devices where a look would have to wait, taken on the CPU."""
    models = [random_model(seed, words=4, sources=3) for seed in range(4)]
    before = [plain(model.run(config, sources=range(3), trace=True)) for model in models]
    looked = model_step.surely_none
    monkeypatch.setattr("seq2seq_core.decoding.search.beams.surely_none", lambda flags: False)
    monkeypatch.setattr("seq2seq_core.decoding.search.independent.surely_none", lambda flags: False)
    assert [plain(model.run(config, sources=range(3), trace=True)) for model in models] == before
    assert looked(torch.tensor([False])) and not looked(torch.tensor([True]))


@each
def test_sentences_that_leave_the_batch_took_part_in_as_many_calls_as_alone(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = random_model(3, words=3, sources=12)
    for share in (1, 100):
        monkeypatch.setattr(live, "COMPACT_SHARE", share)
        together = [item.forward_calls for item in model.run(config, sources=range(12))]
        assert together == [model.run(config, sources=[source])[0].forward_calls for source in range(12)]
    assert len(set(together)) > 1


@each
def test_records_are_made_when_they_are_read_and_are_the_same(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(2, words=4, sources=3)
    ticked = [dict(tick.steps) for tick in model.ticks(config, sources=range(3))]
    made, make = [], recorder.Recorder._records

    def counted(self: recorder.Recorder, recorded: Any) -> Any:
        made.append(recorded)
        return make(self, recorded)

    monkeypatch.setattr(recorder.Recorder, "_records", counted)
    results = model.run(config, sources=range(3), trace=True)
    held = [rows_of(result.steps) for result in results]
    assert not made
    steps = len(results[0].steps)
    assert steps and len(made) == len(ticked)
    for place, result in enumerate(results):
        rows = sum(len(step.rows) for step in result.steps)
        assert rows <= held[place] <= len(result.steps) * strategy_of(config).rows_of(config)
        assert rows_of(tuple(result.steps)) == rows
        eager = replace(result, steps=tuple(step[place] for step in ticked if place in step))
        assert eager.to_json() == result.to_json()
        assert DecodeResult.from_json(result.to_json()).to_json() == result.to_json()
        assert type(copy.deepcopy(result).steps) is tuple
    assert len(made) == len(ticked)  # once for all of them


def test_an_unread_result_holds_no_state_of_the_model() -> None:
    model: TableModel = random_model(2, words=4)
    state = TableState(((),), torch.tensor([0]))
    gone = weakref.ref(state)
    request = Request(**{**model.arguments([0]), "state": state}, config=BeamConfig(max_new_tokens=4), trace=True)
    result = run(request)[0]
    del request, state
    gc.collect()
    assert gone() is None and result.steps


def plain(results: list[DecodeResult]) -> list[str]:
    return [json.dumps({**result.to_dict(), "seconds": 0}) for result in results]
