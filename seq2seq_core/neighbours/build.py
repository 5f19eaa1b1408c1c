"""Builds an index: runs the model over training sentences, and keeps the state before each piece of their targets."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from torch import Tensor

from seq2seq_core.data.batches import padded
from seq2seq_core.neighbours.index import NeighbourIndex
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError

DEFAULT_STATES = 100_000
"""Of some 9,000 everyday sentences; with their text 7 MB."""

WIDTH = 64
"""P, directions that are kept of a state's E.

For the same bytes an index of narrow states holds more sentences, and that is worth more. Of checkpoints/en-de's ten
nearest states of 384 numbers, 55 % were followed by the piece that follows in a held-out sentence with 28,000 states in
the index, and 62 % with 108,000; of 64 numbers each, 62 % with 108,000 as well, in a sixth of the room.
"""

BATCH = 64
"""Sentences that are run together."""

FEWEST = 20
"""Sentences below which nothing is near to anything."""


def build(
    translator: Translator,
    pairs: Sequence[tuple[str, str]],
    *,
    weights: str,
    credit: str,
    states: int = DEFAULT_STATES,
) -> NeighbourIndex:
    """An index of an even sample of these training pairs.

    Args:
        translator: the model.
        pairs: sources and targets that it was trained on.
        weights: SHA-256 of its weights.
        credit: whose the sentences are, and their licence: it is shown with them.
        states: at most so many; a sentence has one for each piece of its target, and one for its end.

    Raises:
        CoreError: the model's family does not tell its states, or there are too few pairs.
    """
    if not translator.model.tells_states:
        raise CoreError("models of this family do not tell the decoder's states, so there is nothing to index")
    chosen = _sample(translator, pairs, states)
    if len(chosen) < FEWEST:
        raise CoreError(f"{len(chosen)} sentences are too few for an index; give {FEWEST} or more")
    said = torch.cat([_states(translator, chosen[start : start + BATCH]) for start in range(0, len(chosen), BATCH)])
    basis = _directions(said).half().float()  # as it is stored
    along = said @ basis
    whole = (along / along.abs().amax(1, keepdim=True).clamp_min(torch.finfo(torch.float32).tiny) * 127).round()
    lengths = torch.tensor([0, *(len(target) for _, _, target in chosen)])
    return NeighbourIndex(
        basis=basis,
        states=whole.to(torch.int8),
        first=lengths.cumsum(0).to(torch.int32),
        pairs=tuple(pair for pair, _, _ in chosen),
        weights=weights,
        trained=len(pairs),
        credit=credit,
    )


Chosen = tuple[tuple[str, str], list[int], list[int]]
"""A pair, the ids of its source as the encoder reads them, and those of its target, both ends included."""


def _sample(translator: Translator, pairs: Sequence[tuple[str, str]], states: int) -> list[Chosen]:
    """Pairs in even steps through all of them, until their targets have that many pieces."""
    found: list[Chosen] = []
    total = 0
    for place in _evenly(len(pairs)):
        source, target = (re.sub(r"\s+", " ", text).strip() for text in pairs[place])
        ids, wanted = translator.source_ids(source), translator.target_ids(source, target)
        if not ids or len(wanted) < 2:
            continue
        total += len(wanted)
        if total > states:
            break
        found.append(((source, target), ids, wanted))
    return found


def _evenly(count: int) -> list[int]:
    """All places, in an order whose beginnings are spread evenly: by the digits of their numbers, the last first."""
    width = max(1, (count - 1).bit_length())
    order = (int(f"{place:0{width}b}"[::-1], 2) for place in range(1 << width))
    return [place for place in order if place < count]


def _states(translator: Translator, chosen: Sequence[Chosen]) -> Tensor:
    """[N, E], float32 on the CPU: of each sentence its states in their order."""
    specials = translator.tokenizer.specials
    source, lengths = padded([ids for _, ids, _ in chosen], specials)
    read, _ = padded([[specials.bos, *wanted[:-1]] for _, _, wanted in chosen], specials)
    with torch.inference_mode():
        said = translator.model.decoder_states(source.to(translator.device), lengths, read.to(translator.device))
    return torch.cat([row[: len(wanted)] for row, (_, _, wanted) in zip(said.float().cpu(), chosen, strict=True)])


def _directions(states: Tensor) -> Tensor:
    """[E, P], in which states [N, E] are longest; not centred, so that angles between states stay what they are."""
    _, vectors = torch.linalg.eigh(states.T @ states / len(states))  # the longest last
    return vectors[:, -min(WIDTH, states.shape[1]) :].contiguous()
