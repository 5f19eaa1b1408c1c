"""Search error or model error, on a table of probabilities that one can check by hand."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2seq_core.checkpoint import Checkpoint
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.decoding import BeamConfig, GreedyConfig, MbrConfig, ScoreConfig, returned
from seq2seq_core.models.base import Model, ModelConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, StepOutput
from seq2seq_core.why_not import (
    WIDTHS,
    Crossing,
    Occlusion,
    WhyNot,
    exact_config,
    explain,
    look_into,
    true_best,
    why_not,
)
from seq2seq_core.why_not.judgement import crossings
from seq2seq_core.why_not.words import evidence, piece, verdict
from tests.decoding.tables import TableState
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

WORDS = ["I", "We", "The", "am", "like", "are"]
TABLE = {
    "": {"I": 0.6, "We": 0.3, "The": 0.1},
    "I": {"am": 0.5, "like": 0.4, "are": 0.1},
    "We": {"are": 0.95, "like": 0.05},
    "The": {"like": 0.5, "": 0.5},
}
"""Greedy says "I am" (0.6 * 0.5 = 0.30); "We are" has 0.285, "I like" 0.24. After two words it ends, surely."""


class Words(Model[TableState]):
    """A model that is the table, whatever it reads."""

    has_attention = False

    def __init__(self, tokenizer: Tokenizer, table: dict[str, dict[str, float]]) -> None:
        super().__init__(ModelConfig(vocab_size=len(tokenizer)), tokenizer.specials)
        self._size, self._eos, self._table = len(tokenizer), tokenizer.specials.eos, table
        self._ids = {word: tokenizer.encode(word)[0] for word in WORDS}
        self._words = {number: word for word, number in self._ids.items()}

    def start(self, source: Tensor, lengths: Tensor) -> TableState:
        return TableState(((),) * len(source), torch.arange(len(source)))

    def step(self, last_tokens: Tensor, state: TableState) -> StepOutput[TableState]:
        grown = tuple((*h, token) for h, token in zip(state.histories, last_tokens.tolist(), strict=True))
        logits = torch.full((len(grown), self._size), -20.0)  # all other pieces: nearly impossible
        for row, history in enumerate(grown):
            begun = " ".join(self._words.get(token, "?") for token in history[1:])
            for word, probability in self._table.get(begun, {"": 1.0}).items():
                logits[row, self._ids[word] if word else self._eos] = math.log(probability)
        return StepOutput(logits, None, TableState(grown, state.memory))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer.train([" ".join(WORDS)] * 50, vocab_size=286)
    assert [len(made.encode(word)) for word in WORDS] == [1] * len(WORDS)
    return made


@pytest.fixture(scope="module")
def translator(tokenizer: Tokenizer) -> Translator:
    checkpoint = Checkpoint(Words(tokenizer, TABLE), tokenizer, {})
    return Translator(checkpoint, name="words", device=torch.device("cpu"))


@pytest.fixture(scope="module")
def pushed(translator: Translator) -> WhyNot:
    """The table's example: a beam of one lost "We are"."""
    return why_not(translator, "I", "We are", BeamConfig(num_beams=1, length_penalty_type="none"), widths=(1, 2, 3))


def test_what_the_model_prefers_is_its_error(pushed: WhyNot) -> None:
    assert pushed.judgement.kind == "model error"
    assert pushed.found.hypotheses[0].text == "I am"
    assert pushed.judgement.behind == pytest.approx(math.log(0.30 / 0.285), abs=1e-4)
    assert pushed.judgement.leaves_at == 0
    assert pushed.judgement.worst == 0  # "We" for "I" costs log 2, more than "are" for "are" does


def test_what_scores_higher_than_what_was_found_is_an_error_of_the_search(tokenizer: Tokenizer) -> None:
    table = {**TABLE, "I": {"am": 0.4, "like": 0.35, "are": 0.25}}  # now "I am" has 0.24
    translator = Translator(Checkpoint(Words(tokenizer, table), tokenizer, {}), name="w", device=torch.device("cpu"))
    known = why_not(translator, "I", "We are", GreedyConfig(), widths=(1, 2))
    assert known.judgement.kind == "search error"
    assert known.judgement.score == pytest.approx(math.log(0.285), abs=1e-4)
    assert known.judgement.found_score == pytest.approx(math.log(0.24), abs=1e-4)
    assert [one.outcome for one in known.widths] == ["dropped", "first"]
    assert known.stays_from == 2


def test_each_token_has_what_the_model_would_rather_have_said(pushed: WhyNot) -> None:
    we, are, end = pushed.expected.tokens
    assert (we.token, we.rank, we.preferred) == ("▁We", 2, "▁I")
    assert we.lost == pytest.approx(math.log(2), abs=1e-4)
    assert (are.rank, are.lost, end.lost) == (1, 0, 0)
    assert are.total_log_prob == pytest.approx(math.log(0.285), abs=1e-4)
    assert we.entropy == pytest.approx(-sum(p * math.log(p) for p in (0.6, 0.3, 0.1)), abs=1e-3)
    assert [token.token for token in pushed.said.tokens] == ["▁I", "▁am", "</s>"]


def test_a_beam_of_one_drops_it_at_its_first_token_by_so_much_behind_whom(pushed: WhyNot) -> None:
    one, two, three = pushed.widths
    assert (one.outcome, one.step, one.rivals) == ("dropped", 0, ("I",))
    assert one.short_by == pytest.approx(math.log(0.6 / 0.3), abs=1e-4)
    assert (two.outcome, two.place, two.step, two.kept) == ("finished", 2, None, True)
    assert (three.outcome, three.place) == ("finished", 2)
    assert pushed.stays_from == 2


def test_what_is_said_is_the_same(translator: Translator) -> None:
    known = why_not(translator, "I", " I  am", widths=())
    assert known.judgement.kind == "same"
    assert known.judgement.crossings == ()
    assert known.stays_from is None
    assert verdict(known) == "This is what the model says."


def test_the_empty_translation_stands_beside_it(pushed: WhyNot) -> None:
    assert [token.token for token in pushed.empty.tokens] == ["</s>"]
    assert pushed.empty.hypothesis.log_prob < pushed.expected.hypothesis.log_prob


def test_a_strategy_that_ranks_by_no_score_is_judged_by_log_p(translator: Translator) -> None:
    known = why_not(translator, "I", "We are", MbrConfig(), widths=())
    assert known.scored_by == ScoreConfig()


def test_a_length_normalisation_that_would_turn_it_is_found(pushed: WhyNot) -> None:
    """At the alpha of a crossing both score the same, and on either side of it another one leads."""
    ours, theirs = pushed.expected.hypothesis.parts, pushed.found.hypotheses[0].parts
    assert crossings(ours, theirs) == ()  # equally long
    long = type(ours)(log_prob=-4.0, length=8)
    short = type(ours)(log_prob=-3.0, length=5)
    found = crossings(long, short)
    assert [one.kind for one in found] == ["avg", "gnmt"]
    assert found[0] == Crossing("avg", pytest.approx(math.log(4 / 3) / math.log(8 / 5)), longer=True)
    for one in found:
        before, after = (
            long.under(one.kind, one.alpha + move, 0).score - short.under(one.kind, one.alpha + move, 0).score
            for move in (-0.01, 0.01)
        )
        assert before < 0 < after


def test_it_can_be_watched_and_stopped(translator: Translator) -> None:
    steps = explain(translator, "I", "We are", BeamConfig())
    assert next(steps).index == 0  # a step of the search, between which one may close it
    steps.close()
    known = why_not(translator, "I", "We are", widths=())
    ticks = list(look_into(translator, known, BeamConfig(), (1, 2)))
    assert len(ticks) == 2 * len(known.expected.tokens)


@pytest.mark.parametrize(
    ("source", "target", "widths", "named"),
    [("", "We are", (), "empty"), ("I", "  ", (), "empty"), ("I", "We", (0,), "width"), ("I", "We", (51,), "51")],
)
def test_what_cannot_be_asked_is_said(
    translator: Translator, source: str, target: str, widths: tuple[int, ...], named: str
) -> None:
    with pytest.raises(CoreError, match=named):
        why_not(translator, source, target, widths=widths)


def test_a_translation_is_read_in_its_likeliest_pieces(translator: Translator, tokenizer: Tokenizer) -> None:
    whole = why_not(translator, "I", "We are", widths=(), segmentations=0)
    assert whole.expected.spelling == 0
    # Under the table only whole words are likely, so no other way to cut the text can win.
    assert why_not(translator, "I", "We are", widths=()).expected.hypothesis.tokens == whole.expected.hypothesis.tokens


def test_it_says_what_the_tokenizer_s_own_pieces_would_cost() -> None:
    translator = Translator(tiny_checkpoint(tiny_tokenizer()), name="tiny", device=torch.device("cpu"))
    source, target = next(pair for pair in PAIRS if pair[1] == "null neun.")
    known = why_not(translator, source, target, GreedyConfig(), widths=())
    own = translator.target_ids(source, target)
    assert list(known.expected.hypothesis.token_ids) != own
    totals = [
        translator.translate(source, ScoreConfig(), prefix=ids)[0].hypotheses[0].log_prob
        for ids in (known.expected.hypothesis.token_ids, own)
    ]
    assert known.expected.spelling == pytest.approx(totals[0] - totals[1], abs=1e-4) and totals[0] > totals[1]
    assert f"in the tokenizer's own it would be {totals[0] - totals[1]:.2f} nats less likely" in " ".join(
        known.evidence
    )


def test_sentences_have_the_numbers(pushed: WhyNot) -> None:
    assert verdict(pushed).startswith("Model error")
    said = " ".join(evidence(pushed))
    assert "0.05 nats less likely" in said
    assert "loses most at token 1, “We”, of rank 2: 0.69 nats less likely there than “I”" in said
    assert "from width 2 on, up to 3; at width 1 it falls out at token 1, “We”, 0.69 nats short" in said


def test_all_of_it_is_json(pushed: WhyNot) -> None:
    plain = json.loads(json.dumps(pushed.to_dict(), allow_nan=False))
    assert plain["judgement"]["kind"] == "model error"
    assert plain["verdict"] == pushed.verdict
    assert plain["widths"][0]["rivals"] == ["I"]
    assert plain["expected"]["tokens"][0]["preferred"] == "▁I"


def test_widths_are_looked_into_up_to_fifty() -> None:
    assert tuple(range(1, 51)) == WIDTHS


@pytest.mark.parametrize(
    ("token", "said"),
    [("▁Haus", "“Haus”"), ("en", "“en”"), ("</s>", "the end"), ("<0x41>", "“A”"), ("<0xC3>", "the byte 0xC3"),
     ("<0x0A>", "the byte 0x0A"), ("▁", "a space"), ("▁▁", "a space"), ("<0x20>", "a space")],
)  # fmt: skip
def test_a_piece_that_cannot_be_seen_is_named(token: str, said: str) -> None:
    assert piece(token) == said


def test_words_that_carry_it_though_hardly_looked_at_are_said(pushed: WhyNot) -> None:
    looked, nats = np.array([[0.95, 0.05]], np.float32), np.array([[1.0, 1.5]], np.float32)
    known = replace(pushed, left_out=Occlusion(("a", "b"), ("x",), nats, looked))
    assert evidence(known)[-1] == "Hardly looked at, and yet it hangs on it: “b” (0.05 of attention, 1.50 nats)."
    seen = replace(pushed, left_out=Occlusion(("a", "b"), ("x",), nats, looked[:, ::-1]))
    assert not any("Hardly looked at" in line for line in evidence(seen))


def test_the_true_best_is_proven_or_it_is_said_how_far_it_is_from_that(translator: Translator, pushed: WhyNot) -> None:
    found = returned(true_best(translator, pushed, exact_config(30)))
    assert found.proven and {row.name for row in found.ranked} == {"the true best", "found", "expected", "empty"}
    assert [row.log_prob for row in found.ranked] == sorted((row.log_prob for row in found.ranked), reverse=True)
    assert found.ranked[0].log_prob == pytest.approx(math.log(0.30), abs=1e-4)
    assert found.upper_bound == pytest.approx(math.log(0.30), abs=1e-4) and found.said.startswith("Proven in ")
    assert found.ranked[-1].log_prob == pushed.empty.hypothesis.log_prob
    stopped = returned(true_best(translator, pushed, replace(exact_config(30), max_forward_calls=1, num_beams=1)))
    assert not stopped.proven and "the best so far" in {row.name for row in stopped.ranked}
    best = stopped.result.hypotheses[0].log_prob
    assert stopped.upper_bound > best and f"log P up to {stopped.upper_bound:.2f} may be left" in stopped.said
    assert f"{stopped.upper_bound - best:.2f} nats above" in stopped.said
    assert json.loads(json.dumps(found.to_dict()))["ranked"][0]["text"] == "I am"
