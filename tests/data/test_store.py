from __future__ import annotations

from seq2seq_core.data.store import PiecePairs, TextPairs, encode_pairs
from tests.tiny import PAIRS, tiny_tokenizer


def test_texts_come_back_as_they_were() -> None:
    pairs = [("Go.", "Geh."), ("", "ü"), ("日本", "😀")]
    store = TextPairs(pairs)
    assert list(store) == pairs and len(store) == 3
    assert store[-1] == pairs[-1] and store[::2] == pairs[::2]
    store.repeat_from(1, 2)
    assert list(store) == [*pairs, *pairs[1:], *pairs[1:]]


def test_pieces_are_those_of_the_tokenizer_and_long_ones_are_left_out() -> None:
    tokenizer = tiny_tokenizer()
    store = encode_pairs(TextPairs([*PAIRS, ("one " * 100, "x")]), tokenizer, max_pieces=50)
    assert isinstance(store, PiecePairs) and len(store) == len(PAIRS)
    assert [list(side) for side in store[7]] == [tokenizer.encode(side) for side in PAIRS[7]]
