"""Training targets in the words of one or several teachers: of their beam, the hypothesis nearest to the reference.

    python -m recipes.teach de --data data --teacher runs/a/checkpoint --teacher runs/b/checkpoint \\
        --out data/taught-en-de
    python -m recipes.mixture de --data data --taught data/taught-en-de --out data/mixed-taught-en-de

What recipes/nearest.py does (Kim & Rush 2016, arXiv 1606.07947, section 3.3), with an ensemble, whose mean of
probabilities knows more than one model of the pupil's size finds out by itself. ``--part 2/8`` translates a share, so
that several processes can do it side by side; ``recipes.mixture`` reads the parts of a file as one. A file that is
there is kept.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from recipes.corpora import LANGUAGES, SENTENCES, write_missing
from recipes.nearest import nearest
from seq2seq_core.models.precision import CHOICES
from seq2seq_core.pipeline import Translator


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES, help="the target language")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder that holds the corpora's folders")
    parser.add_argument("--teacher", type=Path, required=True, action="append", help="a checkpoint; may be repeated")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--part", default="1/1", metavar="I/N", help="the I-th of N shares (%(default)s)")
    parser.add_argument("--precision", default="float32", choices=CHOICES, help="of the products (%(default)s)")
    parser.add_argument("--batch-size", type=int, default=64, help="sentences decoded together (%(default)s)")
    flags = parser.parse_args()
    index, count = map(int, flags.part.split("/"))
    translator = Translator.together(flags.teacher, precision=flags.precision)
    files = {}
    for name, read in SENTENCES.items():
        pairs = read(flags.language, "train", flags.data)[index - 1 :: count]
        label = name if count == 1 else f"{name}-{index}"
        files[label] = partial(nearest, translator, pairs, batch_size=flags.batch_size)
    write_missing(flags.out, files)


if __name__ == "__main__":
    main()
