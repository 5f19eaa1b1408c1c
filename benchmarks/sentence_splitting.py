"""How libraries split English texts into sentences, and how ours does, which corrects one of them.

    pip install --target /tmp/splitters pysbd==0.3.4 syntok==1.4.4
    rm -r /tmp/splitters/benchmarks  # pysbd brings a package of the name of this folder, which would hide it
    PYTHONPATH=/tmp/splitters python -m benchmarks.sentence_splitting

tests/text/boundaries.tsv holds texts with ``¦`` where a sentence ends. A text counts as right where all ends are found
and no other; the mark of a list, as in "1. Open the box.", may be part of its sentence or stand before it. "Written
after" counts the texts that were written when our rules were finished. docs/decisions/0007-sentences.md has what it
prints.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from seq2seq_core.text.sentences import sentences_of

TEXTS = Path(__file__).parent.parent / "tests/text/boundaries.tsv"
SECONDS = 0.5
"""No splitter gets a text ten times as long once one took it so long."""

Split = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class MarkedText:
    """A text and where its sentences end; ``after``: written after the rules; ``missed``: known to come out wrong."""

    kind: str
    text: str
    ends: tuple[int, ...]
    after: bool
    missed: bool


def read_texts(path: Path = TEXTS) -> list[MarkedText]:
    """All texts of the list."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    texts = []
    for row in rows:
        parts = row["text"].split("¦")
        text = "".join(parts)
        texts.append(MarkedText(row["kind"], text, ends_of(text, parts), bool(row["after"]), bool(row["missed"])))
    return texts


def ends_of(text: str, parts: Iterable[str]) -> tuple[int, ...]:
    """After which character each part of a text ends, but for the last; white space belongs to none."""
    ends, end = [], 0
    for part in filter(None, map(str.strip, parts)):
        end = text.index(part, end) + len(part)
        ends.append(end)
    return tuple(ends[:-1])


def splitters() -> dict[str, Split]:
    """What is compared, by name."""
    import pysbd
    import sentencex
    from syntok import segmenter

    pysbd_english = pysbd.Segmenter(language="en", clean=False)

    def syntok(text: str) -> list[str]:
        sentences = [tokens for paragraph in segmenter.analyze(text) for tokens in paragraph]
        return [text[tokens[0].offset : tokens[-1].offset + len(tokens[-1].value)] for tokens in sentences]

    return {
        "ours": lambda text: sentences_of(text).sentences,
        "sentencex 1.0.32": lambda text: sentencex.segment("en", text),
        "pysbd 0.3.4": pysbd_english.segment,
        "syntok 1.4.4": syntok,
    }


def seconds(split: Split, sentence: str, sizes: Iterable[int]) -> list[float | None]:
    """Seconds of a CPU for texts of so many characters, of one sentence; None where a shorter one took too long."""
    times: list[float | None] = []
    for size in sizes:
        if times and (times[-1] is None or times[-1] > SECONDS):
            times.append(None)
            continue
        text = sentence * (size // len(sentence))
        start = time.process_time()
        list(split(text))
        times.append(time.process_time() - start)
    return times


def main() -> None:
    texts = read_texts()
    after = [text for text in texts if text.after]
    ordinary = 'The shop opens at nine. It closes (late) at six; "Why?" asked Dr. Low. '
    print(f"| | {len(texts)} texts | {len(after)} written after | 10, 100 KB, 1 MB | unclosed quotations |")
    print("|---|---|---|---|---|")
    for name, split in splitters().items():
        right = [text for text in texts if ends_of(text.text, split(text.text)) == text.ends]
        cells = [name, f"{len(right)}", f"{sum(text.after for text in right)}"]
        for sentence in (ordinary, "“a. "):
            taken = seconds(split, sentence, (10_000, 100_000, 1_000_000))
            cells.append(", ".join("–" if value is None else f"{value:.3g}" for value in taken) + " s")
        print(f"| {' | '.join(cells)} |", flush=True)
    for kind in dict.fromkeys(text.kind for text in texts):
        same = [text for text in texts if text.kind == kind]
        counts = [sum(ends_of(t.text, split(t.text)) == t.ends for t in same) for split in splitters().values()]
        print(f"{kind}: {counts} of {len(same)}")


if __name__ == "__main__":
    main()
