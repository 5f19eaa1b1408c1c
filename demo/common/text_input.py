"""What a person typed, made fit for a model, or one sentence on why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seq2seq_core.text.characters import normalise, seen

if TYPE_CHECKING:
    from seq2seq_core.text.sentences import Sentences

MAX_CHARACTERS = 1000
"""Of a sentence."""

MAX_TEXT = 3000
"""Characters of a text of several sentences, of which each is kept with its search."""

MAX_SENTENCES = 30

MISSING = "Type an English sentence to translate."


class InputError(Exception):
    """Something about the input that its author can put right; the message is one sentence that says how.

    field: what it speaks of, as the end of a widget's id says it: the page shows the message beside that.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Cleaned:
    """A line to translate, and what to tell its author about it ("" = nothing)."""

    text: str
    note: str = ""


def clean(text: object, missing: str = MISSING, field: str = "sentence") -> Cleaned:
    """One line of at most ``MAX_CHARACTERS``, as any model reads it.

    Args:
        text: what came in, of whatever type.
        missing: what to say where there is no text in it.
        field: where it was typed.

    Raises:
        InputError: there is no text in it; ``missing``.
    """
    if not isinstance(text, str):
        raise InputError(missing, field)
    # A browser's request body may be megabytes; four times the limit leaves room for white space to collapse.
    clipped = text[: 4 * MAX_CHARACTERS]
    line = normalise(clipped)
    if not line:
        raise InputError(missing, field)
    if len(line) <= MAX_CHARACTERS and len(clipped) == len(text):
        return Cleaned(line)
    head = line[:MAX_CHARACTERS]
    if len(line) > MAX_CHARACTERS and " " in head:
        head = head.rsplit(" ", 1)[0]
    limit = "that is the limit" if len(head) == MAX_CHARACTERS else f"the limit is {MAX_CHARACTERS:,}"
    return Cleaned(head, f"Only the first {len(head):,} characters were read; {limit}.")


@dataclass(frozen=True)
class CleanedText:
    """The sentences of a text, each a line to translate, and what to tell its author about them ("" = nothing).

    between: what stands before, between and after them, one more than there are: white space, though none at the ends
        of the text, and marks of lists.
    """

    sentences: tuple[str, ...]
    between: tuple[str, ...]
    note: str = ""


def clean_text(text: object, split: Callable[[str], Sentences], missing: str = MISSING) -> CleanedText:
    """The sentences of a text, each as ``clean`` makes it, with the white space that stood between them.

    At most ``MAX_SENTENCES`` sentences and ``MAX_TEXT`` characters, and at least the first sentence.

    Args:
        text: what came in, of whatever type.
        split: finds the sentences.
        missing: what to say where there is no text in it.

    Raises:
        InputError: there is no text in it; ``missing``.
    """
    if not isinstance(text, str):
        raise InputError(missing, "sentence")
    clipped = text[: 4 * MAX_TEXT]  # as in ``clean``
    found = split("".join(character if character.isspace() else seen(character) for character in clipped))
    if not found.sentences:
        raise InputError(missing, "sentence")
    gaps = [found.between[0].lstrip(), *found.between[1:-1]]
    kept, end = 0, 0
    for gap, sentence in zip(gaps, found.sentences, strict=True):
        if kept == MAX_SENTENCES or (kept and end + len(gap) + len(sentence) > MAX_TEXT):
            break
        kept, end = kept + 1, end + len(gap) + len(sentence)
    cleaned = [clean(sentence, missing) for sentence in found.sentences[:kept]]
    notes = [_shortened(place, each) for place, each in enumerate(cleaned, start=1)]
    if kept < len(found.sentences) or len(clipped) < len(text):
        notes.insert(0, _left_out(kept, min(end, len(text)), len(text)))
    elif kept == 1:
        notes = [cleaned[0].note]
    after = found.between[-1].rstrip() if kept == len(found.sentences) else ""
    return CleanedText(tuple(each.text for each in cleaned), (*gaps[:kept], after), " ".join(filter(None, notes)))


def joined(sentences: Sequence[str], between: Sequence[str]) -> str:
    """Sentences from the first on, each behind what stood before it; behind all of them also what stood at the end."""
    words = [gap + sentence for gap, sentence in zip(between, sentences, strict=False)]
    return "".join([*words, between[-1] if len(between) == len(sentences) + 1 else ""])


def _left_out(kept: int, characters: int, of: int) -> str:
    """What to say where not all sentences were taken."""
    first = "sentence was" if kept == 1 else f"{kept} sentences were"
    return (
        f"Only the first {first} read ({characters:,} of {of:,} characters): the limit here is {MAX_SENTENCES} "
        f"sentences and {MAX_TEXT:,} characters; the Document view takes more."
    )


def _shortened(place: int, sentence: Cleaned) -> str:
    """What to say of a sentence that was cut; "" where it was not."""
    if not sentence.note:
        return ""
    read = f"only the first {len(sentence.text):,} characters were read"
    return f"Of sentence {place}, {read}; the limit is {MAX_CHARACTERS:,} a sentence."
