"""What differs only in how it was typed or saved is read alike."""

from __future__ import annotations

import pytest

from seq2seq_core.text.characters import fitted, normalise
from tests.text.vocabulary import SmallVocabulary

KNOWS = SmallVocabulary().knows


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("\ufeffA man walks.", "A man walks."),
        ("A beau\u00adtiful gar\u00adden", "A beautiful garden"),
        ("zero\u200bwidth\u2060 joins", "zerowidth joins"),
        ("\u202aleft to right\u202c \u200emark", "left to right mark"),
        ("two\u00a0kinds\u2003of\u3000blanks", "two kinds of blanks"),
        ("one\u2028two\u2029three\x0bfour\x0cfive\x85six", "one two three four five six"),
        ("a bell\x07 rings\x00", "a bell rings"),
        ("cafe\u0301", "café"),
        ("wo\u200drd", "word"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀 flies", "👩\u200d🚀 flies"),
        ("half a pair \ud83d", "half a pair \ufffd"),
        (" \t\n ", ""),
    ],
)
def test_any_model_reads(given: str, read: str) -> None:
    assert normalise(given) == read


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("ﬁnally oﬃcial", "finally official"),
        ("Ｈｅｌｌｏ，ｗｏｒｌｄ！", "Hello,world!"),
        ("“Stop,” said he, ‘now’.", "\"Stop,\" said he, 'now'."),
        ("wait — no… well", "wait - no... well"),
        ("a – b", "a – b"),
        ("„Halt“, sagt er", "„Halt“, sagt er"),
        ("• first", "- first"),
        ("Brand™ 漢字", "Brand™ 漢字"),
    ],
)
def test_a_vocabulary_gets_what_it_knows(given: str, read: str) -> None:
    assert fitted(normalise(given), KNOWS) == read
