"""The tokenizer of a translator, with symbols that stand for what is not to be translated.

    python -m recipes.pieces de --data ../shared/data --out data/en-de.model

Learnt from the sentences, and from so few of the dictionary's phrases that their rare words do not decide what the
pieces are. ``SYMBOLS`` are whole pieces: whoever translates may put one in the place of a link, a tag, an emoji or
code, and finds it in the translation, since ``recipes.mixture`` puts them on both sides of some pairs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from recipes.corpora import LANGUAGES, SENTENCES, Pair, phrases
from seq2seq_core.data.tokenizer import Tokenizer

SYMBOLS = tuple(f"⟨{number}⟩" for number in range(1, 7))
CHARACTERS = "0123456789$€£¥%°&@#+=/*_:;!?()\"'-–…§½ÄÖÜäöüßÀÂÇÉÈÊËÎÏÔÙÛàâçéèêëîïôùûœæñáíóúåøãõšžčćłğışŞ"
"""Rare in the corpora, but not in what people type."""
PHRASES = 30_000
"""Phrases that are read, taken evenly from all of them."""


def learnt_from(language: str, data: Path) -> Iterator[Pair]:
    """The training pairs that a tokenizer is learnt from."""
    for read in SENTENCES.values():
        yield from read(language, "train", data)
    entries = phrases(language, data)
    yield from entries[:: 1 + len(entries) // PHRASES]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES, help="the target language")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder that holds the corpora's folders")
    parser.add_argument("--out", type=Path, required=True, help="the tokenizer's file")
    parser.add_argument("--vocab-size", type=int, default=8000, help="pieces (%(default)s)")
    flags = parser.parse_args()
    lines = (side for pair in dict.fromkeys(learnt_from(flags.language, flags.data)) for side in pair)
    flags.out.parent.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.train(
        lines, vocab_size=flags.vocab_size, symbols=SYMBOLS, characters=CHARACTERS, split_digits=True
    )
    flags.out.write_bytes(tokenizer.model)


if __name__ == "__main__":
    main()
