"""Bytes are generated only as they spell characters, by every strategy."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch

from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DiverseBeamConfig,
    ExactConfig,
    GreedyConfig,
    MbrConfig,
    Request,
    SampleConfig,
    StochasticBeamConfig,
)
from seq2seq_core.decoding.search.spelling import BETWEEN, Spelling
from tests.decoding.tables import SPECIALS, random_model

ALL = {4 + byte: byte for byte in range(256)}
"""Every byte a piece."""

FEW = {4 + place: byte for place, byte in enumerate((0x41, 0xC3, 0xA4, 0xE2, 0x82, 0xAC))}
"""The bytes that spell A, ä and €, and by which much else is spelled wrongly."""


def spelling(byte_pieces: Mapping[int, int]) -> Spelling:
    model = replace(random_model(0), byte_pieces=byte_pieces)
    return Spelling(Request(**model.arguments([0]), config=GreedyConfig()), torch.device("cpu"))


def test_what_may_follow_is_what_python_takes_for_utf8() -> None:
    """After each beginning of a character come just those bytes that go on with one."""
    follows: dict[bytes, set[int]] = {}
    for code in [*range(128), *range(128, sys.maxunicode + 1, 64)]:  # of 64 characters that differ in the last byte one
        character = b"" if 0xD800 <= code < 0xE000 else chr(code).encode()
        for place in range(len(character)):
            follows.setdefault(character[:place], set()).add(character[place])
        if len(character) > 1:
            follows[character[:-1]].update(range(0x80, 0xC0))
    utf8, word = spelling(ALL), 4 + 256
    places = {b"": torch.tensor([BETWEEN])}
    for beginning in sorted(follows, key=len):
        if len(beginning) == 3 and beginning[2] % 16:
            continue  # thousands, and all alike
        if beginning:
            places[beginning] = utf8.after(places[beginning[:-1]], torch.tensor([4 + beginning[-1]]), word + 1)
        allowed = (utf8.never(places[beginning], word + 1).flatten() == 0).nonzero().flatten().tolist()
        others = {SPECIALS.eos, word} if not beginning else set()
        assert set(allowed) == others | {4 + byte for byte in follows[beginning]}
    for character in "aä€🐀":
        *beginning, last = character.encode()
        assert utf8.after(places[bytes(beginning)], torch.tensor([4 + last]), word + 1) == BETWEEN


def test_what_a_prefix_spells_wrongly_is_left_behind() -> None:
    few, width = spelling(FEW), 11
    inside = few.after(torch.tensor([BETWEEN, BETWEEN]), torch.tensor([5, 7]), width)
    again = few.after(inside, torch.tensor([10, 5]), width)  # a word, and the first byte of another character
    assert again.tolist() == [BETWEEN, int(inside[0])]


CONFIGS: dict[str, Config] = {
    "greedy": GreedyConfig(),
    "beam": BeamConfig(num_beams=4, num_return_sequences=4),
    "beam with a penalty": BeamConfig(num_beams=4, num_return_sequences=4, repetition_penalty=1.1),
    "diverse-beam": DiverseBeamConfig(num_beams=6, num_beam_groups=3, num_return_sequences=6),
    "sample": SampleConfig(num_return_sequences=20, temperature=1.5),
    "stochastic-beam": StochasticBeamConfig(num_beams=10),
    "mbr": MbrConfig(num_candidates=10, num_return_sequences=10),
    "exact": ExactConfig(num_beams=1, max_forward_calls=60, length_penalty_type="avg", length_penalty=2.0),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_every_strategy_spells_whole_characters(config: Config) -> None:
    """The tables know nothing of bytes: most of what they would say is no text."""
    longer_ones = 0
    for seed in range(8):
        model = replace(random_model(seed, words=7, sources=3, sharpness=1.5), byte_pieces=FEW)
        for result in model.run(replace(config, max_new_tokens=8), sources=range(3)):
            for hypothesis in result.hypotheses:
                said = b"".join(bytes([FEW[i]]) if i in FEW else b"." for i in hypothesis.token_ids if i > SPECIALS.eos)
                whole = said.decode(errors="ignore").encode()
                assert said.startswith(whole)
                # The length limit may cut the last character off, and nothing else.
                assert len(said) - len(whole) <= (0 if hypothesis.finished else 2)
                longer_ones += any(byte > 0x7F for byte in whole)
    assert longer_ones


def test_a_prefix_may_end_inside_a_character() -> None:
    model = replace(random_model(1, words=7), byte_pieces=FEW)
    for config in (GreedyConfig(), BeamConfig(), ExactConfig(max_forward_calls=50)):
        hypothesis = model.run(replace(config, max_new_tokens=6), prefix=(10, 7))[0].hypotheses[0]
        # After E2 two bytes from 80 to BF: A4, 82 and AC are.
        assert hypothesis.token_ids[:2] == (10, 7) and set(hypothesis.token_ids[2:4]) <= {6, 8, 9}
