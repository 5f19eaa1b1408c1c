"""Training targets in a model's own words: of its wide beam, the hypothesis that is nearest to the reference.

    python -m recipes.nearest de --data data --model runs/en-de-diverse/checkpoint

Sequence-level interpolation (Kim & Rush 2016, arXiv 1606.07947, section 3.3): such a target is close to the reference,
and the model can reach it. Nearness is sentence BLEU plus chrF. Written to DATA/nearest-en-de, for recipes to read; a
file that is there is kept, so that a run goes on where it was cut short.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from recipes.corpora import LANGUAGES, Pair, captions, decoded, everyday, write_missing
from seq2seq_core.decoding import BeamConfig
from seq2seq_core.evaluation import sentence_quality
from seq2seq_core.pipeline import BATCH_SIZE, Translator

BEAM = BeamConfig(num_beams=8, num_return_sequences=8)


def nearest(translator: Translator, pairs: list[Pair], *, batch_size: int = BATCH_SIZE) -> Iterator[Pair]:
    """Each source with the nearest hypothesis to each of its references; a pair found twice comes once."""
    references = defaultdict(list)
    for source, reference in pairs:
        references[source].append(reference)
    for source, result in decoded(translator, references, BEAM, batch_size=batch_size):
        texts = [text for hypothesis in result.hypotheses if (text := hypothesis.text)]
        if texts:
            chosen = [max(texts, key=partial(nearness, reference)) for reference in references[source]]
            yield from ((source, text) for text in dict.fromkeys(chosen))


def nearness(reference: str, text: str) -> float:
    """BLEU rewards common phrases, chrF common stems, where BLEU is nearly blind; where it has no words, chrF alone."""
    quality = sentence_quality(text, reference)
    return (quality.bleu or 0.0) + quality.chrf


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES, help="the target language")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder that holds the corpora's folders")
    parser.add_argument("--model", type=Path, required=True, help="checkpoint from English to the language")
    flags = parser.parse_args()
    translator = Translator.load(flags.model)
    write_missing(
        flags.data / f"nearest-en-{flags.language}",
        {
            "captions": lambda: nearest(translator, captions(flags.language, "train", flags.data)),
            "everyday": lambda: nearest(translator, everyday(flags.language, "train", flags.data)),
        },
    )


if __name__ == "__main__":
    main()
