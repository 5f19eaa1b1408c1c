"""The classic worked examples of decoding, computed from their distributions by the search and filter of all else."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding import BeamConfig, Candidate, Request, Source, run
from seq2seq_core.decoding.filters.temperature import temperature
from seq2seq_core.types import CoreError, SpecialTokens, StepOutput

PHRASES: Mapping[tuple[str, ...], Mapping[str, float]] = {
    (): {"I": 0.6, "We": 0.3, "The": 0.1},
    ("I",): {"am": 0.5, "like": 0.4},
    ("We",): {"are": 0.6, "like": 0.3},
}
"""P of the next word after those so far, as lectures write it on the board; what is left over is not asked about."""

LOGITS = (2.0, 1.0, 0.5)
TEMPERATURES = (0.5, 1.0, 2.0)

END = "</s>"
NAMES = ("<pad>", "<unk>", "<s>", END, "I", "We", "The", "am", "like", "are", "…")
SPECIALS = SpecialTokens(pad=0, unk=1, bos=2, eos=3)


@dataclass(frozen=True)
class Told:
    """A phrase that a step considered: its words, their log P, and whether the search keeps it."""

    words: str
    log_prob: float
    kept: bool

    @property
    def probability(self) -> float:
        """P of the phrase."""
        return math.exp(self.log_prob)


@dataclass(frozen=True)
class OnTheBoard:
    """The state of the table: the words so far of each row."""

    said: tuple[tuple[str, ...], ...]

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> OnTheBoard:
        """The rows of these numbers."""
        return OnTheBoard(tuple(self.said[row] for row in rows.tolist()))


def beam_by_hand(width: int = 2, steps: int = 2) -> list[list[Told]]:
    """What beam search considers at each step of ``PHRASES``, likeliest first."""
    config = BeamConfig(num_beams=width, length_penalty_type="none", max_new_tokens=steps + 1)
    [result] = run(
        Request(
            step_fn=_step,
            state=OnTheBoard(((),)),
            sources=(Source("on the board", (END,)),),
            config=config,
            specials=SPECIALS,
            device=torch.device("cpu"),
            pieces=lambda ids: [NAMES[i] for i in ids],
            text=lambda ids: " ".join(NAMES[i] for i in ids if i > SPECIALS.eos),
            trace=True,
        )
    )
    told = []
    for step in result.steps[:steps]:  # one more was searched, so that the last is not cut off
        begun = {row.row: row.tokens for row in step.rows}
        told.append([_told((*begun[each.parent], each.token), each) for each in step.candidates if _asked(each)])
    return [sorted(step, key=lambda one: -one.log_prob) for step in told]


def softmax_at(logits: Sequence[float] = LOGITS, temperatures: Sequence[float] = TEMPERATURES) -> list[list[float]]:
    """A row for each temperature: the probabilities that these logits come to.

    Raises:
        CoreError: a temperature is not above 0, or a number is not finite.
    """
    if not all(map(math.isfinite, (*logits, *temperatures))) or min(temperatures) <= 0:
        raise CoreError("logits are finite numbers, and temperatures finite numbers above 0")
    row = torch.tensor([logits], dtype=torch.float64)
    return [torch.softmax(temperature(row, value), -1)[0].tolist() for value in temperatures]


def tell(flags: argparse.Namespace) -> None:
    """Prints both examples as tables, or with ``--json`` as one object.

    Raises:
        CoreError: see ``softmax_at``; or the width is none that a beam can have.
    """
    beam, rows = beam_by_hand(flags.width), softmax_at(flags.logits, flags.temperatures)
    if flags.json:
        steps = [[{**asdict(one), "probability": one.probability} for one in step] for step in beam]
        softmax = [
            {"temperature": value, "probabilities": row} for value, row in zip(flags.temperatures, rows, strict=True)
        ]
        print(json.dumps({"beam": steps, "softmax": softmax}, allow_nan=False))
        return
    print("step\tbeginning\tP\tlog P\tfate")
    for number, step in enumerate(beam, start=1):
        for one in step:
            fate = "kept" if one.kept else "dropped"
            print(number, one.words, f"{one.probability:.2f}", f"{one.log_prob:.3f}", fate, sep="\t")
    print("\nT", *(f"P({place})" for place in range(1, len(flags.logits) + 1)), sep="\t")
    for value, row in zip(flags.temperatures, rows, strict=True):
        print(f"{value:g}", *(f"{p:.3f}" for p in row), sep="\t")


def _step(last: Tensor, state: OnTheBoard) -> StepOutput[OnTheBoard]:
    words = [(*said, NAMES[token]) for said, token in zip(state.said, last.tolist(), strict=True)]
    said = tuple(row[1:] if row[0] == "<s>" else row for row in words)
    return StepOutput(torch.stack([_logits(row) for row in said]), None, OnTheBoard(said))


def _logits(said: tuple[str, ...]) -> Tensor:
    known = PHRASES.get(said, {"…": 1.0})
    left = 1.0 - sum(known.values())
    spread = {**known, **({"…": left} if left > 1e-9 else {})}
    return torch.tensor([spread.get(name, 0.0) for name in NAMES]).log()


def _asked(candidate: Candidate) -> bool:
    return candidate.token not in ("…", END) and candidate.total_log_prob > float("-inf")


def _told(words: tuple[str, ...], candidate: Candidate) -> Told:
    return Told(" ".join(words), candidate.total_log_prob, candidate.fate == "kept")
