"""Names of languages, as cards of models have them, and their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

NAMED_IN = ("de", "fr", "es", "it", "nl", "pt", "pl", "cs", "ru", "uk", "tr", "ar", "zh", "ja")
"""Languages beside English in which the headings of tables name languages."""

WORDS = re.compile(r"[^\W\d_]+")

TRANSLATION = "translation"
"""What a card calls the task where it names one; others may be called anything, transliteration, say."""


def language_code(name: object) -> str | None:
    """ISO 639 code of a language; None where it is not known: dates, say, are no language.

    Args:
        name: in English, or itself a code, perhaps with a region: German, de, pt-BR.
    """
    if not isinstance(name, str):
        return None
    wanted = name.strip().casefold()
    code = wanted.replace("_", "-").partition("-")[0]
    code = _of_three_letters().get(code, code)
    return _codes().get(wanted) or (code if code in _codes().values() else None)


def language_name(code: str) -> str | None:
    """The English name of a language by its code, as ``language_code`` reads one; None where it is not known."""
    known = language_code(code)
    name = next((name for name, each in _codes().items() if each == known), None)
    return name and " ".join(word.capitalize() for word in name.split())


def two_languages(source: str, target: str) -> tuple[str, str] | None:
    """English names of two languages by the headings of a table: Englisch and Spanisch, en and es, text_en and text_es.

    None where they are not two languages; a heading such as "no" or "is" is a language only beside another one.
    """
    codes = [_meant(heading) for heading in (source, target)]
    names = [code and language_name(code) for code in codes]
    return (names[0], names[1]) if names[0] and names[1] and codes[0] != codes[1] else None


def _meant(heading: str) -> str | None:
    """The code of the one language that a heading, or a word of it, names."""
    found = {code for word in WORDS.findall(heading) if (code := _named(word))}
    return _named(heading) or (found.pop() if len(found) == 1 else None)


def _named(text: str) -> str | None:
    """The code of a language that is named in one of those that tables are often written in, or by a usual code."""
    named = _in_many_languages().get(text.strip().casefold())
    code = named or language_code(text)
    return code if named or len(code or "") == 2 else None  # of those of three letters many are words


def source_code(metadata: Mapping[str, Any]) -> str | None:
    """Code of the language that a model with this card reads."""
    return language_code(metadata.get("source_language"))


def target_code(metadata: Mapping[str, Any]) -> str | None:
    """Code of the language that a model with this card writes."""
    return language_code(metadata.get("target_language"))


def right_to_left(code: str | None) -> bool:
    """Whether the language of this code is written from right to left, as Arabic is."""
    try:
        from babel import Locale, UnknownLocaleError
    except ImportError:  # where models are only trained
        return False
    try:
        return code is not None and Locale.parse(code).text_direction == "rtl"
    except (UnknownLocaleError, ValueError):  # a language of which only the name is known
        return False


def translates(metadata: Mapping[str, Any]) -> bool:
    """Whether a model with this card reads sentences of one language and writes another's, and has no other task."""
    if metadata.get("task", TRANSLATION) != TRANSLATION:
        return False
    source, target = source_code(metadata), target_code(metadata)
    return source is not None and target is not None and source != target


def has_other_task(metadata: Mapping[str, Any]) -> bool:
    """Whether a model with this card does something else: it names another task, or sides that are no two languages.

    Of a card that names neither nobody knows, and it counts as one of a translator.
    """
    named = metadata.get("source_language") and metadata.get("target_language")
    return bool(metadata.get("task") or named) and not (metadata.get("task") == TRANSLATION or translates(metadata))


@cache
def _of_three_letters() -> dict[str, str]:
    """Codes of two letters by those of three that mean the same, as deu and ger."""
    try:
        from babel.core import get_global
    except ImportError:
        return {"eng": "en", "deu": "de", "fra": "fr"}
    aliases = get_global("language_aliases")
    return {code: alias for code, alias in aliases.items() if len(code) == 3 and len(alias) == 2}


@cache
def _in_many_languages() -> dict[str, str]:
    try:
        from babel import Locale
    except ImportError:
        return _codes()
    return {name.casefold(): code for own in NAMED_IN for code, name in Locale(own).languages.items()} | _codes()


@cache
def _codes() -> dict[str, str]:
    try:
        from babel import Locale
    except ImportError:  # where models are only trained; these are the languages of the recipes
        return {"english": "en", "german": "de", "french": "fr"}
    return {name.casefold(): code for code, name in Locale("en").languages.items()}
