"""Capitals and Title Case are read as ordinary writing; what may be meant as it is stays."""

from __future__ import annotations

import pytest

from seq2seq_core.text.casing import casing, ordinary
from tests.text.vocabulary import SmallVocabulary


def cost(word: str) -> tuple[int, int]:
    ids = SmallVocabulary().encode(word)
    return len(ids), ids[0] if len(ids) == 1 else 0


@pytest.mark.parametrize(
    ("given", "style", "read"),
    [
        ("WHERE IS THE DOG?", "capitals", "where is the dog?"),
        ("THE TRAIN IS IN BERLIN. I KNOW THAT.", "capitals", "the train is in Berlin. I know that."),
        ("STATION", "capitals", "station"),
        ("I DON'T KNOW", "capitals", "I don't know"),
        ("The Big Dog Runs On The Beach", "title", "The big dog runs on the beach"),
        ("What Is The Weather In Berlin Like", "title", "What is the weather in Berlin like"),
        (
            "The Dog of Uwe Krahl Runs A McDonald Well-known Today",
            "title",
            "The dog of uwe krahl runs a McDonald well-known today",
        ),
        ("UNO", "ordinary", "UNO"),
        ("A", "ordinary", "A"),
        ("OK", "ordinary", "OK"),
        ("The Dog knows where Berlin is", "ordinary", "The Dog knows where Berlin is"),
        ("where is the dog", "ordinary", "where is the dog"),
        ("Uwe Krahl knows Berlin.", "ordinary", "Uwe Krahl knows Berlin."),
        ("4 - 2", "ordinary", "4 - 2"),
        ("", "ordinary", ""),
    ],
)
def test_a_text_is_read(given: str, style: str, read: str) -> None:
    found = casing(given, cost)
    assert (found, ordinary(given, found, cost)) == (style, read)
