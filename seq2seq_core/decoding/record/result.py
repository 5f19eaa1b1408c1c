"""What decoding says of itself: one record for every strategy and every view.

Plain values on the CPU. ``DecodeResult.to_json`` and ``from_json`` are inverse to each other; ``SCHEMA`` is raised
whenever a field changes its meaning or goes away. Letters for shapes: see ``seq2seq_core.types``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from seq2seq_core.decoding.record.json_values import from_plain, left_as_it_is, to_plain
from seq2seq_core.decoding.record.so_far import Beginnings, SoFar, read_beginnings
from seq2seq_core.decoding.score import ScoreParts
from seq2seq_core.types import CoreError, FloatArray, MovedWeight

SCHEMA = 2

left_as_it_is(SoFar)  # rows share them: ``DecodeResult`` writes each once

Fate = Literal["kept", "finished", "dropped"]


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One target sequence.

    token_ids, tokens: generated ids and their pieces, a given prefix included, EOS where it was generated, BOS not.
    token_log_probs: log P of each under the model's own full distribution, before any filter or penalty.
    log_prob: their sum; forced scoring of the same ids says the same.
    score: what hypotheses of this result are ranked by; ``parts.score``, or the expected utility under ``mbr``, or
        the perturbed log-probability under ``stochastic-beam``.
    text: the words, without special tokens.
    finished: EOS was generated; False where the length limit cut it off.
    attention: [T, S], a row for each token, a column for each source token; None where the model has none.
    parts: what the score is made of.
    spellings: log P of the same text in other pieces, where the search found it so too, likeliest first.
    ranks: forced decoding only: 1 = the model's first choice at that position.
    entropies: forced decoding only: entropy of the model's distribution at that position, in nats.
    restored: parts of the source which are not translated, left out by the model and put back into ``text``.
    """

    token_ids: tuple[int, ...]
    tokens: tuple[str, ...]
    token_log_probs: tuple[float, ...]
    log_prob: float
    score: float
    text: str
    finished: bool
    attention: FloatArray | None
    parts: ScoreParts
    spellings: tuple[float, ...] = ()
    ranks: tuple[int, ...] | None = None
    entropies: tuple[float, ...] | None = None
    restored: tuple[str, ...] = ()

    @property
    def log_prob_of_text(self) -> float:
        """log of the summed probability of all pieces known to spell the text: at most its log P under the model."""
        return (
            math.log(sum(math.exp(other - self.log_prob) for other in (self.log_prob, *self.spellings))) + self.log_prob
        )


@dataclass(frozen=True)
class Candidate:
    """One continuation that a step considered.

    parent: row of this step that it continues.
    row: row of the next step that it became; None unless kept.
    log_prob: log P of the token alone, under the model.
    total_log_prob: log P of the whole hypothesis with it, under the model.
    score: what the search ranked it by at this step.
    fate, reason: "kept", "finished" or "dropped", and why in a few words.
    """

    parent: int
    row: int | None
    token_id: int
    token: str
    log_prob: float
    total_log_prob: float
    score: float
    fate: Fate
    reason: str


@dataclass(frozen=True)
class StepRow:
    """One live hypothesis at the beginning of a step, and its likeliest next tokens through the filters.

    row: its number, which candidates call parent.
    beginning: what it stands for, shared with the rows that go on from there.
    top_ids, top_tokens: C likeliest next tokens of the model, best first.
    top_log_probs: [F, C], their log P after each of the step's stages; -inf where a filter took them away.
    kept: of each stage, the share of the model's own probability that it leaves (1 = all).
    entropy: of each stage's distribution, in nats.
    attention: [1, S] while this step's token is chosen; None where the model has none.
    """

    row: int
    beginning: SoFar
    top_ids: tuple[int, ...]
    top_tokens: tuple[str, ...]
    top_log_probs: FloatArray
    kept: tuple[float, ...]
    entropy: tuple[float, ...]
    attention: FloatArray | None

    @property
    def token_ids(self) -> tuple[int, ...]:
        """Ids of the pieces so far, put together on demand."""
        return self.beginning.token_ids

    @property
    def tokens(self) -> tuple[str, ...]:
        """Pieces so far, put together on demand."""
        return self.beginning.tokens

    @property
    def log_prob(self) -> float:
        """log P so far, under the model."""
        return self.beginning.log_prob


@dataclass(frozen=True)
class DecodeStep:
    """What one step saw and chose, for one sentence.

    index: 0 for the first generated token.
    stages: names of what the distributions went through, "model" first, then each active filter in order.
    rows: the live hypotheses.
    candidates: what was considered, best first.
    """

    index: int
    stages: tuple[str, ...]
    rows: tuple[StepRow, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class DecodeResult:
    """What decoding one source sentence gave.

    source, source_tokens: the text and its pieces, EOS included: attention's columns.
    read_as: the text that the model read, where it is another; None where it is the source.
    notes: what a person should know of how the source was read, a sentence each.
    moved: attention that a person moved; what is told of the others is the model's own.
    strategy, config: name of the strategy and its settings by field name.
    hypotheses: best first.
    steps: one for each step, made when they are first read; empty when the trace is off.
    forward_calls: calls of the step function in which this sentence took part.
    rows_decoded: its rows over all of these calls: what a machine has to compute.
    seconds: wall time of decoding the batch, without that of recording its steps, over its number of sentences.
    device: where the step function ran.
    precision: of its products.
    proven: exact search only: nothing scores higher than the first hypothesis.
    details: numbers of one strategy only (exact: how far it got), by name.
    utilities: [C, C] mbr only: utility of candidate (row) against pseudo-reference (column), in the order of
        ``candidates``.
    candidates: mbr only: texts of the candidates, in the order of the utility matrix.
    """

    source: str
    source_tokens: tuple[str, ...]
    strategy: str
    config: Mapping[str, Any]
    hypotheses: tuple[Hypothesis, ...]
    steps: Sequence[DecodeStep]
    forward_calls: int
    seconds: float
    device: str
    proven: bool | None = None
    details: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    utilities: FloatArray | None = None
    candidates: tuple[str, ...] = ()
    read_as: str | None = None
    notes: tuple[str, ...] = ()
    moved: tuple[MovedWeight, ...] = ()
    precision: str = "float32"
    rows_decoded: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for ``json.dumps``, with the version of the schema."""
        writing = self.writing()
        while True:
            try:
                next(writing)
            except StopIteration as done:
                written: dict[str, Any] = done.value
                return written

    def writing(self) -> Generator[None, None, dict[str, Any]]:
        """As ``to_dict``, step by step, so that whoever no longer wants it can stop between two."""
        shared = Beginnings()
        written = {"schema": SCHEMA, **to_plain(replace(self, steps=())), "beginnings": shared.written}
        for step in self.steps:
            plain = to_plain(step)
            for row in plain["rows"]:
                row["beginning"] = shared.place(row["beginning"])
            written["steps"].append(plain)
            yield
        return written

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DecodeResult:
        """The result that ``to_dict`` wrote.

        Raises:
            CoreError: written under another version of the schema, or its rows stand for nothing that is in it.
        """
        if (schema := data.get("schema")) != SCHEMA:
            again = "; search again to have it in the form of today" if schema == 1 else ""
            raise CoreError(f"this result has schema {schema!r}, and this version reads schema {SCHEMA} only{again}")
        shared = read_beginnings(data["beginnings"])
        steps = [{**step, "rows": [_with_beginning(row, shared) for row in step["rows"]]} for step in data["steps"]]
        result = from_plain(cls, {**data, "steps": steps})
        assert isinstance(result, cls)
        return result

    @classmethod
    def from_json(cls, line: str) -> DecodeResult:
        """The result that ``to_json`` wrote."""
        return cls.from_dict(json.loads(line))


def _with_beginning(row: Mapping[str, Any], shared: Sequence[SoFar]) -> dict[str, Any]:
    place = row["beginning"]
    if not isinstance(place, int) or not 0 <= place < len(shared):
        raise CoreError(f"a row of this trace stands for beginning {place!r}, which is not in it")
    return {**row, "beginning": shared[place]}
