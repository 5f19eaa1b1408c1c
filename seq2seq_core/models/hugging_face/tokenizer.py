"""A tokenizer of ``transformers`` as the pipeline wants one: source and target have their own ways into pieces."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from threading import Lock
from typing import ClassVar

from transformers import PreTrainedTokenizerBase

from seq2seq_core.types import SpecialTokens

END = "</s>"
"""How the end is written for every view, whatever the tokenizer calls it."""

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")


class ForeignTokenizer:
    """Pieces as their tokenizer makes them; nothing of a text is masked or rewritten before."""

    symbols: tuple[str, ...] = ()
    as_given: ClassVar[bool] = True

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        specials: SpecialTokens,
        size: int,
        *,
        prefix: str = "",
        forced_first: int | None = None,
        marks: Collection[int] = (),
    ) -> None:
        """
        Args:
            tokenizer: theirs, its languages set.
            specials: of the model.
            size: V of the model, which may be more than the tokenizer's.
            prefix: what stands before each source.
            forced_first: the token that each target begins with.
            marks: ids that carry no text, those of languages among them.
        """
        self.specials = specials
        self.byte_pieces: dict[int, int] = {}  # whatever their search may write, ours may
        self._tokenizer, self._size, self._prefix = tokenizer, size, prefix
        self._first = () if forced_first is None else (forced_first,)
        self._marks = {*marks, specials.pad, specials.eos, *self._first}
        self._lock = Lock()  # the way to source or target pieces is switched in the tokenizer itself
        self._of_bytes = _byte_level(tokenizer)

    def __len__(self) -> int:
        return self._size

    def knows(self, character: str) -> bool:
        """Always: what it lacks is its own affair."""
        return True

    def encode(self, text: str) -> list[int]:
        """Ids of the pieces of a target, without anything before or after."""
        with self._lock:
            return list(self._tokenizer(text_target=text, add_special_tokens=False)["input_ids"])

    def encode_source(self, text: str) -> list[int]:
        """All that the encoder reads of a text, with its prefix and what the tokenizer puts around it; [] for none."""
        if not text:
            return []
        with self._lock:
            return list(self._tokenizer(self._prefix + text)["input_ids"])

    def encode_target(self, text: str) -> list[int]:
        """A target as the decoder writes it, from its forced beginning on, the end left out."""
        return [*self._first, *self.encode(text)]

    def segmentations(self, text: str, count: int) -> list[list[int]]:
        """None: their tokenizers name no others."""
        return []

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, one line; what carries no text is left out."""
        shown = [int(i) for i in ids if int(i) not in self._marks]
        with self._lock:
            text = str(self._tokenizer.decode(shown, skip_special_tokens=True))
        return " ".join(text.split())

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The pieces as every view reads them: "▁" where a word begins, and what carries no text in brackets."""
        with self._lock:
            names = self._tokenizer.convert_ids_to_tokens([int(i) for i in ids])
        return [self._piece(int(i), name) for i, name in zip(ids, names, strict=True)]

    def source_pieces(self, ids: Sequence[int]) -> list[str]:
        """As ``pieces``: in their models ids mean the same on both sides."""
        return self.pieces(ids)

    def _piece(self, number: int, name: str | None) -> str:
        if number == self.specials.eos:
            return END
        if name is None:  # the model has more rows than the tokenizer pieces
            return f"<{number}>"
        if number in self._marks:
            return name if name.startswith("<") and name.endswith(">") else f"<{name.strip('_')}>"
        return _spelt(name, self._of_bytes) if self._of_bytes and not _BYTE.fullmatch(name) else name


def _byte_level(tokenizer: PreTrainedTokenizerBase) -> dict[str, int]:
    """The byte that each character of a piece stands for, of a tokenizer whose pieces are of bytes; none of others.

    As GPT-2 has it (Radford et al. 2019): the printable bytes of Latin-1 stand for themselves, the others for the
    characters from U+0100 on, so that a blank is "Ġ".
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or "ByteLevel" not in str(type(backend.decoder)):
        return {}
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(0x100 + i): byte for i, byte in enumerate(others)}


def _spelt(name: str, of_bytes: dict[str, int]) -> str:
    """A piece of bytes as its text; part of a character as the bytes it is."""
    if any(character not in of_bytes for character in name):
        return name
    spelled = bytes(of_bytes[character] for character in name)
    try:
        return spelled.decode().replace(" ", "▁")
    except UnicodeDecodeError:
        if len(spelled) == 1:
            return f"<0x{spelled[0]:02X}>"
        return spelled.decode(errors="replace").replace(" ", "▁")
