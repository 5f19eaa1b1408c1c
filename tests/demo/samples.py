"""Hand-made results, and a translator that gives them: what the app's tests need, without a model."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from pathlib import Path
from threading import Semaphore
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from seq2seq_core.decoding import (
    Candidate,
    Config,
    DecodeResult,
    DecodeStep,
    Hypothesis,
    ScoreParts,
    SoFar,
    StepRow,
    Tick,
    strategy_of,
)
from seq2seq_core.decoding.cost import Demand, cost_of
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.pipeline import Translation
from seq2seq_core.text.languages import source_code
from seq2seq_core.types import MovedWeight

SOURCE = ("▁A", "▁man", "▁in", "▁a", "▁red", "▁jack", "et", "▁is", "▁reading", ".", "</s>")
TARGETS = (
    (("▁Ein", "▁Mann", "▁in", "▁einer", "▁roten", "▁Jack", "e", "▁liest", ".", "</s>"),
     (0.97, 0.99, 0.71, 0.55, 0.93, 0.88, 0.99, 0.42, 0.98, 0.99)),
    (("▁Ein", "▁Mann", "▁mit", "▁roter", "▁Jack", "e", "▁liest", ".", "</s>"),
     (0.97, 0.99, 0.21, 0.45, 0.90, 0.99, 0.60, 0.98, 0.99)),
    (("▁Ein", "▁Mann", "▁liest", ".", "</s>"), (0.97, 0.99, 0.06, 0.3, 0.99)),
)  # fmt: skip


def hypothesis(tokens: tuple[str, ...], probabilities: tuple[float, ...], *, attends: bool = True) -> Hypothesis:
    """A hypothesis whose attention runs along the diagonal, with a little everywhere."""
    rows, columns = len(tokens), len(SOURCE)
    peak = np.linspace(0, columns - 1, rows)[:, None]
    weights = np.exp(-0.5 * (np.arange(columns)[None, :] - peak) ** 2) + 0.01
    attention = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    log_probs = tuple(math.log(p) for p in probabilities)
    total = sum(log_probs)
    parts = ScoreParts(total, rows, length_penalty_type="avg", length_penalty=1.0, length_divisor=float(rows))
    text = "".join(tokens[:-1] if tokens[-1] == "</s>" else tokens).replace("▁", " ").strip()
    return Hypothesis(
        token_ids=tuple(range(10, 10 + rows)), tokens=tokens, token_log_probs=log_probs, log_prob=total,
        score=parts.score, text=text, finished=tokens[-1] == "</s>", attention=attention if attends else None,
        parts=parts,
    )  # fmt: skip


def result(*, attends: bool = True, **changes: Any) -> DecodeResult:
    """A result of three hypotheses."""
    given: dict[str, Any] = {
        "source": "A man in a red jacket is reading.",
        "source_tokens": SOURCE,
        "strategy": "beam",
        "config": {"num_beams": 3},
        "hypotheses": tuple(hypothesis(tokens, p, attends=attends) for tokens, p in TARGETS),
        "steps": (),
        "forward_calls": 10,
        "rows_decoded": 28,
        "seconds": 0.0834,
        "device": "cpu",
    }
    return DecodeResult(**(given | changes))


def step_row(number: int, ids: Sequence[int] = (), tokens: Sequence[str] = (), **seen: Any) -> StepRow:
    """A row that stands for these tokens, with what it saw; nothing if not said."""
    beginning = SoFar()
    for token_id, token in zip(ids, tokens, strict=True):
        beginning = beginning.then(token_id, token, 0.0)
    nothing = {"top_ids": (), "top_tokens": (), "top_log_probs": np.zeros((1, 0), np.float32), "attention": None}
    return StepRow(row=number, beginning=beginning, **{**nothing, "kept": (1.0,), "entropy": (0.0,), **seen})


def step(index: int) -> DecodeStep:
    """A step in which one hypothesis is alone and goes on."""
    tokens = TARGETS[0][0]
    row = step_row(0, tuple(range(index)), tokens[:index])
    kept = Candidate(0, 0, index, tokens[index], -0.1, -0.1, -0.1, "kept", "")
    return DecodeStep(index, ("model",), (row,), (kept,))


class FakePieces:
    """Pieces without a text to speak of."""

    byte_pieces: ClassVar[dict[int, int]] = {}

    def __len__(self) -> int:
        return 6000

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """Each id as a word."""
        return [f"▁{i}" for i in ids]


class FakeTranslator:
    """Gives the same result for every sentence, step by step."""

    def __init__(self, name: str = "en-de") -> None:
        self.name = name
        self.metadata: dict[str, Any] = {"source_language": "English", "target_language": "German"}
        self.device = "cpu"
        self.tokenizer = FakePieces()
        self.model = SimpleNamespace(config=RecurrentConfig(), parameters=tuple, has_heads=False, describe=dict)
        self.has_attention = "context" not in name
        self.closed_at: int | None = None
        self.packed = False
        self.folder: Path | None = None
        self.gate: Semaphore | None = None
        """Where there is one, each step waits until it is let in."""

    def pack(self) -> None:
        """Says that it is."""
        self.packed = True

    def unpack(self) -> None:
        """Says that it is not."""
        self.packed = False

    def source_pieces(self, text: str) -> tuple[str, ...]:
        """Its words."""
        return tuple(f"▁{word}" for word in text.split())

    @property
    def language(self) -> str | None:
        """As its card says."""
        return source_code(self.metadata)

    def cost(
        self, texts: Sequence[str], config: Config, *, prefix: tuple[int, ...] = (), trace: bool = False
    ) -> Demand:
        """As if each character were a piece."""
        return cost_of(config, [len(text) for text in texts], vocab_size=6000, prefix=len(prefix), trace=trace)

    def stream_batch(
        self,
        texts: Sequence[str],
        config: Config,
        *,
        prefix: tuple[int, ...] = (),
        moved: tuple[MovedWeight, ...] = (),
        trace: bool = False,
        first_index: int = 0,
        indices: Sequence[int] | None = None,
    ) -> Generator[Tick, None, list[DecodeResult]]:
        """Yields a tick for each token of the first target where the trace is on, else one; each text is said alike."""
        index = 0
        try:
            for index in range(len(TARGETS[0][0]) if trace else 1):
                if self.gate is not None:
                    assert self.gate.acquire(timeout=30)
                yield Tick(index, len(texts), dict.fromkeys(range(len(texts)), step(index)) if trace else {})
        except GeneratorExit:
            self.closed_at = index
            raise
        attends = self.has_attention if trace else True
        return [result(attends=attends, source=text, strategy=strategy_of(config).name) for text in texts]

    def stream_texts(
        self, texts: Sequence[str], config: Config, *, first_index: int = 0, batch_size: int = 64
    ) -> Generator[Tick, None, list[Translation]]:
        """A tick, and then of each text one sentence."""
        results = yield from self.stream_batch(texts, config, first_index=first_index)
        return [Translation(text, (result,), ("", "")) for text, result in zip(texts, results, strict=True)]


PRONUNCIATION = {
    "task": "pronunciation", "source_language": "Word", "target_language": "Phonemes", "examples": ["walk"],
}  # fmt: skip
"""The card of a model that does not translate."""
