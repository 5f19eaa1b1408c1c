"""Models that are tables: a distribution for each source and each sequence of tokens so far, by hand or drawn.

Their state is the sequence itself, so that whatever a search does to its rows shows in what it is told next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from seq2seq_core.decoding import Config, DecodeResult, Request, Source, Tick, decode, run
from seq2seq_core.types import SpecialTokens, StepFn, StepOutput

SPECIALS = SpecialTokens(pad=0, unk=1, bos=2, eos=3)
Logits = Callable[[int, tuple[int, ...]], Sequence[float]]
"""``(source, tokens so far, BOS left out) -> V logits``."""


@dataclass(frozen=True)
class TableState:
    """histories: tokens so far of each row. memory: [B], a number for each sentence."""

    histories: tuple[tuple[int, ...], ...]
    memory: Tensor

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> TableState:
        memory = self.memory if sentences is None else self.memory[sentences]
        return TableState(tuple(self.histories[row] for row in rows.tolist()), memory)


def step_fn(logits: Logits, *, width: int, lengths: Sequence[int]) -> StepFn[TableState]:
    """The table as a step function; attention moves one source position on with each token, half of it staying."""

    def step(last: Tensor, state: TableState) -> StepOutput[TableState]:
        assert len(last) == len(state.histories) and len(last) % len(state.memory) == 0
        grown = tuple((*history, token) for history, token in zip(state.histories, last.tolist(), strict=True))
        per_sentence = len(grown) // len(state.memory)
        rows, attention = [], torch.zeros(len(grown), width)
        for row, history in enumerate(grown):
            source = int(state.memory[row // per_sentence])
            rows.append(list(logits(source, history[1:])))
            attention[row, (len(history) - 1) % lengths[source]] += 0.5
            attention[row, sum(history) % lengths[source]] += 0.5
        return StepOutput(torch.tensor(rows), attention, TableState(grown, state.memory))

    return step


@dataclass(frozen=True)
class TableModel:
    """A table, and what is needed to decode with it. between: what stands between words in a text."""

    logits: Logits
    names: tuple[str, ...]
    lengths: tuple[int, ...] = (3,)
    between: str = " "
    byte_pieces: Mapping[int, int] = field(default_factory=dict)

    def arguments(self, sources: Sequence[int], prefix: tuple[int, ...] = ()) -> dict[str, Any]:
        return {
            "step_fn": step_fn(
                self.logits, width=max(self.lengths[source] for source in sources), lengths=self.lengths
            ),
            "state": TableState(((),) * len(sources), torch.tensor(sources)),
            "sources": tuple(
                Source(f"source {source}", tuple(f"s{i}" for i in range(self.lengths[source])), source, prefix)
                for source in sources
            ),
            "specials": SPECIALS,
            "device": torch.device("cpu"),
            "pieces": lambda ids: [self.names[token] for token in ids],
            "text": lambda ids: self.between.join(self.names[token] for token in ids if token > SPECIALS.eos),
            "byte_pieces": self.byte_pieces,
        }

    def run(
        self, config: Config, *, sources: Sequence[int] = (0,), trace: bool = False, prefix: tuple[int, ...] = ()
    ) -> list[DecodeResult]:
        return run(Request(**self.arguments(sources, prefix), config=config, trace=trace))

    def ticks(self, config: Config, *, sources: Sequence[int] = (0,), trace: bool = True) -> list[Tick]:
        return list(decode(Request(**self.arguments(sources), config=config, trace=trace)))


def from_probabilities(table: dict[str, dict[str, float]], words: Sequence[str]) -> TableModel:
    """A table written as {"words so far": {"next word": probability}}; "." is EOS; unknown beginnings end at once."""
    names = ("<pad>", "<unk>", "<bos>", ".", *words)

    def logits(source: int, history: tuple[int, ...]) -> list[float]:
        row = table.get(" ".join(names[token] for token in history), {".": 1.0})
        return [float(torch.tensor(row.get(name, 0.0)).log()) for name in names]

    return TableModel(logits, names)


def random_model(
    seed: int, *, words: int = 3, sources: int = 1, sharpness: float = 2.0, specials_too: bool = False
) -> TableModel:
    """A table drawn at random, another row for each source and history; with PAD, UNK and BOS impossible or not."""
    names = ("<pad>", "<unk>", "<bos>", "<eos>", *"abcdefghij"[:words])

    def logits(source: int, history: tuple[int, ...]) -> list[float]:
        key = seed * 1_000_003 + source * 7919
        for token in history:
            key = (key * 31 + token + 1) % 2_147_483_647
        row = torch.randn(len(names), generator=torch.Generator().manual_seed(key)) * sharpness
        if not specials_too:
            row[:3] = float("-inf")
        return row.tolist()

    return TableModel(logits, names, tuple(2 + (source * 2) % 5 for source in range(sources)))


def longest(config: Config, tokens: int) -> Config:
    """The config with this limit."""
    return replace(config, max_new_tokens=tokens)
