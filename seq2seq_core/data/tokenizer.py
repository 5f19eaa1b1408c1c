"""SentencePiece models (Kudo & Richardson 2018, arXiv 1808.06226): one for source and target, or one for each.

``TwoVocabularies`` is the latter, for sides that share little; whatever is asked of it is answered by the side's own.
"""

from __future__ import annotations

import functools
import io
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import accumulate, groupby
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

import sentencepiece

from seq2seq_core.text.characters import fitted, normalise
from seq2seq_core.types import CoreError, SpecialTokens, Ways

if TYPE_CHECKING:
    from seq2seq_core.data.bpe_dropout import BpeDropout

_SYMBOL = re.compile(r"⟨[0-9]+⟩")

SPACE = "▁"
"""Where a word begins, in a piece."""

Unit = Literal["bpe", "char", "word"]
"""What a piece is: learnt by byte-pair encoding, a character, or whatever stands between two blanks."""


class TextPieces(Protocol):
    """What decoding needs of a tokenizer, ours or another's.

    specials: ids of the pieces that carry no text. symbols, byte_pieces: see ``Tokenizer``.
    """

    specials: SpecialTokens
    symbols: tuple[str, ...]
    byte_pieces: dict[int, int]

    as_given: ClassVar[bool]
    """Whether it wants each text as it was given: then nothing is masked, and capitals stay."""

    def __len__(self) -> int: ...

    def knows(self, character: str) -> bool:
        """Whether a piece holds it."""

    def encode(self, text: str) -> list[int]:
        """Ids of the pieces of a target, without anything before or after."""

    def encode_source(self, text: str) -> list[int]:
        """All that an encoder reads of a text, the end included; [] where there is nothing to read."""

    def encode_target(self, text: str) -> list[int]:
        """What a decoder writes of a text, the end left out."""

    def segmentations(self, text: str, count: int) -> list[list[int]]:
        """At most ``count`` other ways to spell a text."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, one line."""

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The pieces of a target, "▁" where a word begins, "</s>" for the end."""

    def source_pieces(self, ids: Sequence[int]) -> list[str]:
        """The pieces of a source, which may be of another vocabulary."""


class Tokenizer:
    """Text to piece ids and back. Bytes stand in for characters it never saw, so nothing a person types is lost.

    symbols: pieces that stand for something which is not to be translated, "⟨1⟩" and so on; none where it has none.
    byte_pieces: the byte that each piece of a single byte stands for, by its id.
    """

    as_given: ClassVar[bool] = False

    def __init__(self, model: bytes) -> None:
        """From the bytes of a SentencePiece model.

        Raises:
            CoreError: the bytes are no SentencePiece model, or its special pieces are not where ours are.
        """
        self.model = model
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(model)
            self.pieces(range(len(self)))
        except (RuntimeError, UnicodeDecodeError) as error:  # the latter of pieces, or of the reason, that are no text
            raise CoreError("the tokenizer is not a SentencePiece model; copy the checkpoint again") from error
        self.specials = SpecialTokens()
        p = self._processor
        if (p.pad_id(), p.unk_id(), p.bos_id(), p.eos_id()) != (0, 1, 2, 3):
            raise CoreError("the tokenizer's PAD, UNK, BOS and EOS are not 0, 1, 2 and 3; train it with this project")
        pieces = [str(p.IdToPiece(i)) for i in range(p.GetPieceSize())]
        self.symbols = tuple(piece for piece in pieces if _SYMBOL.fullmatch(piece))
        self._characters = frozenset("".join(p for i, p in enumerate(pieces) if not self._is_special(i)))
        self.byte_pieces = {i: int(p.IdToPiece(i)[1:-1], 16) for i in range(len(self)) if p.IsByte(i)}
        self._of_byte = {byte: i for i, byte in self.byte_pieces.items()}

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """The tokenizer in a file.

        Raises:
            CoreError: it cannot be read.
        """
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise CoreError(f"cannot read the tokenizer {path}: {error.strerror}; copy the checkpoint again") from error

    @classmethod
    def train(
        cls,
        lines: Iterable[str],
        *,
        vocab_size: int,
        unit: Unit = "bpe",
        symbols: Sequence[str] = (),
        characters: str = "",
        split_digits: bool = False,
    ) -> Tokenizer:
        """A tokenizer learnt from ``lines``, with byte fallback.

        Args:
            lines: the text of both sides.
            vocab_size: pieces, special and byte pieces counted; of characters and words, at most so many.
            unit: byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909), each character, or each word by itself.
            symbols: texts that are always pieces of their own.
            characters: those that are pieces however rare they are, instead of bytes.
            split_digits: each digit is a piece, so that numbers can be copied digit by digit.

        Raises:
            CoreError: there is too little text for so many pieces.
        """
        model = io.BytesIO()
        specials = SpecialTokens()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=(normalise(line) for line in lines),
                model_writer=model,
                vocab_size=vocab_size,
                model_type=unit,
                hard_vocab_limit=unit == "bpe",
                add_dummy_prefix=unit != "char",  # a first word is like the others; a first character needs no space
                byte_fallback=True,
                split_digits=split_digits,
                user_defined_symbols=list(symbols),
                required_chars=characters,
                character_coverage=0.9998,
                normalization_rule_name="identity",  # ``normalise`` has done it
                pad_id=specials.pad,
                unk_id=specials.unk,
                bos_id=specials.bos,
                eos_id=specials.eos,
                minloglevel=2,
            )
        except RuntimeError as error:
            raise CoreError(
                f"no tokenizer of {vocab_size} pieces can be learnt from this text; try another model.vocab_size"
            ) from error
        return cls(model.getvalue())

    def __len__(self) -> int:
        return int(self._processor.GetPieceSize())

    def _is_special(self, piece: int) -> bool:
        p = self._processor
        return bool(p.IsControl(piece) or p.IsUnknown(piece) or p.IsByte(piece))

    def knows(self, character: str) -> bool:
        """Whether a piece holds it; bytes spell the others. A blank is known."""
        return character == " " or character in self._characters

    def encode(self, text: str) -> list[int]:
        """Piece ids of ``text``, without BOS and EOS."""
        return list(self._processor.Encode(self._readable(text)))

    def encode_source(self, text: str) -> list[int]:
        """As ``encode``, with EOS; [] where there is no piece."""
        ids = self.encode(text)
        return [*ids, self.specials.eos] if ids else []

    def encode_target(self, text: str) -> list[int]:
        """As ``encode``."""
        return self.encode(text)

    def _readable(self, text: str) -> str:
        return fitted(normalise(text), self.knows)

    def encode_all(self, texts: Sequence[str], *, bpe_dropout: float = 0.0, seed: int = 0) -> list[list[int]]:
        """``encode`` for many texts.

        Args:
            texts: any number.
            bpe_dropout: probability that a merge is left out, so that a word is cut in another way each time
                (Provilkov et al. 2020, arXiv 1910.13267).
            seed: of the choice of merges: the same seed cuts the same texts alike, in any process.

        Raises:
            CoreError: merges are to be left out where pieces were not learnt by merging.
        """
        lines = [self._readable(text) for text in texts]
        if not bpe_dropout:
            return list(self._processor.Encode(lines))
        rng = random.Random(seed)
        return [self._dropping.encode(line, bpe_dropout, rng) for line in self._processor.Normalize(lines)]

    @functools.cached_property
    def _dropping(self) -> BpeDropout:
        from seq2seq_core.data.bpe_dropout import BpeDropout  # with protobuf, for which only a training run should wait

        return BpeDropout(self.model)

    def segmentations(self, text: str, count: int) -> list[list[int]]:
        """Other piece ids that spell ``text``: the ``count`` of fewest pieces, of as many pieces those merged earliest.

        A character without a piece stays its bytes. There may be fewer; where pieces are characters there are none.
        """
        own = self.encode(text)
        # Each unit a character, or a byte piece that nothing can be joined with.
        units = [part for i in own for part in ([i] if i in self.byte_pieces else self._processor.IdToPiece(i))]
        # Of the units so far the cheapest ways: pieces, sum of their ids, ids. Ids are in the order of the merges.
        ways: list[list[tuple[int, int, tuple[int, ...]]]] = [[(0, 0, ())]]
        for end in range(1, len(units) + 1):
            last = self._last_pieces(units[max(0, end - self._longest_piece) : end])
            grown = (
                (pieces + 1, cost + i, (*ids, i)) for i, length in last for pieces, cost, ids in ways[end - length]
            )
            ways.append(nsmallest(count + 1, grown))
        return [list(ids) for *_, ids in ways[-1] if list(ids) != own][:count]

    def _last_pieces(self, units: Sequence[str | int]) -> Iterator[tuple[int, int]]:
        """Ids of the pieces that the last of these units can be, and how many units each is."""
        joined = ""
        for length, unit in enumerate(reversed(units), start=1):
            if isinstance(unit, int):
                if length == 1:
                    yield unit, 1
                return
            joined = unit + joined
            if joined in self._of_text:
                yield self._of_text[joined], length

    def ways(self, text: str) -> Ways:
        """Every way to write a text of whole words in pieces, as ``seq2seq_core.decoding.phrases`` describes them.

        Raises:
            CoreError: nothing of it can be written.
        """
        shown = self._readable(text).strip()
        if not shown:
            raise CoreError(f"{text!r} holds nothing that could be said; give words")
        # Each character as its bytes, so that those which a piece of a single byte spells have places of their own.
        characters = [" ", *shown]
        before = [0, *accumulate(len(character.encode()) for character in characters)]
        edges = []
        for start in range(len(characters)):
            for stop in range(start + 1, min(len(characters), start + self._longest_piece) + 1):
                piece = "".join(characters[start:stop]).replace(" ", SPACE)
                if piece in self._of_text:
                    edges.append((before[start], self._of_text[piece], before[stop]))
            spelled = enumerate(characters[start].encode(), before[start])
            edges += [(place, self._of_byte[byte], place + 1) for place, byte in spelled if byte in self._of_byte]
        pieces = self.pieces(ids := self.encode(shown))
        own, at = [], 0 if pieces[0].startswith(SPACE) else 1
        for piece, number in zip(pieces, ids, strict=True):
            at += 1 if number in self.byte_pieces else len(piece.replace(SPACE, " ").encode())
            own.append(at)
        units = tuple(sum(end <= place for end in own) for place in range(before[-1] + 1))
        return Ways(tuple(edges), units, sign_first=not _joins(shown[0]), sign_last=not _joins(shown[-1]))

    @cached_property
    def goes_on(self) -> frozenset[int]:
        """Ids of the pieces that go on with a word which stands right before them."""
        return frozenset(i for i, piece in self._plain.items() if _joins(piece[0])) | self._inside_characters

    @cached_property
    def left_open(self) -> frozenset[int]:
        """Ids of the pieces that end in a word, with which what follows may go on."""
        return frozenset(i for i, piece in self._plain.items() if _joins(piece[-1])) | self._inside_characters

    @cached_property
    def _inside_characters(self) -> frozenset[int]:
        """Bytes of characters that have no piece: mostly letters, so they are taken for some."""
        return frozenset(i for i, byte in self.byte_pieces.items() if byte >= 0x80 or _joins(chr(byte)))

    @cached_property
    def _plain(self) -> dict[int, str]:
        return {i: piece for piece, i in self._of_text.items()}

    @cached_property
    def _of_text(self) -> dict[str, int]:
        """Ids of the pieces that are text, by what they are."""
        p = self._processor
        plain = (i for i in range(len(self)) if not (p.IsControl(i) or p.IsUnknown(i) or p.IsByte(i) or p.IsUnused(i)))
        return {str(p.IdToPiece(i)): i for i in plain}

    @cached_property
    def _longest_piece(self) -> int:
        return max(map(len, self._of_text), default=1)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of piece ids, always one line; PAD, BOS, EOS and bytes that spell no character carry none."""
        hidden = (self.specials.pad, self.specials.bos, self.specials.eos)
        shown = [int(i) for i in ids if int(i) not in hidden]
        text = str(self._processor.Decode(list(self._without_broken_characters(shown))))
        # Byte pieces can spell a line break, although no training text holds one, and the mark of a word's beginning.
        return text.replace("\r", " ").replace("\n", " ").removeprefix(SPACE).replace(SPACE, " ")

    def _without_broken_characters(self, ids: Sequence[int]) -> Iterator[int]:
        for are_bytes, run in groupby(ids, key=self.byte_pieces.__contains__):
            if are_bytes:
                spelled = bytes(self.byte_pieces[i] for i in run).decode(errors="ignore").encode()
                yield from (self._of_byte[byte] for byte in spelled)
            else:
                yield from run

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The pieces as they are written in the model, "▁" where a word begins."""
        return [str(self._processor.IdToPiece(int(i))) for i in ids]

    def source_pieces(self, ids: Sequence[int]) -> list[str]:
        """As ``pieces``: both sides have one vocabulary."""
        return self.pieces(ids)

    @property
    def source(self) -> Tokenizer:
        """What cuts sources: this one."""
        return self

    @property
    def target(self) -> Tokenizer:
        """What cuts targets: this one."""
        return self


class TwoVocabularies:
    """A tokenizer for each side, whose ids have nothing to do with each other's. Symbols to be copied it has none."""

    as_given: ClassVar[bool] = False
    symbols: tuple[str, ...] = ()

    def __init__(self, source: Tokenizer, target: Tokenizer) -> None:
        self.source, self.target = source, target
        self.specials, self.byte_pieces = target.specials, target.byte_pieces

    def __len__(self) -> int:
        return len(self.target)

    def knows(self, character: str) -> bool:
        """Whether a piece of the source holds it."""
        return self.source.knows(character)

    def encode(self, text: str) -> list[int]:
        """Piece ids of a target."""
        return self.target.encode(text)

    def encode_source(self, text: str) -> list[int]:
        """Piece ids of a source, with EOS; [] where there is no piece."""
        return self.source.encode_source(text)

    def encode_target(self, text: str) -> list[int]:
        """As ``encode``."""
        return self.target.encode(text)

    def segmentations(self, text: str, count: int) -> list[list[int]]:
        """Other piece ids that spell a target: see ``Tokenizer.segmentations``."""
        return self.target.segmentations(text, count)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of a target's ids."""
        return self.target.decode(ids)

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The pieces of a target."""
        return self.target.pieces(ids)

    def source_pieces(self, ids: Sequence[int]) -> list[str]:
        """The pieces of a source."""
        return self.source.pieces(ids)


OwnTokenizer = Tokenizer | TwoVocabularies
"""Of a model of this project."""


def _joins(character: str) -> bool:
    """Whether it makes one word with a letter beside it; where words have no blanks between them, each sign is one."""
    return character.isalnum() and unicodedata.east_asian_width(character) not in "WF"
