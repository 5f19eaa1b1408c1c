from __future__ import annotations

import pytest

from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.text.characters import normalise
from seq2seq_core.types import CoreError
from tests.tiny import tiny_tokenizer


@pytest.fixture(scope="module", params=["bpe", "char"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    if request.param == "char":
        return Tokenizer.train(["the 3rd of März, 1999", "1999-03-03"], vocab_size=400, unit="char")
    return tiny_tokenizer()


@pytest.mark.parametrize(
    "text",
    [
        "one two.",
        "Fünf, sechs!",
        "a family: 👨‍👩‍👧‍👦",
        "مرحبا بالعالم",
        "<b>bold</b> & <s>",
        "$x$ \\ %",
        "café",
        "",
        "日本語",
    ],
)
def test_decode_is_the_inverse_of_encode(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert tokenizer.specials.unk not in ids
    assert len(tokenizer.pieces(ids)) == len(ids)


def test_special_pieces_written_by_a_person_are_plain_text(tokenizer: Tokenizer) -> None:
    assert not {0, 1, 2, 3} & set(tokenizer.encode("</s> <s> <pad> <unk>"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\u00a0 spaces\t\n", "two spaces"),
        ("cafe\u0301", "caf\u00e9"),
        ("\ud800 alone", "\ufffd alone"),
        ("\u2028line", "line"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_decoding_never_breaks_the_line(tokenizer: Tokenizer) -> None:
    newline = [i for i in range(len(tokenizer)) if tokenizer.pieces([i])[0] in ("<0x0A>", "<0x0D>")]
    assert len(newline) == 2
    assert "\n" not in tokenizer.decode(newline) and "\r" not in tokenizer.decode(newline)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(CoreError, match="not a SentencePiece model"):
        Tokenizer(b"\x80\x04nonsense")


def test_too_many_pieces_for_the_text() -> None:
    with pytest.raises(CoreError, match="vocab_size"):
        Tokenizer.train(["one line"], vocab_size=5000)


def test_characters_are_pieces() -> None:
    tokenizer = Tokenizer.train(["3 März", "1999-03-03"], vocab_size=400, unit="char")
    assert tokenizer.pieces(tokenizer.encode("3 März 日")) == [*"3▁März▁", "<0xE6>", "<0x97>", "<0xA5>"]
    assert len(tokenizer) < 400


def test_bpe_dropout_cuts_words_in_other_ways_and_loses_nothing() -> None:
    tokenizer = tiny_tokenizer()
    texts = ["seventy-seven", "Zweiundvierzig ist die Antwort.", "", "日本 😀"] * 50
    plain = tokenizer.encode_all(texts)
    dropped = tokenizer.encode_all(texts, bpe_dropout=0.3, seed=1)
    assert len({tuple(ids) for ids in dropped[::4]}) > 10
    assert sum(map(len, dropped)) > sum(map(len, plain))
    assert [tokenizer.decode(ids) for ids in dropped] == [tokenizer.decode(ids) for ids in plain]
    assert tokenizer.encode_all(texts, bpe_dropout=0.3, seed=1) == dropped
    assert tokenizer.encode_all(texts, bpe_dropout=0.3, seed=2) != dropped
    assert tokenizer.encode_all(texts) == plain


def test_characters_have_no_merges_to_leave_out() -> None:
    tokenizer = Tokenizer.train(["one", "two"], vocab_size=320, unit="char")
    with pytest.raises(CoreError, match="pieces are characters"):
        tokenizer.encode_all(["one"], bpe_dropout=0.1)


def test_digits_symbols_and_wanted_characters_are_pieces() -> None:
    lines = [f"in 1999 or 2023, at 1999 and 2023: {word}" for word in ("one", "two", "three", "four")] * 20
    tokenizer = Tokenizer.train(lines, vocab_size=300, symbols=["⟨1⟩", "⟨22⟩"], characters="€é", split_digits=True)
    assert tokenizer.pieces(tokenizer.encode("1999")) == ["▁", "1", "9", "9", "9"]
    text = "on ⟨1⟩⟨22⟩, caf€é"
    pieces = tokenizer.pieces(tokenizer.encode(text))
    assert {"⟨1⟩", "⟨22⟩", "€", "é"} <= set(pieces)
    assert tokenizer.decode(tokenizer.encode(text)) == text
