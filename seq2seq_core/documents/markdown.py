"""Markdown: headings, paragraphs, list items and cells of tables, found by markdown-it; all else stays to the letter.

What lies inside a line (``*emphasis*``, links, `code`) is part of its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from seq2seq_core.documents.document import Document, TextUnit, Upload
from seq2seq_core.documents.encoding import decoded
from seq2seq_core.documents.lines import Line, in_one_line, lines_of
from seq2seq_core.documents.wrapping import wrapped
from seq2seq_core.types import CoreError

FRONT_MATTER_ENDS = ("---", "...")

CLOSING = re.compile(r"[ \t]+#+[ \t]*$")
"""The signs that may end a heading."""

TASK = re.compile(r"\[[ xX]\][ \t]+")
"""The box of a list item that can be ticked off."""

BLOCK_SIGN = re.compile(r"^(?=#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|=+\s*$|-+\s*$|`{3}[^`]*$|~{3})")
BLOCK_NUMBER = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")
"""Where a backslash keeps the beginning of a line from being read as that of a heading, a list, a quotation or code."""


@dataclass(frozen=True)
class ParagraphLine:
    """One line of a paragraph: ``raw[index]`` is ``before + words + after``; ``breaks`` ends it with a line break."""

    index: int
    before: str
    words: str
    after: str
    breaks: bool


@dataclass(frozen=True)
class MarkdownText:
    """A heading, a paragraph or what a list item says; its lines are one text, and a hard line break stays one.

    free: its line stands behind ``#``, where no other block can begin.
    """

    parts: tuple[ParagraphLine, ...]
    text: str
    place: str
    free: bool

    def put(self, raw: list[str], new: str) -> None:
        """Writes ``new`` in its place: ``raw`` holds the lines with their ends, and an empty string is no line.

        It takes as many lines as before. With another number of line breaks than before, they all become spaces.
        """
        stretches = _stretches(self.parts)
        texts = [in_one_line(text) for text in new.split("\n")]
        if len(texts) != len(stretches):
            stretches, texts = [list(self.parts)], [" ".join(texts)]
        for parts, text in zip(stretches, texts, strict=True):
            lines = wrapped(text.strip(), len(parts))
            for part in parts[len(lines) :]:
                raw[part.index] = ""
            for number, (part, line) in enumerate(zip(parts, lines, strict=False), start=1):
                after = parts[-1].after if number == len(lines) else part.after
                raw[part.index] = part.before + (line if self.free else _not_a_block(line)) + after


@dataclass(frozen=True)
class TableCell:
    """A cell of a table, at these characters of a line."""

    index: int
    start: int
    end: int
    text: str
    place: str

    def put(self, raw: list[str], new: str) -> None:
        """In its line. Cells are put from the last to the first, or ``start`` would move."""
        cell = re.sub(r"(?<!\\)\|", r"\\|", in_one_line(new).strip())
        raw[self.index] = raw[self.index][: self.start] + cell + raw[self.index][self.end :]


def read_markdown(upload: Upload) -> Document:
    """Front matter, code, HTML blocks and link definitions are left alone.

    Raises:
        CoreError: it is no text.
    """
    text, encode = decoded(upload.name, upload.data)
    lines = lines_of(text)
    blocks, lost = _blocks(lines, _front_matter(lines))
    notes = tuple(f"line {number + 1} is left alone: where its text begins cannot be told" for number in lost)

    def write(translations: Sequence[str | None]) -> bytes:
        raw = [line.text + line.end for line in lines]
        for block, new in reversed(list(zip(blocks, translations, strict=True))):
            if new is not None and new != block.text:
                block.put(raw, new)
        return encode("".join(raw))

    units = tuple(TextUnit(block.text, block.place) for block in blocks)
    return Document(upload.name, upload.suffix, units, write, notes)


def _front_matter(lines: Sequence[Line]) -> int:
    """The number of lines at the beginning that are settings between two rules."""
    if not lines or lines[0].text.rstrip() != "---":
        return 0
    ends = (number for number, line in enumerate(lines[1:], start=2) if line.text.rstrip() in FRONT_MATTER_ENDS)
    return next(ends, 0)


def _blocks(lines: Sequence[Line], first: int) -> tuple[list[MarkdownText | TableCell], list[int]]:
    """What is to be translated from this line on, and the lines of what could not be found again in its line."""
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise CoreError("reading .md needs markdown-it-py: pip install markdown-it-py") from error

    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(line.text for line in lines[first:]))
    blocks: list[MarkdownText | TableCell] = []
    lost: list[int] = []
    end, cell = 0, 0
    for opening, token in pairwise(tokens):
        if token.type == "tr_open":
            end = cell = 0
        if token.type != "inline" or not token.map:
            continue
        start, stop = (first + line for line in token.map)
        found: MarkdownText | TableCell | None
        if opening.type in ("td_open", "th_open"):
            cell += 1
            found = _cell(lines[start].text, start, end, token.content, cell)
            end = found.end if isinstance(found, TableCell) else end
        else:
            found = _paragraph(lines, range(start, stop), token.content, opening.markup.startswith("#"))
        if found and found.text.strip():
            blocks.append(found)
        elif token.content.strip():
            lost.append(start)
    return blocks, lost


def _cell(line: str, index: int, start: int, content: str, number: int) -> TableCell | None:
    written = content.replace("|", r"\|")
    start = line.find(written, start)
    if start < 0:
        return None
    return TableCell(index, start, start + len(written), written, f"line {index + 1}, cell {number}")


def _paragraph(lines: Sequence[Line], span: range, content: str, behind_signs: bool) -> MarkdownText | None:
    """The block whose lines hold ``content``; None where one does not end with what it should."""
    parts, text = [], ""
    pieces = content.split("\n")
    if len(pieces) > len(span):
        return None
    for place, (index, piece) in enumerate(zip(span, pieces, strict=False)):
        line = lines[index].text
        last = place == len(pieces) - 1
        body = line.rstrip()
        if behind_signs and not body.endswith(piece.strip()):
            body = CLOSING.sub("", line)
        if not body.endswith(piece.strip()):
            return None
        words = piece.strip()
        task = TASK.match(words) if place == 0 and not behind_signs else None
        words = words[task.end() :] if task else words
        before = body[: len(body) - len(words)]
        breaks = not last and (words.endswith("\\") or line.endswith("  "))
        words = words.removesuffix("\\") if breaks else words
        parts.append(ParagraphLine(index, before, words, line[len(before) + len(words) :] + lines[index].end, breaks))
        text += words + ("" if last else "\n" if breaks else " ")
    return MarkdownText(tuple(parts), text, f"line {span.start + 1}", behind_signs)


def _stretches(parts: Sequence[ParagraphLine]) -> list[list[ParagraphLine]]:
    """The lines between hard line breaks."""
    found: list[list[ParagraphLine]] = [[]]
    for part in parts:
        found[-1].append(part)
        if part.breaks:
            found.append([])
    return found


def _not_a_block(line: str) -> str:
    """The line with a backslash where its beginning would be read as that of another block."""
    return BLOCK_SIGN.sub(r"\\", BLOCK_NUMBER.sub(r"\1\\", line))
