"""One sentence through one of several models that are to be set beside each other."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, ScoreConfig, Tick
from seq2seq_core.decoding.record.json_values import to_plain
from seq2seq_core.limits.slip import Slip, slip
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from seq2seq_core.why_not import Expected, Occlusion, expected_of, forced, left_out


@dataclass(frozen=True, eq=False)
class Beside:
    """What one model makes of a sentence.

    model: its name.
    found: what the search gave, best first.
    said: the best of it, forced upon the model again: its tokens with log P, rank and entropy as they were decoded,
        which is called free-running.
    expected: a common reference, forced upon the model, which is called teacher-forced; None without one.
    left_out: what each source word is worth to the reference, or without one to what was said; None where there is one
        word only.
    slip: a wrong word put into its own translation; None where none fits.
    """

    model: str
    found: DecodeResult
    said: Expected
    expected: Expected | None
    left_out: Occlusion | None
    slip: Slip | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        plain: dict[str, Any] = to_plain(self)
        return plain | ({"recovers_after": self.slip.recovers_after} if self.slip else {})


def beside(
    translator: Translator, source: str, reference: str = "", config: Config | None = None, *, slip_at: int = 1
) -> Generator[Tick, None, Beside]:
    """What the model makes of a sentence: yields after each step of the search, so that it can be stopped between two.

    Args:
        translator: the model.
        source: a sentence.
        reference: a translation that all models are held against; none where empty.
        config: how to search; beam search of width 5 where None.
        slip_at: the first token that may be replaced, from 0.

    Raises:
        CoreError: the sentence is empty, or a setting does not suit the model.
    """
    if not source.strip():
        raise CoreError("a sentence is needed")
    plain = ScoreConfig()
    found = yield from translator.stream(source, config or BeamConfig(), trace=False)
    best = found.hypotheses[0]
    expected = expected_of(translator, source, reference, plain) if reference.strip() else None
    wanted = expected.hypothesis if expected else best
    return Beside(
        model=translator.name,
        found=found,
        said=forced(translator, source, best.token_ids, plain),
        expected=expected,
        left_out=left_out(translator, source, wanted.token_ids),
        slip=slip(translator, source, slip_at),
    )
