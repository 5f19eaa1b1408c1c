"""Subtitles, SubRip (.srt) and WebVTT (.vtt): the words of each cue; numbers, timings and all else stay to the letter.

Written here in a few rules, since libraries for subtitles write a file anew and lose what they do not know (notes,
styles, a cue's settings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seq2seq_core.documents.document import Document, TextUnit, Upload
from seq2seq_core.documents.encoding import decoded
from seq2seq_core.documents.lines import LINE_END, Line, lines_of
from seq2seq_core.documents.wrapping import wrapped
from seq2seq_core.types import CoreError

TIMES = re.compile(r"\s*(?:\d+:)?\d+:\d+[.,]\d+\s*-->\s*(?:\d+:)?\d+:\d+[.,]\d+")

AROUND = (
    re.compile(r"(?P<before>(?:<[^<>]*>|\{\\[^{}]*\})*)(?P<words>[^<>]*)(?P<after>(?:</[^<>]*>)*)"),
    re.compile(r"(?P<before>(?:\{\\[^{}]*\})*)(?P<words>.*)(?P<after>)", re.DOTALL),
)
"""Tags around all words of a cue (<i>, <v Ann>, {\\an8}); around others, only {\\an8}."""

SPEAKERS = re.compile(r"\s*(?:<[^<>]*>|\{\\[^{}]*\})*\s*[-–—]\s*\S")
"""How lines begin that several speakers say."""

AMPERSAND = re.compile(r"&(?!lt;|gt;|lrm;|rlm;|#\d+;)")


@dataclass(frozen=True)
class Cue:
    """Lines ``start`` to ``end`` (this one not included) of the file, with ``before`` and ``after`` around the words.

    speakers: each line is one's own, so that lines are not put together.
    """

    number: int
    start: int
    end: int
    before: str
    text: str
    after: str
    speakers: bool

    def lines(self, new: str) -> list[str]:
        """What to write: as many lines as before, fewer where there are fewer words, none of them empty."""
        texts = [text for text in map(str.strip, LINE_END.split(new)) if text]
        if not self.speakers:
            texts = wrapped(" ".join(texts), self.end - self.start)
        return (self.before + "\n".join(texts) + self.after).split("\n")


def read_subtitles(upload: Upload) -> Document:
    """Several lines of a cue are one text, and are as many lines again; those of several speakers stay apart.

    Raises:
        CoreError: it is no text, or holds no timings.
    """
    text, encode = decoded(upload.name, upload.data)
    lines = lines_of(text)
    web = upload.suffix == ".vtt"
    times = [number for number, line in enumerate(lines) if TIMES.match(line.text)]
    if not times and text.strip():
        raise CoreError(f"{upload.name} has no line of times (00:00:01,000 --> 00:00:02,500); it is no subtitle file")
    cues = [cue for cue in _cues(lines, times, web) if cue.text.strip()]

    def write(translations: Sequence[str | None]) -> bytes:
        raw = [line.text + line.end for line in lines]
        for cue, new in zip(cues, translations, strict=True):
            if new is not None and new != cue.text:
                said = new.replace("-->", "->")  # which would be read as a line of times
                written = cue.lines(AMPERSAND.sub("&amp;", said) if web else said)
                line_end, last_end = lines[cue.start - 1].end, lines[cue.end - 1].end
                raw[cue.start : cue.end] = [line_end.join(written) + last_end, *[""] * (cue.end - cue.start - 1)]
        return encode("".join(raw))

    units = tuple(TextUnit(cue.text, f"cue {cue.number}") for cue in cues)
    return Document(upload.name, upload.suffix, units, write)


def _cues(lines: Sequence[Line], times: Sequence[int], web: bool) -> Iterator[Cue]:
    """Each with its lines after that of the times, up to an empty one."""
    for number, (line, following) in enumerate(zip(times, [*times[1:], None], strict=True), start=1):
        start = line + 1
        end = _end_of_block(lines, start) if web else _end_before(lines, start, following)
        words = [line.text.strip() for line in lines[start:end] if line.text.strip()]
        speakers = len(words) > 1 and all(map(SPEAKERS.match, words))
        whole = ("\n" if speakers else " ").join(words)
        parts = next(filter(None, (pattern.fullmatch(whole) for pattern in AROUND)))
        text = parts["words"].replace("&amp;", "&").replace("&nbsp;", "\xa0") if web else parts["words"]
        yield Cue(number, start, end, parts["before"], text, parts["after"], speakers)


def _end_of_block(lines: Sequence[Line], start: int) -> int:
    return next((number for number in range(start, len(lines)) if not lines[number].text.strip()), len(lines))


def _end_before(lines: Sequence[Line], start: int, following: int | None) -> int:
    """Of SubRip, where an empty line may stand within a cue: before the number and the times of the next."""
    end = len(lines) if following is None else following
    if following is not None and end > start and lines[end - 1].text.strip().isdecimal():
        end -= 1
    while end > start and not lines[end - 1].text.strip():
        end -= 1
    return end
