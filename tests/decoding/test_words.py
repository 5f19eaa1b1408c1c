"""Words that must or must not be said, held against every sequence there is, and against ``transformers``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch

from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.decoding import BeamConfig, Config, DiverseBeamConfig, GreedyConfig, Request, SampleConfig, run
from seq2seq_core.decoding.phrases import Sought, phrases_of
from seq2seq_core.decoding.search.banks import _allocated, _ranks
from seq2seq_core.types import CoreError, Ways
from tests.decoding.enumeration import Complete, enumerate_all
from tests.decoding.tables import SPECIALS, TableModel, random_model

PIECES = ("<pad>", "<unk>", "<bos>", "<eos>", "▁a", "▁ab", "a", "b", ".", "▁")
LIMIT = 4
OWN_PIECES = {
    "ab": (0, 0, 0, 1),
    "a": (0, 0, 1),
    "b": (0, 1, 2),
    "a b": (0, 0, 1, 2, 3),
    "ab ab": (0, 0, 0, 1, 1, 1, 2),
}
"""Of each place of a phrase, how many pieces lie before it: ▁ab, ▁a, ▁ b, ▁a ▁ b, ▁ab ▁ab."""


@dataclass(frozen=True)
class Letters:
    """The pieces above as a lexicon, written down anew and not with the tokenizer's code."""

    goes_on: frozenset[int] = frozenset({6, 7})
    left_open: frozenset[int] = frozenset({4, 5, 6, 7})

    def ways(self, text: str) -> Ways:
        whole, edges = " " + text, []
        for token, piece in enumerate(PIECES[4:], start=4):
            letters = piece.replace("▁", " ")
            edges += [(i, token, i + len(letters)) for i in range(len(whole)) if whole.startswith(letters, i)]
        return Ways(tuple(edges), OWN_PIECES[text])


def model(seed: int, sources: int = 1) -> TableModel:
    return replace(random_model(seed, words=6, sources=sources), names=PIECES, between="")


def searched(seed: int, config: Config, sources: int = 1, **more: Any) -> list[Any]:
    known = model(seed, sources)
    return run(Request(**{**known.arguments(range(sources)), "config": config, "lexicon": Letters(), **more}))


def spelled(ids: tuple[int, ...]) -> str:
    return "".join(PIECES[token] for token in ids if token != SPECIALS.eos).replace("▁", " ")


def says(ids: tuple[int, ...], word: str) -> bool:
    """Whether it stands there as a whole word, whatever pieces it is of."""
    return bool(re.search(rf"(?<![a-z]){word}(?![a-z])", spelled(ids)))


def completes(ids: tuple[int, ...], word: str) -> bool:
    """Whether some pieces in a row, from where a word begins, are the word."""
    for first in range(len(ids)):
        before = spelled(ids[:first])
        for last in range(first + 1, len(ids) + 1):
            part = spelled(ids[first:last])
            if part == " " + word or (part == word and not before[-1:].isalpha()):
                return True
    return False


def every(seed: int, source: int = 0) -> list[Complete]:
    return enumerate_all(model(seed), source, LIMIT)


WIDE = BeamConfig(num_beams=100, num_return_sequences=3, length_penalty_type="none", max_new_tokens=LIMIT)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("words", ["ab", "a", "b", "ab; a", "a b"])
def test_a_wide_beam_finds_the_best_that_says_it(seed: int, words: str) -> None:
    wanted = [item for item in every(seed) if all(says(item.token_ids, word) for word in phrases_of(words))]
    [result] = searched(seed, replace(WIDE, force_words=words, early_stopping="never"))
    first = result.hypotheses[0]
    assert first.log_prob == pytest.approx(wanted[0].log_prob, abs=1e-4)
    assert all(says(found.token_ids, word) for found in result.hypotheses for word in phrases_of(words))


@pytest.mark.parametrize("width", [1, 2, 3, 7])
@pytest.mark.parametrize("words", ["ab", "ab; b", "b; a; ab"])
def test_however_narrow_the_beam_every_translation_says_it(width: int, words: str) -> None:
    for config in (
        BeamConfig(num_beams=width, num_return_sequences=width, force_words=words, max_new_tokens=9),
        DiverseBeamConfig(num_beams=2 * width, num_beam_groups=2, force_words=words, max_new_tokens=9),
    ):
        for result in searched(3, config, sources=6):
            assert result.hypotheses
            for found in result.hypotheses:
                assert all(says(found.token_ids, word) for word in phrases_of(words)), found.text


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("word", ["ab", "a", "b", "a b"])
def test_what_must_not_be_said_is_not(seed: int, word: str) -> None:
    allowed = [item for item in every(seed) if not completes(item.token_ids, word)]
    [result] = searched(seed, replace(WIDE, bad_words=word))
    assert result.hypotheses[0].log_prob == pytest.approx(allowed[0].log_prob, abs=1e-4)
    for config in (GreedyConfig(bad_words=word), SampleConfig(bad_words=word, num_return_sequences=20)):
        for found in searched(seed, replace(config, max_new_tokens=12))[0].hypotheses:
            assert not completes(found.token_ids, word) and not says(found.token_ids, word)


def test_what_must_and_must_not_be_said_go_together() -> None:
    config = replace(WIDE, force_words="ab", bad_words="a")
    for found in searched(1, config)[0].hypotheses:
        assert says(found.token_ids, "ab") and not says(found.token_ids, "a")


def test_a_batch_gives_what_each_gives_alone() -> None:
    config = BeamConfig(num_beams=4, num_return_sequences=4, force_words="ab; b", length_penalty_type="none")
    known = model(5, 8)
    together = run(Request(**known.arguments(range(8)), config=config, lexicon=Letters()))
    assert len({result.forward_calls for result in together}) > 1
    for source in range(8):
        [alone] = run(Request(**known.arguments([source]), config=config, lexicon=Letters()))
        assert [item.token_ids for item in alone.hypotheses] == [item.token_ids for item in together[source].hypotheses]


def test_the_trace_changes_nothing_and_holds_what_went_on() -> None:
    config = BeamConfig(num_beams=3, force_words="ab", max_new_tokens=6)
    [plain], [traced] = searched(2, config), searched(2, config, trace=True)
    assert [h.token_ids for h in plain.hypotheses] == [h.token_ids for h in traced.hypotheses]
    best = traced.hypotheses[0].token_ids
    for step in traced.steps[: len(best)]:
        rows = {row.row for row in step.rows if row.token_ids == best[: step.index]}
        assert any(c.parent in rows and c.token_id == best[step.index] for c in step.candidates)


def test_places_are_shared_out_among_the_banks() -> None:
    """Post & Vilar 2018, section 3.2: an equal share each, the rest to the fullest, what is not needed downwards."""
    bank = torch.tensor([[0] * 9 + [1] * 9 + [2] * 9])
    there = torch.ones_like(bank, dtype=torch.bool)
    assert _allocated(bank, there, 7, 2).tolist() == [[2, 2, 3]]
    assert _allocated(bank, there, 2, 2).tolist() == [[0, 0, 2]]
    assert _allocated(bank, there & (bank != 2), 7, 2).tolist() == [[2, 5, 0]]
    assert _allocated(bank, there & (bank == 2), 7, 2).tolist() == [[0, 0, 7]]
    one = torch.arange(27).unsqueeze(0) % 9 == 0
    assert _allocated(bank, one, 7, 2).sum().item() >= 3


def test_ranks_are_counted_in_each_bank() -> None:
    bank, score = torch.tensor([[0, 1, 0, 1, 0]]), torch.tensor([[1.0, 5.0, 3.0, 4.0, 2.0]])
    assert _ranks(bank, score, 1).tolist() == [[2, 0, 0, 1, 1]]


def test_words_that_cannot_be_said_before_the_end_are_an_error_in_one_sentence() -> None:
    with pytest.raises(CoreError, match="no hypothesis says all of force_words"):
        searched(0, BeamConfig(num_beams=2, force_words="ab ab", max_new_tokens=1))
    with pytest.raises(CoreError, match="nothing says how texts are written"):
        model(0).run(BeamConfig(force_words="ab"))
    with pytest.raises(CoreError, match="with force_words it must be from 1 to 100"):
        BeamConfig(num_beams=101, force_words="ab")
    with pytest.raises(CoreError, match=r"^force_words is .*, of 121 characters; it may have 120$"):
        BeamConfig(force_words="x" * 121)


def test_nothing_asked_for_is_plain_search() -> None:
    for words in ("", " ; ;"):
        asked, plain = (searched(4, BeamConfig(max_new_tokens=6, force_words=w, bad_words=w))[0] for w in (words, ""))
        assert [h.token_ids for h in asked.hypotheses] == [h.token_ids for h in plain.hypotheses]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(["a flood in the floodlit town, a high flood"] * 30, vocab_size=300)


def test_every_way_to_write_a_word_leads_through_its_lattice(tokenizer: Tokenizer) -> None:
    text = "flood"
    ways = tokenizer.ways(text)
    known = Sought([ways], tokenizer, len(tokenizer), torch.device("cpu"))
    comma = tokenizer.encode("a,")[-1]
    all_bytes = [i for byte in b" flood" for i, own in tokenizer.byte_pieces.items() if own == byte]
    spellings = [tokenizer.encode(text), *tokenizer.segmentations(text, 12), all_bytes]
    assert len(spellings) > 8
    for ids in spellings:
        for behind, said in (([comma], True), ([tokenizer.specials.eos], True), (tokenizer.encode("l i t")[1:2], None)):
            progress = known.begin(1)
            for token in [*tokenizer.encode("a"), *ids, *behind]:
                progress = known.after(progress, torch.tensor([token]))
            assert said is None or bool(progress.said) is said
    inside = known.begin(1)
    for token in [*tokenizer.encode("flood"), *(tokenizer.encode("flood lit")[1:])]:
        inside = known.after(inside, torch.tensor([token]))
    assert bool(inside.said)  # "flood lit", parted by a blank


def test_a_longer_word_does_not_say_it(tokenizer: Tokenizer) -> None:
    known = Sought([tokenizer.ways("flood")], tokenizer, len(tokenizer), torch.device("cpu"))
    for text, said in (("floodlit", False), ("the floodlit town", False), ("flood lit", True), ("town, flood", True)):
        for ids in (tokenizer.encode(text), *tokenizer.segmentations(text, 5)):
            progress = known.begin(1)
            for token in [*ids, tokenizer.specials.eos]:
                progress = known.after(progress, torch.tensor([token]))
            assert bool(progress.said) is said, tokenizer.pieces(ids)


def test_what_holds_no_word_is_refused(tokenizer: Tokenizer) -> None:
    with pytest.raises(CoreError, match="holds nothing that could be said"):
        tokenizer.ways("\u200b")
