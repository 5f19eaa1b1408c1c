"""Alignment error rate (Och & Ney 2003, equation 38) of a model's attention while it is made to say the reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.alignment.gold import Aligned, Link, words
from seq2seq_core.decoding import DecodeResult
from seq2seq_core.pipeline import Translator


def alignment_error_rate(found: Sequence[set[Link]], gold: Sequence[Aligned]) -> float:
    """1 - (|A & S| + |A & P|) / (|A| + |S|) over all sentences: 0 is perfect."""
    hits = sum(len(a & g.sure) + len(a & g.possible) for a, g in zip(found, gold, strict=True))
    return 1.0 - hits / sum(len(a) + len(g.sure) for a, g in zip(found, gold, strict=True))


def attention_links(translator: Translator, gold: Sequence[Aligned]) -> list[set[Link]]:
    """For every word of each reference, the source word that it was given most attention to.

    A word's attention is the mean over its pieces of the sum over the source word's pieces; the end of the source is
    no word, so what is given to it does not count.
    """
    return links_of(translator.score([(pair.source, pair.target) for pair in gold]), gold)


def links_of(results: Sequence[DecodeResult], gold: Sequence[Aligned]) -> list[set[Link]]:
    """As ``attention_links``, of the references as a model has said them."""
    found = []
    for pair, result in zip(gold, results, strict=True):
        attention = np.asarray(result.hypotheses[0].attention)
        rows = word_of_piece(pair.target, result.hypotheses[0].tokens[:-1])
        columns = word_of_piece(pair.source, result.source_tokens[:-1])
        weights = np.zeros((len(words(pair.target)), len(words(pair.source))))
        for row, target in enumerate(rows):
            for column, source in enumerate(columns):
                if target is not None and source is not None:
                    weights[target, source] += attention[row, column] / rows.count(target)
        found.append({(int(source), target) for target, source in enumerate(weights.argmax(axis=1))})
    return found


def word_of_piece(text: str, pieces: Sequence[str]) -> list[int | None]:
    """The word that each piece belongs to, None for a piece that is a space alone.

    A piece over two words, such as one that ends a word together with the comma after it, counts for the first.
    """
    spans = [match.span() for match in words(text)]
    owners: list[int | None] = []
    end = -1 if pieces and pieces[0].startswith("▁") else 0  # the space before the first word is not in the text
    for piece in pieces:
        begin, end = end, end + len(piece)
        letters = begin + (len(piece) - len(piece.lstrip("▁")))
        owners.append(next((i for i, (first, last) in enumerate(spans) if first <= letters < min(last, end)), None))
    return owners
