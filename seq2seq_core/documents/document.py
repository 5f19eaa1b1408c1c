"""A file whose text is to be translated: its texts one by one, and the file again with others in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class TextUnit:
    """One text to be translated.

    text: a line, a paragraph, a subtitle's words, a cell or a source segment; it may hold line breaks.
    place: where it stands, for people: "line 3", "cue 12", "paragraph 4", "row 5".
    """

    text: str
    place: str


@dataclass(frozen=True)
class Limits:
    """How much is read, so that a file from a stranger fills neither the memory nor the day.

    size: bytes of the file. units: texts in it. unpacked: bytes of everything in an archive (.docx) together.
    """

    size: int = 20_000_000
    units: int = 100_000
    unpacked: int = 60_000_000


@dataclass(frozen=True)
class Upload:
    """What ``read_document`` was given, for the reader of a format; ``suffix`` is in small letters, with the dot."""

    name: str
    suffix: str
    data: bytes
    column: str | None
    target_language: str | None
    limits: Limits


Writer = Callable[[Sequence[str | None]], bytes]
"""From one translation for each unit, or None where it is to stay as it is, to the file."""


@dataclass(frozen=True)
class Document:
    """The texts of a file, in their order.

    name: what the file is called.
    suffix: the end of its name in small letters, with the dot, which says its format.
    units: its texts that are to be translated; never none of them.
    notes: what is left alone or will be lost, one sentence each, for whoever wants to translate it.
    """

    name: str
    suffix: str
    units: tuple[TextUnit, ...]
    writer: Writer = field(repr=False)
    notes: tuple[str, ...] = ()

    def written(self, translations: Sequence[str | None]) -> bytes:
        """The file in the format that came, its structure kept, with these texts in the place of its units.

        Args:
            translations: one for each unit, in their order; None leaves a unit as it was.

        Raises:
            CoreError: there are more or fewer than units.
        """
        if len(translations) != len(self.units):
            raise CoreError(
                f"{self.name} has {len(self.units)} texts and {len(translations)} translations were given; "
                "give one for each, or None where the text is to stay"
            )
        return self.writer(translations)
