"""The sentences aligned by hand: ``everyday.txt`` beside this file says how to read it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).resolve().parents[2] / "demo" / "assets" / "everyday.tsv"
LINKS = Path(__file__).with_name("everyday.txt")

WORD = re.compile(r"[\w'’-]+|[^\w\s]")

Link = tuple[int, int]
"""Positions of a source and of a target word, from 0."""


@dataclass(frozen=True)
class Aligned:
    """A sentence pair with its links; the possible ones include the sure ones (Och & Ney 2003, section 6)."""

    source: str
    target: str
    sure: frozenset[Link]
    possible: frozenset[Link]


def read_gold() -> list[Aligned]:
    """All sentences, in order."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        texts = [(row["en"], row["de"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    lines = [line for line in LINKS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [_aligned(source, target, line) for (source, target), line in zip(texts, lines, strict=True)]


def words(text: str) -> list[re.Match[str]]:
    """The words and punctuation marks of a text, with their places in it."""
    return list(WORD.finditer(text))


def _aligned(source: str, target: str, line: str) -> Aligned:
    sure, possible = set(), set()
    for link in line.split():
        match = re.fullmatch(r"(.+?)([=~])(.+)", link)
        if match is None:
            raise ValueError(f"{link!r} in {LINKS} is no link")
        pair = _position(source, match[1]), _position(target, match[3])
        possible.add(pair)
        if match[2] == "=":
            sure.add(pair)
    return Aligned(source, target, frozenset(sure), frozenset(possible))


def _position(text: str, named: str) -> int:
    """Where a word stands, "#2" for its second occurrence: as written, or else in any case."""
    word, _, occurrence = named.partition("#")
    found = [match[0] for match in words(text)]
    places = [i for i, other in enumerate(found) if other == word]
    if occurrence or not places:
        places = [i for i, other in enumerate(found) if other.lower() == word.lower()]
    if len(places) < int(occurrence or 1):
        raise ValueError(f"{named!r} does not stand in {text!r}")
    return places[int(occurrence or 1) - 1]
