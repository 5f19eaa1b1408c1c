"""Names change on both sides alike, and the grammar around them stays right."""

from __future__ import annotations

import random

import pytest

from recipes.names import Names, elided, read_names, renamed

NAMES = Names(women=("Ana",), men=("Max",), families=("Holm",), towns=("Oslo",))


def given_names_alone(seed: int = 0) -> random.Random:
    """Chance that never adds a family name."""
    rng = random.Random(seed)
    rng.random = lambda: 0.99  # type: ignore[method-assign]
    return rng


@pytest.mark.parametrize(
    ("language", "pair", "expected"),
    [
        ("de", ("Tom knows Mary.", "Tom kennt Maria."), ("Max knows Ana.", "Max kennt Ana.")),
        ("de", ("Tom's car and Mary's.", "Toms Auto und Marias."), ("Max's car and Ana's.", "Max' Auto und Anas.")),
        ("fr", ("Mary's dog.", "Le chien de Marie."), ("Ana's dog.", "Le chien d'Ana.")),
        ("fr", ("I see that Mary left.", "Je vois que Mary part."), ("I see that Ana left.", "Je vois qu'Ana part.")),
        ("de", ("Tomatoes from Boston", "Tomaten aus Boston"), ("Tomatoes from Oslo", "Tomaten aus Oslo")),
        ("de", ("Tom came.", "Er kam."), ("Tom came.", "Er kam.")),
        ("de", ("Tom, Tom!", "Tom!"), ("Tom, Tom!", "Tom!")),
    ],
)  # fmt: skip
def test_renamed(language: str, pair: tuple[str, str], expected: tuple[str, str]) -> None:
    assert renamed(pair, NAMES, language, given_names_alone()) == expected


def test_symbols_and_marks() -> None:
    pair = ("Tom's mother saw Mary.", "Toms Mutter sah Maria.")
    assert renamed(pair, NAMES, "de", given_names_alone(), ["⟨1⟩", "⟨2⟩"]) == (
        "⟨1⟩'s mother saw ⟨2⟩.",
        "⟨1⟩s Mutter sah ⟨2⟩.",
    )
    assert renamed(("Tom!", "Tom!"), NAMES, "de", given_names_alone(), ["⟨1⟩{}⟨2⟩"])[1] == "⟨1⟩Max⟨2⟩!"


def test_elided() -> None:
    assert (
        elided("de Anna, que Ömer, parce que Iris, lorsque Eva, le Anna")
        == "d'Anna, qu'Ömer, parce qu'Iris, lorsqu'Eva, le Anna"
    )
    assert elided("de Tom que Marie") == "de Tom que Marie"


def test_thousands_of_names_and_none_that_is_held_out() -> None:
    names = read_names(without={"Ingrid", "Oliver", "Berlin"})
    assert min(map(len, (names.women, names.men, names.families))) > 3000
    assert not {"Ingrid", "Oliver", "Berlin"} & {*names.women, *names.men, *names.families, *names.towns}
    assert all(name.isalpha() for name in names.women + names.men + names.families)
