from __future__ import annotations

import random
from pathlib import Path

import pytest
import sentencepiece

from seq2seq_core.data.bpe_dropout import BpeDropout
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


def odd_lines() -> list[str]:
    rng = random.Random(4)
    signs = "aeiou nrst  ENT.,!'-0129äß日😀\u2581é⟨1⟩"
    return ["".join(rng.choice(signs) for _ in range(rng.randrange(50))) for _ in range(500)]


@pytest.mark.parametrize("kind", ["tiny", "symbols", "shipped"])
def test_without_dropout_the_merges_are_those_of_sentencepiece(kind: str, repo_root: Path) -> None:
    if kind == "tiny":
        tokenizer = tiny_tokenizer()
    elif kind == "symbols":
        lines = [f"in 1999 or 2023 a ⟨1⟩ said {word} and ⟨22⟩" for word in ("nest", "rest", "toast", "stones")] * 20
        tokenizer = Tokenizer.train(lines, vocab_size=300, symbols=["⟨1⟩", "⟨22⟩"], split_digits=True)
    else:
        tokenizer = Tokenizer.load(repo_root / "checkpoints" / "en-de" / "tokenizer.model")
    lines = [*odd_lines(), "Two nesting birds rest on ⟨1⟩ stones ⟨22⟩.", "Im Nest ruhten zwei Vögel."]
    merging, rng = BpeDropout(tokenizer.model), random.Random(0)
    normalised = sentencepiece.SentencePieceProcessor(model_proto=tokenizer.model).Normalize
    for line, wanted in zip(lines, tokenizer.encode_all(lines), strict=True):
        assert merging.encode(normalised(normalise(line)), 0.0, rng) == wanted, line


def test_merges_are_left_out_as_often_as_in_sentencepiece(repo_root: Path) -> None:
    tokenizer = Tokenizer.load(repo_root / "checkpoints" / "en-de" / "tokenizer.model")
    lines = ["The stones around the fountain were warmer than anybody had expected."] * 3000
    theirs = sentencepiece.SentencePieceProcessor(model_proto=tokenizer.model)
    for probability in (0.1, 0.5, 1.0):
        ours = sum(map(len, tokenizer.encode_all(lines, bpe_dropout=probability, seed=3)))
        drawn = theirs.Encode(lines, enable_sampling=True, alpha=probability)
        assert ours == pytest.approx(sum(map(len, drawn)), rel=0.01)


def test_characters_have_no_merges_to_leave_out() -> None:
    tokenizer = Tokenizer.train(["one", "two"], vocab_size=320, unit="char")
    with pytest.raises(CoreError, match=r"were not learnt by merging; set training\.bpe_dropout to 0"):
        tokenizer.encode_all(["one"], bpe_dropout=0.1)


def test_digits_symbols_and_wanted_characters_are_pieces() -> None:
    lines = [f"in 1999 or 2023, at 1999 and 2023: {word}" for word in ("one", "two", "three", "four")] * 20
    tokenizer = Tokenizer.train(lines, vocab_size=300, symbols=["⟨1⟩", "⟨22⟩"], characters="€é", split_digits=True)
    assert tokenizer.pieces(tokenizer.encode("1999")) == ["▁", "1", "9", "9", "9"]
    text = "on ⟨1⟩⟨22⟩, caf€é"
    pieces = tokenizer.pieces(tokenizer.encode(text))
    assert {"⟨1⟩", "⟨22⟩", "€", "é"} <= set(pieces)
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_bytes_that_spell_no_character_carry_no_text(tokenizer: Tokenizer) -> None:
    chance = random.Random(7)
    word = tokenizer.encode("eins" if len(tokenizer) < 330 else "3rd")
    bytes_, anything = list(tokenizer.byte_pieces), range(len(tokenizer))
    for _ in range(5000):
        ids = [chance.choice(chance.choice((bytes_, bytes_, anything))) for _ in range(chance.randrange(1, 12))]
        assert "\ufffd" not in tokenizer.decode([i for i in ids if i != tokenizer.specials.unk])
    of_byte = {byte: i for i, byte in tokenizer.byte_pieces.items()}
    broken = [of_byte[0xE6], *word, of_byte[0x97], *(of_byte[byte] for byte in "日".encode()), of_byte[0xE6]]
    assert tokenizer.decode(broken) == tokenizer.decode(word) + "日"
    assert tokenizer.decode(tokenizer.encode("it says \ufffd here")) == "it says \ufffd here"


def test_other_segmentations_spell_the_same_with_few_pieces() -> None:
    tokenizer = tiny_tokenizer()
    for text in ("sieben drei.", "日 eins</s>日", "acht"):
        own = tokenizer.encode(text)
        others = tokenizer.segmentations(text, 5)
        assert len(others) == 5 == len({tuple(ids) for ids in others}) and own not in others
        assert all(tokenizer.decode(ids) == text for ids in others)
        assert [len(ids) for ids in others] == sorted(len(ids) for ids in others)
        assert tokenizer.segmentations(text, 3) == others[:3]
        bytes_ = [i for i in own if i in tokenizer.byte_pieces]
        assert all([i for i in ids if i in tokenizer.byte_pieces] == bytes_ for ids in others)
        assert not {0, 1, 2, 3} & {i for ids in others for i in ids}
    assert tokenizer.segmentations("", 5) == []


def test_all_segmentations_of_a_short_word_are_found() -> None:
    tokenizer = tiny_tokenizer()
    pieces = {tokenizer.pieces([i])[0]: i for i in range(4 + 256, len(tokenizer))}
    word, every = "▁acht", set()
    for cuts in range(2 ** (len(word) - 1)):
        ends = [place for place in range(1, len(word)) if cuts >> (place - 1) & 1]
        parts = [word[a:b] for a, b in zip([0, *ends], [*ends, len(word)], strict=True)]
        if all(part in pieces for part in parts):
            every.add(tuple(pieces[part] for part in parts))
    found = {tuple(ids) for ids in tokenizer.segmentations("acht", 100)}
    assert found == every - {tuple(tokenizer.encode("acht"))} and found


def test_characters_have_one_segmentation() -> None:
    assert Tokenizer.train(["3 März", "1999-03-03"], vocab_size=400, unit="char").segmentations("3 März 日", 5) == []
