"""From a search's tensors to the trace's plain records, one step at a time. Runs only when somebody asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Request
from seq2seq_core.decoding.trace import Candidate, DecodeStep, Fate, StepRow
from seq2seq_core.types import FloatArray

LENS = 20
"""How many of the likeliest next tokens each row shows."""


class Verdict(Enum):
    """What became of a candidate and why; the number stands for it in tensors."""

    NONE = 0, "dropped", "not a candidate"
    KEPT = 1, "kept", "among the best that go on"
    CHOSEN = 2, "kept", "likeliest token"
    DRAWN = 3, "kept", "drawn"
    GIVEN = 9, "kept", "given"
    OPEN = 10, "kept", "can still lead to the best"
    HOPELESS = 11, "dropped", "cannot beat the best found any more"
    ENDED = 4, "finished", "ended with EOS"
    CUT = 5, "finished", "cut off at the length limit"
    BEATEN = 6, "dropped", "enough better continuations go on"
    LATE = 7, "dropped", "ended, but outside the best of this step"
    WORSE = 8, "dropped", "ended, but enough better ones are finished"

    def __init__(self, code: int, fate: Fate, reason: str) -> None:
        self.code = code
        self.fate = fate
        self.reason = reason


_BY_CODE = {verdict.code: verdict for verdict in Verdict}


@dataclass(frozen=True)
class Choices:
    """What a step considered for each of L sentences, [L, C] each, best first; ``Verdict.NONE`` fills up.

    parent: row before the step. row: row after it, -1 unless kept. score: what it was ranked by.
    """

    parent: Tensor
    row: Tensor
    token: Tensor
    log_prob: Tensor
    score: Tensor
    verdict: Tensor

    def flatten(self) -> Choices:
        """Groups side by side: from [L, G, C] to [L, G * C]; [L, C] stays."""
        return Choices(*(getattr(self, item.name).flatten(1) for item in fields(self)))


def judged(like: Tensor, *verdicts: tuple[Tensor, Verdict]) -> Tensor:
    """Codes of verdicts in the shape of ``like``: beaten, unless a later condition says otherwise."""
    codes = torch.full_like(like, Verdict.BEATEN.code)
    for where, verdict in verdicts:
        codes = codes.masked_fill(where, verdict.code)
    return codes


def crop(attention: FloatArray | None, source_length: int) -> FloatArray | None:
    """Without the columns that only padded the batch."""
    return None if attention is None else attention[:, :source_length].copy()


@dataclass(frozen=True)
class _Row:
    token_ids: tuple[int, ...]
    log_prob: float


class Tracer:
    """Follows the live rows of every sentence and keeps the steps."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._rows: list[dict[int, _Row]] = [{} for _ in request.sources]
        self._steps: list[list[DecodeStep]] = [[] for _ in request.sources]

    def steps(self, sentence: int) -> tuple[DecodeStep, ...]:
        """All steps of one sentence."""
        return tuple(self._steps[sentence])

    def place(self, sentence: int, rows: Sequence[tuple[tuple[int, ...], float]]) -> None:
        """Says what a sentence's rows are, ids and log P each, where a search jumps from branch to branch."""
        self._rows[sentence] = {number: _Row(ids, log_prob) for number, (ids, log_prob) in enumerate(rows)}

    def add(
        self, names: Sequence[str], sentences: Tensor, stages: Sequence[Tensor], attention: Tensor | None, what: Choices
    ) -> dict[int, DecodeStep]:
        """Records one step and returns it for each sentence that still had something to choose.

        Args:
            names: of the active stages.
            sentences: [L], places in the request.
            stages: [L * R, V] each; log P under the model first, then the scores after each active stage.
            attention: [L * R, S] or None.
            what: the candidates.
        """
        live = len(sentences)
        columns = [
            item.tolist() for item in (what.parent, what.row, what.token, what.log_prob, what.score, what.verdict)
        ]
        views = [stage.view(live, -1, stage.shape[-1]) for stage in stages]
        rows_before = views[0].shape[1]
        weights = None if attention is None else attention.view(live, rows_before, -1).cpu().numpy()
        made: dict[int, DecodeStep] = {}
        for place, sentence in enumerate(sentences.tolist()):
            rows = self._rows[sentence] or {row: _Row((), 0.0) for row in range(rows_before)}
            entries = [entry for entry in zip(*(column[place] for column in columns), strict=True) if entry[-1]]
            if not entries:
                continue
            numbers = list(rows)
            seen = None if weights is None else weights[place, numbers]
            lenses = self._lenses(rows, torch.stack([view[place, numbers] for view in views]), seen, sentence)
            candidates = tuple(self._candidate(rows, entry) for entry in entries)
            index = len(self._steps[sentence])
            made[sentence] = DecodeStep(index, ("model", *names), tuple(lenses), candidates)
            self._steps[sentence].append(made[sentence])
            self._rows[sentence] = {
                item.row: _Row((*rows[item.parent].token_ids, item.token_id), item.total_log_prob)
                for item in sorted((c for c in candidates if c.row is not None), key=lambda c: c.row or 0)
                if item.row is not None
            }
        return made

    def _lenses(
        self, rows: dict[int, _Row], stages: Tensor, attention: FloatArray | None, sentence: int
    ) -> Iterator[StepRow]:
        """What each row saw. stages: [number of stages, rows, V]; attention: [rows, S] or None."""
        after = stages.cpu().double().log_softmax(-1)
        top = after[0].topk(min(LENS, after.shape[-1])).indices
        shown = after.gather(-1, top.expand(len(after), -1, -1)).float().numpy()
        present, probabilities = after.isfinite(), after.exp()
        kept = (probabilities[0] * present).sum(-1)
        entropy = -(probabilities * after.masked_fill(~present, 0.0)).sum(-1)
        length = len(self._request.sources[sentence].tokens)
        for place, (number, row) in enumerate(rows.items()):
            ids = tuple(top[place].tolist())
            yield StepRow(
                row=number,
                token_ids=row.token_ids,
                tokens=tuple(self._request.pieces(row.token_ids)),
                log_prob=row.log_prob,
                top_ids=ids,
                top_tokens=tuple(self._request.pieces(ids)),
                top_log_probs=shown[:, place],
                kept=tuple(kept[:, place].tolist()),
                entropy=tuple(entropy[:, place].tolist()),
                attention=crop(None if attention is None else attention[place : place + 1], length),
            )

    def _candidate(self, rows: dict[int, _Row], entry: tuple[int, int, int, float, float, int]) -> Candidate:
        parent, row, token, log_prob, score, code = entry
        verdict = _BY_CODE[code]
        return Candidate(
            parent=parent,
            row=row if row >= 0 else None,
            token_id=token,
            token=self._request.pieces((token,))[0],
            log_prob=log_prob,
            total_log_prob=rows[parent].log_prob + log_prob,
            score=score,
            fate=verdict.fate,
            reason=verdict.reason,
        )
