"""Sources as people type them."""

from __future__ import annotations

import random

from recipes.typed import careless, hurried, typed

SENTENCE = "I don't know, Tom!"


def test_hurried_is_small_letters_without_an_end() -> None:
    assert hurried("I don't know, Mr. Smith?!") == "i don't know, mr. smith"
    assert hurried("Is it 3.5 % ... ") == "is it 3.5 %"


def test_careless_takes_every_liberty_and_no_other() -> None:
    rng = random.Random(0)
    seen = {careless(SENTENCE, rng) for _ in range(10_000)}
    letters = (str, str.lower, str.upper)
    ends = ("!", "")
    commas = (",", "")
    apostrophes = ("'", "’", "")
    assert seen == {
        change(f"I don{apostrophe}t know{comma} Tom{end}")
        for change in letters for end in ends for comma in commas for apostrophe in apostrophes
    }  # fmt: skip


def test_targets_stay_and_no_pair_is_lost() -> None:
    pairs = [(f"Sentence {n}.", f"Satz {n}.") for n in range(1000)] + [("!", "Ausruf!")]
    found = list(typed(pairs))
    assert [target for _, target in found] == [target for _, target in pairs]
    sources = [(now, before) for (now, _), (before, _) in zip(found, pairs, strict=True)]
    assert all(now.lower().rstrip(".") == before.lower().rstrip(".") for now, before in sources)
    assert 300 < sum(now == before for now, before in sources) < 550
    assert list(typed(pairs)) == found, "the same on every machine"
