"""What pieces are, by the shape of each side; and a model whose sides have vocabularies of their own, from end to end.

The shapes are those of public data sets that people train on; every line here is generated.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from demo.service import Service, pieces_of
from seq2seq_core.checkpoint import load_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.data.corpus import CorpusConfig
from seq2seq_core.data.tokenizer import Tokenizer, TwoVocabularies
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import load_recipe
from seq2seq_core.training.new_recipe import Task, new_recipe
from seq2seq_core.training.units import choose_units, parse_units
from seq2seq_core.types import CoreError

RNG = random.Random(5)
LETTERS = "abdegiklmnoprstuvz"
ARABIC = dict(zip(LETTERS, "ابدهجيكلمنوبرستوفز", strict=True))
ROMAN = ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I")
SOUNDS = {letter: f"{letter.upper()}{i % 3}" for i, letter in enumerate(LETTERS)}


def word(low: int = 3, high: int = 9) -> str:
    return "".join(RNG.choices(LETTERS, k=RNG.randint(low, high)))


WORDS = [word() for _ in range(3_000)]


def sentences() -> tuple[str, str]:
    chosen = RNG.choices(WORDS, k=7)
    return " ".join(chosen).capitalize() + ".", " ".join(each[::-1] for each in chosen).capitalize() + "."


def pronunciations() -> tuple[str, str]:
    spelled = word()
    return spelled, " ".join(SOUNDS[letter] for letter in spelled)


def inflection() -> tuple[str, str]:
    stem, person = word(), RNG.choice("123")
    return f"{stem}en V;IND;PRS;{person};SG", stem + {"1": "e", "2": "st", "3": "t"}[person]


def names() -> tuple[str, str]:
    latin = word(4, 10)
    return "".join(ARABIC[letter] for letter in latin), latin.capitalize()


def queries() -> tuple[str, str]:
    state, what = word(), RNG.choice(["cities", "rivers", "mountains", "lakes"])
    asked = f"which of the {what} in {state} is the largest one that you know of ?"
    return asked, f'SELECT x.name FROM {what} AS x WHERE x.state_name = "{state}" ORDER BY x.size DESC LIMIT 1 ;'


def roman() -> tuple[str, str]:
    number = RNG.randint(1, 3_999)
    rest, said = number, ""
    for value, sign in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), ROMAN, strict=True):
        said, rest = said + sign * (rest // value), rest % value
    return str(number), said


def commands() -> tuple[str, str]:
    name, kind = word(), RNG.choice(["txt", "log", "py"])
    return f"find every file below {name} whose name ends in {kind} and count its lines", (
        f'find {name} -name "*.{kind}" -exec wc -l {{}} +'
    )


SHAPES: dict[Callable[[], tuple[str, str]], tuple[str, str, bool]] = {
    sentences: ("bpe", "bpe", False),
    pronunciations: ("char", "word", True),
    inflection: ("char", "char", False),
    names: ("char", "char", True),
    queries: ("bpe", "bpe", False),
    roman: ("char", "char", True),
    commands: ("bpe", "bpe", False),
}


def test_what_is_right_or_wrong_as_a_whole() -> None:
    """Names, symbols, numbers in words and queries are; sentences can be said otherwise."""
    said = [f"{a} {b} {c}" for a in ("one", "two", "six") for b in ("hundred", "thousand") for c in ("five", "nine")]
    figures = [(str(i), RNG.choice(said)) for i in range(400)]
    states = [word() for _ in range(40)]
    asked = [(f"how large is {state} ?", f'SELECT size FROM states WHERE name = "{state}" ;') for state in states * 20]
    RNG.shuffle(asked)
    for sample in (figures, asked, *([shape() for _ in range(500)] for shape in (pronunciations, inflection, names))):
        assert choose_units(sample, "bpe").right_or_wrong
        assert choose_units(sample, "bpe", ("char", "char")).right_or_wrong  # whatever the pieces are
    short = [(f"{RNG.choice(WORDS)}!", f"{RNG.choice(WORDS)} {RNG.choice(WORDS)}.") for _ in range(500)]
    assert not choose_units(short, "char").right_or_wrong and "single words" not in choose_units(short, "char").reason
    for usual in ("bpe", "char"):
        assert not choose_units([sentences() for _ in range(500)], usual).right_or_wrong


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_units_follow_the_shape_of_each_side(shape: Callable[[], tuple[str, str]]) -> None:
    units = choose_units([shape() for _ in range(2_000)], "bpe")
    assert (units.source, units.target, units.two) == SHAPES[shape], units.reason
    assert ("vocabulary of its own" in units.reason) == units.two


def test_little_text_is_read_letter_by_letter_unless_it_is_of_symbols() -> None:
    few = choose_units([sentences() for _ in range(300)], "char")
    assert (few.source, few.target) == ("char", "char") and "too little text" in few.reason
    assert choose_units([pronunciations() for _ in range(300)], "char").target == "word"
    templates = [(f"which {a} is the largest in {b} ?", f"SELECT {a} FROM {b} ORDER BY {a} DESC ;" + " LIMIT 1" * 4)
                 for a in ("river", "lake", "city") for b in WORDS[:40]]  # fmt: skip
    assert choose_units(templates, "char").target == "bpe"  # long, and of words that come back
    assert choose_units([pronunciations() for _ in range(10)], "char").target == "char"  # ten lines prove no closed set


def seldom(symbols: Sequence[str], length: int) -> str:
    """Symbols of which some are rare, as in any language: the tenth comes a tenth as often as the first."""
    shares = [1 / (place + 1) for place in range(len(symbols))]
    return " ".join(RNG.choices(symbols, shares, k=length))


PHONEMES = [*"BDFGKLMNPRSTVWYZ", "CH", "DH", "HH", "JH", "NG", "SH", "TH", "ZH"]
VOWELS = ("AA", "AE", "AH", "AO", "EH", "ER", "IH", "IY", "OY", "UH", "UW")
PHONEMES += [f"{vowel}{stress}" for vowel in VOWELS for stress in "102"]
PARTS = ["NOUN", "PUNCT", "VERB", "PRON", "ADP", "DET", "PROPN", "ADJ", "AUX", "ADV", "CCONJ", "PART", "SCONJ", "INTJ"]
PENN = ["NN", "IN", "NNP", "DT", ",", ".", "JJ", "NNS", "RB", "VBD", "CC", "VBZ", "PRP$", "``", "''", ":", "WDT", "$"]
ACTIONS = ["I_WALK", "I_TURN_LEFT", "I_JUMP", "I_TURN_RIGHT", "I_LOOK", "I_RUN"]
NOTES = [f"{name}{octave}" for octave in (4, 5, 3, 6, 2) for name in ("C", "D", "E", "F", "F#", "G", "A", "Bb", "B")]


@pytest.mark.parametrize("rows", [110, 330, 3_000])
@pytest.mark.parametrize("symbols", [PHONEMES, PARTS, PENN, ACTIONS, NOTES], ids=lambda symbols: str(symbols[0]))
def test_symbols_are_words_in_a_little_table_too_which_lacks_rare_ones(symbols: list[str], rows: int) -> None:
    pairs = [(word(), seldom(symbols, RNG.randint(3, 9))) for _ in range(rows)]
    chosen = choose_units(pairs, "char")
    assert chosen.target == "word" and chosen.right_or_wrong, chosen.reason
    assert "symbols with blanks between them" in chosen.reason
    assert choose_units([(target, source) for source, target in pairs], "char").source == "word"


@pytest.mark.parametrize("rows", [110, 330, 3_000])
def test_short_words_of_a_language_are_no_symbols(rows: int) -> None:
    """Few letters, no signs, as in what is typed to a machine, in capitals, or in Chinese cut into words."""
    small = [word(2, 5) for _ in range(2_000)]
    pairs_of_signs = [chr(0x4E00 + i) + chr(0x4F00 + RNG.randrange(60)) for i in range(60) for _ in range(30)]
    for said in (small, [each.upper() for each in small], pairs_of_signs):
        pairs = [(word(), seldom(said, 7)) for _ in range(rows)]
        assert choose_units(pairs, "char").target != "word"


def test_who_asks_for_units_gets_them() -> None:
    asked = choose_units([sentences() for _ in range(100)], "bpe", parse_units("char:word"))
    assert (asked.source, asked.target, asked.two) == ("char", "word", True) and "as asked for" in asked.reason
    assert parse_units("word") == ("word", "word")
    for wrong in ("", "letters", "char:", "char:letters", "char:word:bpe"):
        with pytest.raises(CoreError, match="--unit wants one of bpe, char, word, or one for each side"):
            parse_units(wrong)


def test_words_are_pieces_and_unknown_ones_come_back_whole() -> None:
    tokenizer = Tokenizer.train(["AH0 B AW1 T", "K AE1 T"] * 20, vocab_size=400, unit="word")
    assert tokenizer.pieces(tokenizer.encode("K AW1 T")) == ["▁K", "▁AW1", "▁T"]
    for text in ("ZH AW1 X9 T", "Öl ZH", "T ö", ""):
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_two_vocabularies_from_the_recipe_to_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = random.Random(2)
    spelled = sorted({"".join(rng.choices(LETTERS, k=rng.randint(2, 4))) for _ in range(700)})
    lines = [f"{each}\t{' '.join(SOUNDS[letter] for letter in each)}" for each in spelled]
    Path("sounds.tsv").write_text("\n".join(lines), encoding="utf-8")
    assert main(["new", "sounds", "--data", "sounds.tsv", "--minutes", "0.5"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "18 symbols with blanks between them" in said and "of 18 kinds, and 260 more" in said
    assert "will call them Source and Target unless --source-language" in said
    recipe = load_recipe(Path("sounds.toml"))
    assert recipe.data.units == ("char", "word") and recipe.data.vocabularies == "two"
    assert recipe.model.vocab_size == 260 + 18 and recipe.model.source_vocab_size > 260

    quick = ["training.updates=30", "training.validate_every=30", "training.warmup_steps=5", "model.decoder_size=32"]
    assert main(["train", "sounds.toml", "--override", *quick]) == 0
    folder = Path("runs/sounds/checkpoint")
    assert {path.name for path in folder.iterdir()} >= {"source.model", "target.model"}
    assert not (folder / "tokenizer.model").exists()
    assert "of the source and 278 of the target" in (folder / "README.md").read_text(encoding="utf-8")
    checkpoint = load_checkpoint(folder)
    assert isinstance(checkpoint.tokenizer, TwoVocabularies)

    translator = Translator.load(folder, "cpu")
    [result] = translator.translate(["dab"])
    assert result.source_tokens == ("d", "a", "b", "</s>")
    assert set(result.hypotheses[0].tokens) <= {f"▁{sound}" for sound in SOUNDS.values()} | {"</s>"}
    [scored] = translator.score(("dab", "D2 A0"))
    assert scored.hypotheses[0].tokens == ("▁D2", "▁A0", "</s>")
    assert pieces_of(Service(folder, "cpu"), "sounds", "dab") == ("d", "a", "b")

    assert main(["train", "sounds.toml", "--resume", "--override", *quick, "training.updates=40"]) == 0
    sums = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["sha256"]
    assert sums.keys() == {"model.safetensors", "source.model", "target.model"}
    (folder / "source.model").write_bytes((folder / "target.model").read_bytes())
    with pytest.raises(CoreError, match=r"source\.model in sounds is not what metrics\.json has a checksum of"):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("data.target_unit=word", "need vocabularies"),
        ("model.source_vocab_size=300", "model.source_vocab_size needs data.vocabularies"),
    ],
)
def test_a_recipe_that_contradicts_itself(
    override: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.tsv").write_text("\n".join("\t".join(sentences()) for _ in range(60)), encoding="utf-8")
    Path("x.toml").write_text(new_recipe(Task("x", (CorpusConfig(path="x.tsv"),))).text, encoding="utf-8")
    with pytest.raises(CoreError, match=message):
        load_recipe(Path("x.toml"), [override])
