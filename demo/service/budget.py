"""What decoding may take: memory for one batch, and how many texts go into one."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from demo.common.text_input import InputError
from seq2seq_core.decoding import Config, options, strategy_of
from seq2seq_core.decoding.cost import Demand
from seq2seq_core.pipeline import Translator

BUDGET = 2 << 30
"""Bytes that decoding one batch may take: enough for all that the sliders offer on the longest English text."""

DOCUMENT_CHUNK = 64
DOCUMENT_CHUNK_CHARACTERS = 8000
"""Most units of a document that are decoded before the page is told, and most characters in them; a longer unit is a
chunk of its own. Larger ones would take longer steps, and somebody's sentence may have to wait for one."""


def afford(config: Config, cost: Demand) -> None:
    """Refuses what may take more than the budget, and says what to lower.

    Raises:
        InputError: it does.
    """
    if cost.bytes <= BUDGET:
        return
    fields = {field.name: field.metadata["label"] for field in options(config)}
    rows = strategy_of(config).rows
    lower = f"lower {fields[rows]} ({strategy_of(config).rows_of(config)})" if rows else "lower Longest output"
    raise InputError(
        f"This may take up to {cost.bytes / 2**30:.1f} GB of memory, and a request may take {BUDGET / 2**30:.0f}: "
        f"{lower}, or give a shorter text than these {cost.pieces:,} pieces."
    )


def batches(translator: Translator, config: Config, texts: Sequence[str], most: int) -> list[range]:
    """Places in ``texts`` to decode together: as many as the budget is enough for, and at most ``most``.

    Raises:
        InputError: a text by itself is beyond the budget.
    """
    found, first = list[range](), 0
    while first < len(texts):
        size = min(most, len(texts) - first)
        while size > 1 and translator.cost(texts[first : first + size], config).bytes > BUDGET:
            size -= 1
        afford(config, translator.cost(texts[first : first + size], config))
        found.append(range(first, first + size))
        first += size
    return found


def chunks(texts: Sequence[str]) -> Generator[Sequence[str], None, None]:
    """In their order, so many and with so many characters together as a chunk may have; a longer one alone."""
    first = characters = 0
    for place, text in enumerate(texts):
        characters += len(text)
        if place > first and (place - first == DOCUMENT_CHUNK or characters > DOCUMENT_CHUNK_CHARACTERS):
            yield texts[first:place]
            first, characters = place, len(text)
    if first < len(texts):
        yield texts[first:]
