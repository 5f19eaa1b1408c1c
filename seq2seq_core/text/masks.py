"""What carries no meaning for a model, or cannot be read by it, and is to come out as it went in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from seq2seq_core.text.characters import Knows

Span = tuple[int, int]
"""Where something begins and ends in a text, in characters."""

_NUMBER = r"\d{1,15}(?:[.,'’\u202f ]\d{3}){0,5}(?:[.,]\d{1,15})?"
_SIGNED = r"(?:(?<!\S)[-−+])?"
_CURRENCY = r"(?:[$€£¥₹₽₩₺₴₿]|US\$|CHF|EUR|USD|GBP)"
_UNIT = (
    r"(?:%|‰|°\s?[CF]\b|°|(?:[kcmµn]?m|k?g|mg|[mc]?l|km/h|mph|[kKMGT]i?B|[kMG]?Hz|k?W|kWh|[mk]?V|dpi|px)[²³]?(?!\w))"
)

_TAG = r"</?[A-Za-z!?][^<>]{0,500}>"
_MARKS = r"\*{2,3}|__|~~|\[(?=[^\[\]]{1,200}\]\()|\]\([^()\s]{1,500}\)"
"""Of Markdown: emphasis, and what is around the text of a link."""

# Every repetition has a bound, or an end that no character before it can be: a long line must take linear time.
_PATTERNS = re.compile(
    "|".join(
        (
            r"(?<!`)`{1,3}[^`]+`{1,3}",  # code
            r"⟨\d+⟩",  # what we write in the place of all these
            _TAG + r"|&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]\w*);",  # markup
            r"(?:https?|ftp|file|mailto)://?[^\s<>\"]+[^\s<>\".,;:!?)\]}'’”]|www\.[^\s<>\"]+[^\s<>\".,;:!?)\]}'’”]",
            r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",  # e-mail
            r"(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,6}(?:com|org|net|edu|gov|io|de|fr|eu|uk|info)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)])?",
            r"%(?:\d+\$)?(?:\([A-Za-z_]\w*\))?[-+0#]*\d*(?:\.\d+)?[sdifgxXeEuc@](?![A-Za-z])|%%",  # printf
            r"\$\{[^{}\s]+\}|\{\{[^{}]+\}\}|\{[\w.:!-]*\}",  # {name}, {{ name }}, ${name}
            r"(?<![\w&])[@#][A-Za-z_]\w+",  # @name, #tag
            r"(?<!\w)(?:~|\.{1,2})?(?:/[\w.@-]+){2,}/?|\b[A-Za-z]:\\[\w\\.-]+",  # paths
            r"\b\w*[A-Za-z]_\w+\b|\b\w+\(\)",  # snake_case, call()
            _MARKS,
            rf"(?<![\w.,]){_SIGNED}{_CURRENCY}\s?{_NUMBER}(?!\w)|(?<![\w.,]){_SIGNED}{_NUMBER}\s?{_CURRENCY}(?!\w)",
            rf"(?<![\w.,]){_SIGNED}{_NUMBER}\s?{_UNIT}",
            r"(?<![\w.,])\d+(?:\s?[-+*/×÷·^]\s?\d+){0,20}\s?[=<>≤≥≈]\s?\d+(?!\w)"  # sums
            r"|(?<![\w.,])\d+(?:\s[-+*/×÷]\s\d+)+(?!\w)",
            r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b",  # days in digits
            r"(?<!\w)\+?\(?\d{2,5}\)?(?:[ /-]\d{2,}){1,}\b",  # telephone
            r"(?<![\w.,])\d{1,3}(?:[,.]\d{3})+(?:[.,]\d+)?(?!\w)|(?<![\w.,])\d{5,}(?:[.,]\d+)?(?!\w)",  # large
            r"(?<!\S)[:;=8][-o^']?[)(\]\[DPpO/\\|*]+(?!\w)|<3+(?!\d)",  # faces
        )
    )
)

_MARKUP = re.compile(rf"(?:{_TAG}|\*{{2,3}}|__|~~|\[|\]\([^()\s]+\)| )+")
_CODE = frozenset("{}[];=<>|\\&^~#")
_CODE_SHARE = 0.15


def spans(text: str, knows: Knows) -> list[Span]:
    """What is to be kept as it is in a normalised text, first to last, none over another.

    Links, addresses, markup, placeholders, code, emoji and other signs that the vocabulary lacks, numbers with units
    or currencies and long numbers.
    """
    known = [found.span() for found in _PATTERNS.finditer(text)]
    taken = [False] * len(text)
    for start, end in known:
        taken[start:end] = [True] * (end - start)
    return merged(text, sorted([*known, *_signs(text, taken, knows)]))


def is_markup(part: str) -> bool:
    """Whether it marks the words around it, which are to be read as if it were not there."""
    return _MARKUP.fullmatch(part) is not None


def is_code(text: str) -> bool:
    """Whether a text is more program than sentence, by its share of brackets, semicolons and operators."""
    signs = sum(character in _CODE for character in text)
    return signs >= 3 and signs >= _CODE_SHARE * sum(not character.isspace() for character in text)


def unread(text: str, knows: Knows) -> list[Span]:
    """Words of which the vocabulary lacks a letter, and lone characters that it lacks. Bytes spell those of ASCII."""
    if text.isascii():
        return []
    found: list[Span] = []
    for word in re.finditer(r"\S+", text):
        places = [i for i, character in enumerate(word[0]) if not (character.isascii() or knows(character))]
        if any(unicodedata.category(word[0][i])[0] in "LMN" for i in places):
            inner = re.search(r"\w.*\w|\w", word[0])
            start, end = inner.span() if inner else (0, len(word[0]))
            places = [*places, *range(start, end)]
        found += [(word.start() + place, word.start() + place + 1) for place in sorted(set(places))]
    return merged(text, found)


def merged(text: str, found: list[Span]) -> list[Span]:
    """Neighbours with nothing or a blank between them are one."""
    together: list[Span] = []
    for start, end in found:
        if together and not text[together[-1][1] : start].strip():
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return together


def _signs(text: str, taken: list[bool], knows: Knows) -> Iterator[Span]:
    """Runs of emoji and other signs."""

    def is_sign(place: int) -> bool:
        return not taken[place] and _is_sign(text, place, knows)

    for sign, places in groupby(range(len(text)), key=is_sign):
        if sign:
            run = list(places)
            yield run[0], run[-1] + 1


def _is_sign(text: str, place: int, knows: Knows) -> bool:
    character = text[place]
    if character.isascii():
        # a keycap: a digit before U+FE0F U+20E3
        return character in "0123456789#*" and text[place + 1 : place + 3] == "\ufe0f\u20e3"
    category = unicodedata.category(character)
    joins = character in "\u200d\ufe0e\ufe0f\u20e3" or "\U000e0020" <= character <= "\U000e007f"
    return joins or category in ("Co", "Cn") or (category in ("So", "Sk", "Sm", "Sc") and not knows(character))
