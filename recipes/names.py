"""Names of people and towns, to be put in the place of the few of a corpus, so that a translator learns to copy names.

Tatoeba knows Tom, Mary, John and Boston, and hardly anybody else. Names of people are Faker's, those of towns are such
as are written alike in English, German and French.
"""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat

from recipes.corpora import Pair

LOCALES = (
    "cs_CZ", "da_DK", "de_AT", "de_DE", "en_GB", "en_IN", "en_US", "es_ES", "es_MX", "fi_FI", "fr_FR", "hr_HR",
    "hu_HU", "id_ID", "it_IT", "lt_LT", "nl_NL", "no_NO", "pl_PL", "pt_BR", "ro_RO", "sk_SK", "sl_SI", "sv_SE",
    "tr_TR",
)  # fmt: skip
TOWNS = (
    "Aachen", "Aberdeen", "Amsterdam", "Ankara", "Atlanta", "Augsburg", "Avignon", "Baltimore", "Bangkok", "Basel",
    "Belfast", "Bergen", "Berlin", "Bielefeld", "Bilbao", "Birmingham", "Bochum", "Bogota", "Bonn", "Bordeaux",
    "Boston", "Bremen", "Brest", "Brighton", "Bristol", "Budapest", "Calais", "Cambridge", "Cardiff", "Chemnitz",
    "Chicago", "Cork", "Dallas", "Darmstadt", "Delhi", "Denver", "Detroit", "Dijon", "Dortmund", "Dublin",
    "Duisburg", "Edmonton", "Erfurt", "Essen", "Frankfurt", "Gdansk", "Glasgow", "Graz", "Grenoble", "Hamburg",
    "Heidelberg", "Helsinki", "Houston", "Innsbruck", "Jakarta", "Jena", "Kassel", "Kiel", "Kyoto", "Leeds",
    "Leipzig", "Lille", "Limoges", "Linz", "Lima", "Liverpool", "Lyon", "Madrid", "Magdeburg", "Manchester",
    "Manila", "Mannheim", "Melbourne", "Memphis", "Metz", "Miami", "Milwaukee", "Montpellier", "Nagoya", "Nairobi",
    "Nancy", "Nantes", "Nashville", "Nottingham", "Oakland", "Odessa", "Oran", "Orlando", "Osaka", "Oslo", "Oxford",
    "Paris", "Perth", "Philadelphia", "Phoenix", "Pittsburgh", "Plymouth", "Portland", "Potsdam", "Quito", "Regina",
    "Reims", "Rennes", "Riga", "Rostock", "Rotterdam", "Rouen", "Saint-Malo", "Salamanca", "Salzburg", "Santiago",
    "Sapporo", "Seattle", "Sheffield", "Siegen", "Singen", "Stockholm", "Stuttgart", "Sydney", "Tallinn", "Tampa",
    "Tampere", "Toronto", "Toulon", "Toulouse", "Tours", "Trondheim", "Tucson", "Ulm", "Uppsala", "Utrecht",
    "Vancouver", "Verdun", "Vichy", "Weimar", "Wellington", "Winnipeg", "Worms", "Yokohama", "York", "Zagreb",
)  # fmt: skip
LETTERS = re.compile(r"[A-ZÄÖÜÉÅØ][a-zäöüßáàâåãčćçéèêëěğíîïıłñńóôøõřśšşúûýžżœ]{2,11}")
ELIDED = re.compile(r"\b([dD]|[qQ]u|[jJ]usqu|[lL]orsqu|[pP]uisqu)e (?=[AEIOUÉÖÜÅØ])")
"""French words that lose their e before a vowel."""


@dataclass(frozen=True)
class Names:
    """Given names of women and men, family names, and towns."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    towns: tuple[str, ...]


def read_names(without: set[str]) -> Names:
    """Faker's names of the locales; ``without`` those that models are measured on."""
    found: dict[str, set[str]] = {"first_names_female": set(), "first_names_male": set(), "last_names": set()}
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for kind, names in found.items():
            names |= {name for name in getattr(provider, kind, ()) if LETTERS.fullmatch(name)}
    women, men, families = (tuple(sorted(names - without)) for names in found.values())
    return Names(women, men, families, tuple(town for town in TOWNS if town not in without))


@dataclass(frozen=True)
class Known:
    """A name of the corpora: how the target language writes it, and which field of ``Names`` takes its place."""

    name: str
    forms: str
    kind: str


KNOWN = (
    Known("Tom", "Tom|Thomas", "men"),
    Known("Mary", "Mary|Maria|Marie", "women"),
    Known("John", "John|Johannes|Jean", "men"),
    Known("Jackson", "Jackson", "families"),
    Known("Boston", "Boston", "towns"),
    Known("Kyoto", "Kyoto", "towns"),
)


def renamed(
    pair: Pair, names: Names, language: str, choose: random.Random, shown: Iterable[str] = repeat("{}")
) -> Pair:
    """The pair with other names in the place of ``KNOWN`` ones; as it is where the sides do not agree on them.

    Args:
        pair: source and target.
        names: to choose from.
        language: "de" or "fr".
        choose: the source of chance.
        shown: how each name is written: "{}" as it is, "⟨1⟩{}⟨2⟩" within marks, "⟨1⟩" a symbol in its place.
    """
    source, target = pair
    patterns = iter(shown)
    for known in KNOWN:
        here = re.compile(rf"\b{known.name}\b")
        genitive = "(s|'|’)?" if language == "de" else "()"
        there = re.compile(rf"\b(?:{known.forms}){genitive}(?!\w)")
        if not here.search(source) or len(here.findall(source)) != len(there.findall(target)):
            continue
        name = choose.choice(getattr(names, known.kind))
        if language == "fr" and name[0] == "H":  # de Hugo or d'Hugo, de Hambourg
            continue
        if known.kind in ("men", "women") and choose.random() < 0.12:
            name = f"{name} {choose.choice(names.families)}"
        written = next(patterns).format(name)
        source = here.sub(written, source)
        target = there.sub(lambda found, written=written: written + _genitive(written, bool(found[1])), target)
        if language == "fr":
            target = elided(target)
    return source, target


def elided(french: str) -> str:
    """``de Anna`` as ``d'Anna``."""
    return ELIDED.sub(r"\1'", french)


def _genitive(name: str, wanted: bool) -> str:
    if not wanted:
        return ""
    return "'" if name[-1] in "sßxz" else "s"
