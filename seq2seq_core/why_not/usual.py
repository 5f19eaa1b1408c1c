"""The command ``usual``: what is usual in a model's translations, written into its metrics.json."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from seq2seq_core.checkpoint import load_checkpoint, write_metadata
from seq2seq_core.decoding import Config
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from seq2seq_core.why_not.signs import FEWEST, USUAL, measured_usual


def measure(place: str | Path, device: str, config: Config, texts: Sequence[str], data: str, count: int) -> None:
    """Translates ``count`` of the texts, evenly spread, and writes down between which values nine of ten lie.

    Raises:
        CoreError: the folder is no checkpoint, or there are too few texts.
    """
    if len(texts) < FEWEST:
        raise CoreError(f"{len(texts)} sentences are too few to say what is usual; give {FEWEST} or more")
    folder = Path(place)
    checkpoint = load_checkpoint(folder)  # one of this project's own: what is measured is written into it
    chosen = [texts[place * len(texts) // min(count, len(texts))] for place in range(min(count, len(texts)))]
    results = Translator.load(folder, device).translate(chosen, config)
    checkpoint.metadata[USUAL] = measured_usual([result for result in results if result.hypotheses[0].token_ids], data)
    write_metadata(folder, checkpoint)
    print(f"wrote what is usual in {len(results)} translations to {folder / 'metrics.json'}", file=sys.stderr)
