"""Models beside each other, what a wrong word costs, and how far a source word reaches: each against its definition."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from benchmarks.limits import FEWEST, JOINED, LENGTHS, groups
from seq2seq_core.decoding import BeamConfig, GreedyConfig, ScoreConfig, returned
from seq2seq_core.limits import RECOVERED, Slip, beside, cost, measure, slip, worth_by_place
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from seq2seq_core.why_not import Occlusion

SOURCE, REFERENCE = "We stayed at home because it was raining.", "Wir blieben zu Hause, weil es regnete."


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator.load("checkpoints/en-de-attention", "cpu")


def test_what_a_later_token_loses_is_the_difference_of_two_forced_decodings(translator: Translator) -> None:
    found = slip(translator, SOURCE)
    assert found is not None
    [own] = translator.translate(SOURCE, GreedyConfig(), trace=True)
    ids, at = list(own.hypotheses[0].token_ids), found.place
    row = own.steps[at].rows[0]
    wrong = row.top_ids[row.top_tokens.index(found.wrong)]
    assert found.tokens == own.hypotheses[0].tokens and wrong != ids[at]
    [misled] = translator.translate(SOURCE, ScoreConfig(), prefix=[*ids[:at], wrong, *ids[at + 1 :]])
    lost = np.array(own.hypotheses[0].token_log_probs) - np.array(misled.hypotheses[0].token_log_probs)
    np.testing.assert_allclose(found.lost, lost[at + 1 :], atol=1e-3)
    [free] = translator.translate(SOURCE, GreedyConfig(), prefix=[*ids[:at], wrong])
    assert found.goes_on == free.hypotheses[0].text


@pytest.mark.parametrize(
    ("lost", "after"),
    [
        ((0.0, 0.1, -0.3), 0),
        ((2.0, 0.1, 0.0), 1),
        ((0.1, RECOVERED, 0.0), 2),
        ((2.0, 0.1, 0.7), None),
        ((), 0),
    ],
)
def test_it_has_recovered_when_nothing_that_follows_suffers(lost: tuple[float, ...], after: int | None) -> None:
    assert Slip(("a",), 0, "b", lost, "").recovers_after == after


def test_where_no_word_can_be_replaced_nothing_is(translator: Translator) -> None:
    assert slip(translator, SOURCE, place=400) is None


def test_a_model_beside_others_says_what_it_says_alone(translator: Translator) -> None:
    known = returned(beside(translator, SOURCE, REFERENCE))
    [alone] = translator.translate(SOURCE)
    [scored] = translator.score((SOURCE, REFERENCE))
    assert known.found.hypotheses[0].text == alone.hypotheses[0].text
    assert known.said.hypothesis.log_prob == pytest.approx(alone.hypotheses[0].log_prob, abs=1e-3)
    assert known.expected is not None and known.left_out is not None
    assert known.expected.hypothesis.log_prob == pytest.approx(scored.hypotheses[0].log_prob, abs=1e-3)
    assert known.left_out.words == tuple(SOURCE.split())
    assert json.loads(json.dumps(known.to_dict(), allow_nan=False))["model"] == "en-de-attention"
    assert returned(beside(translator, SOURCE)).expected is None


def test_nothing_is_no_sentence(translator: Translator) -> None:
    with pytest.raises(CoreError, match="a sentence is needed"):
        returned(beside(translator, " "))


def test_a_word_counts_for_the_part_of_the_sentence_that_it_stands_in() -> None:
    lost = np.arange(8, dtype=np.float32)[None, :]
    one = Occlusion(tuple("abcdefgh"), ("x",), lost, None)
    short = Occlusion(("a", "b"), ("x",), lost[:, :2], None)
    assert worth_by_place([one, short], places=4).tolist() == [[0.5, 2.5, 4.5, 6.5]]
    assert worth_by_place([], places=4).shape == (0, 4)


def test_groups_hold_sentences_of_their_lengths_and_joined_ones_none_twice() -> None:
    pairs = [(" ".join(f"w{i}" for i in range(1 + n % 14)), f"t{n}") for n in range(14 * FEWEST)]
    found = dict(groups(pairs, 10))
    assert len(found) == len(LENGTHS) + len(JOINED)
    for first, last in LENGTHS:
        assert all(first <= len(source.split()) <= last for source, _ in found[f"{first} to {last} words"])
    two = [target for _, target in found["2 joined"]]
    assert two[:2] == ["t0 t1", "t2 t3"] and len(two) == 10
    few = [name for name, _ in groups(pairs[: 2 * FEWEST], 10)]
    assert few == [f"{count} joined" for count in JOINED], "too few of any length say nothing"


def test_sentences_decoded_at_once_cost_what_they_took_together(translator: Translator) -> None:
    """Each result has its share of the time: four of them are the whole, and no share of it."""
    begun = time.perf_counter()
    results = translator.translate(("A dog runs.",) * 4)
    spent = time.perf_counter() - begun
    found = cost.cost_of(cost.Trial("batch", 4, BeamConfig(), ("A dog runs.",) * 4), results)
    assert found is not None and found.calls == results[0].forward_calls
    assert found.seconds == pytest.approx(sum(result.seconds for result in results)) and found.seconds <= spent
    assert found.seconds > 2 * results[0].seconds


def test_the_cost_is_that_of_the_searches_and_of_one_pass_over_each_translation(
    translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "WIDTHS", (1, 2))
    monkeypatch.setattr(cost, "BATCHES", (2,))
    found = list(measure(translator, "A dog runs."))
    by_axis = {axis: [one for one in found if one.axis == axis] for axis in ("width", "length", "read", "batch")}
    assert [len(costs) for costs in by_axis.values()] == [2, 3, 3, 1] and all(one.seconds > 0 for one in found)
    [own], [narrow] = translator.translate("A dog runs."), translator.translate("A dog runs.", BeamConfig(num_beams=1))
    assert (by_axis["read"][0].value, by_axis["read"][0].calls) == (len(own.hypotheses[0].token_ids), 1)
    assert (by_axis["length"][0].value, by_axis["length"][0].calls) == (len(own.source_tokens), own.forward_calls)
    assert by_axis["width"][0].calls == narrow.forward_calls
    with pytest.raises(CoreError, match="a sentence is needed"):
        list(measure(translator, " "))
    with pytest.raises(CoreError, match="reads nothing of this text"):
        list(measure(translator, "😀"))


def test_a_length_at_which_nothing_is_left_to_read_is_not_timed(translator: Translator) -> None:
    found = [each.value for each in measure(translator, "[one two]") if each.axis == "length"]
    assert found == [len(translator.translate("[one two]")[0].source_tokens)], "twice it is a reference, kept as it is"
