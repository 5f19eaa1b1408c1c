"""From a search's tensors to the trace's plain records. Runs only when somebody asked for a trace.

While the search runs, each step is kept as arrays; what became of its continuations is worked out, and the records that
people read are made, when somebody asks.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq_core.decoding.record.result import Candidate, DecodeStep, StepRow
from seq2seq_core.decoding.record.so_far import NOTHING_YET, SoFar
from seq2seq_core.decoding.record.verdicts import Considered, Verdict, verdict_of
from seq2seq_core.decoding.request import AnyRequest
from seq2seq_core.types import FloatArray

LENS = 20
"""How many of the likeliest next tokens each row shows."""


def crop(attention: FloatArray | None, source_length: int) -> FloatArray | None:
    """Without the columns that only padded the batch."""
    return None if attention is None else attention[:, :source_length].copy()


class Branch(Protocol):
    """A row of a search that jumps from branch to branch: its last token, log P of the whole, and the one before it."""

    @property
    def parent(self) -> Branch | None:
        """None for the beginning without a token."""
        ...

    @property
    def token(self) -> int | None:
        """None for the beginning without a token."""
        ...

    @property
    def total_log_prob(self) -> float:
        """Of the whole, under the model."""
        ...


OF_A_ROW = 2000
"""Bytes of a row at a step: its likeliest tokens before and after the filters, and what was considered after it."""


@dataclass(frozen=True)
class _Distributions:
    """Of each of N rows and each of F stages: the C likeliest tokens of the model through all stages.

    top: [N, C] ids. log_probs: [F, N, C]. kept, entropy: [F, N]. attention: [N, S] or None.
    """

    top: NDArray[Any]
    log_probs: FloatArray
    kept: NDArray[Any]
    entropy: NDArray[Any]
    attention: FloatArray | None


@dataclass(frozen=True)
class _RecordedStep:
    """One step of the search as arrays. rows: those of each sentence, where the search says itself what they are."""

    stages: tuple[str, ...]
    sentences: tuple[int, ...]
    seen: _Distributions
    considered: Callable[[], Considered]
    rows: Mapping[int, Sequence[Branch]]


class Recorder:
    """Keeps the steps of a search and follows the live rows of every sentence.

    seconds: time spent on recording so far, which is no part of what decoding costs.
    """

    def __init__(self, request: AnyRequest) -> None:
        # Not the request itself, with the model's state in it: a result that nobody has read yet holds on to this.
        self._sources, self._pieces = request.sources, request.pieces
        self._shown: list[dict[int, str]] = [{} for _ in request.sources]
        self._recorded: list[_RecordedStep | None] = []  # None: its records are made
        self._made: list[dict[int, DecodeStep]] = []
        self._count: Counter[int] = Counter()
        self._held: Counter[int] = Counter()
        self._rows: list[Mapping[int, SoFar]] = [{} for _ in request.sources]
        self._branches: list[dict[int, tuple[Branch, SoFar]]] = [{} for _ in request.sources]
        self._lock = threading.Lock()
        self.seconds = 0.0

    @property
    def count(self) -> int:
        """Steps recorded so far."""
        return len(self._recorded)

    def add(
        self,
        sentences: Tensor,
        considered: Callable[[], Considered],
        *,
        log_probs: Tensor,
        attention: Tensor | None,
        stages: Mapping[str, Tensor] | None = None,
        rows: Mapping[int, Sequence[Branch]] | None = None,
    ) -> None:
        """Records one step.

        Args:
            sentences: [L], places in the request.
            considered: gives the continuations, [L, C], when somebody asks for the records of the step.
            log_probs: [L * R, V], log P under the model in each of a sentence's R rows.
            attention: [L * R, S] or None.
            stages: [L * R, V] each: the scores after each active filter, by its name, in order.
            rows: what a sentence's rows are, where the search jumps from branch to branch; they follow from the step
                before otherwise.
        """
        if log_probs.is_cuda:
            torch.cuda.synchronize(log_probs.device)  # what the search itself still computes is not recording
        start = time.perf_counter()
        stages = stages or {}
        seen = _distributions(log_probs, tuple(stages.values()), attention)
        names = ("model", *stages)
        of_whom = tuple(sentences.tolist())
        self._recorded.append(_RecordedStep(names, of_whom, seen, considered, rows or {}))
        self._held.update(dict.fromkeys(of_whom, len(log_probs) // len(of_whom)))
        self.seconds += time.perf_counter() - start

    def steps(self, sentence: int) -> Sequence[DecodeStep]:
        """All steps of one sentence, made when they are read."""
        return _UnreadSteps(self, sentence)

    def rows(self, sentence: int) -> int:
        """How many rows the steps of one sentence have at most; known without making their records."""
        return self._held[sentence]

    def made(self, sentence: int) -> tuple[DecodeStep, ...]:
        """All steps of one sentence, made now."""
        self._make(len(self._recorded))
        return tuple(made[sentence] for made in self._made if sentence in made)

    def step(self, number: int) -> Mapping[int, DecodeStep]:
        """Step ``number`` of the search, by the place of each sentence that still had something to choose."""
        self._make(number + 1)
        return self._made[number]

    def steps_since(self, count: int) -> Mapping[int, DecodeStep]:
        """What was recorded after the first ``count`` steps, at most one, made when it is read; else nothing."""
        return _Unread(self, count) if self.count > count else {}

    def _make(self, count: int) -> None:
        """Makes the records of the first ``count`` steps, those that were not made before."""
        with self._lock, torch.inference_mode():  # several people may look at one result
            while len(self._made) < count:
                recorded = self._recorded[len(self._made)]
                assert recorded is not None
                self._made.append(dict(self._records(recorded)))
                self._recorded[len(self._made) - 1] = None

    def _records(self, recorded: _RecordedStep) -> Iterator[tuple[int, DecodeStep]]:
        considered = recorded.considered()
        columns = [getattr(considered, name).tolist() for name in Considered.__dataclass_fields__]
        each = len(recorded.seen.top) // len(recorded.sentences)
        for place, sentence in enumerate(recorded.sentences):
            given = recorded.rows.get(sentence)
            rows = self._rows[sentence]
            if given is not None:
                rows = {number: self._beginning(sentence, branch) for number, branch in enumerate(given)}
            rows = rows or dict.fromkeys(range(each), NOTHING_YET)
            entries = zip(*(column[place] for column in columns), strict=True)
            candidates = tuple(
                self._candidate(sentence, rows, *entry)
                for entry in entries
                if entry[-1] != Verdict.NOT_CONSIDERED.value
            )
            if not candidates:
                continue
            step_rows = tuple(self._step_row(recorded.seen, sentence, place * each, *row) for row in rows.items())
            yield sentence, DecodeStep(self._count[sentence], recorded.stages, step_rows, candidates)
            self._count[sentence] += 1
            self._rows[sentence] = _after(rows, candidates)

    def _step_row(self, seen: _Distributions, sentence: int, first: int, number: int, beginning: SoFar) -> StepRow:
        """What row ``number`` of a sentence saw, whose rows begin at ``first``."""
        at = first + number
        ids = tuple(seen.top[at].tolist())
        attention = None if seen.attention is None else seen.attention[at : at + 1]
        return StepRow(
            row=number,
            beginning=beginning,
            top_ids=ids,
            top_tokens=self._as_shown(sentence, ids),
            top_log_probs=seen.log_probs[:, at],
            kept=tuple(seen.kept[:, at].tolist()),
            entropy=tuple(seen.entropy[:, at].tolist()),
            attention=crop(attention, len(self._sources[sentence].tokens)),
        )

    def _beginning(self, sentence: int, branch: Branch) -> SoFar:
        """What a branch stands for; made once, by identity, for which the branch is held."""
        known, new, each = self._branches[sentence], list[Branch](), branch
        while id(each) not in known and each.parent is not None:
            new.append(each)
            each = each.parent
        found = known[id(each)][1] if id(each) in known else NOTHING_YET
        for each in reversed(new):
            assert each.token is not None
            [piece] = self._as_shown(sentence, (each.token,))
            found = found.then(each.token, piece, each.total_log_prob)
            known[id(each)] = each, found
        return found

    def _as_shown(self, sentence: int, ids: Sequence[int]) -> tuple[str, ...]:
        """As ``Request.shown``; the same few pieces come again and again."""
        known = self._shown[sentence]
        if new := [each for each in ids if each not in known]:
            known.update(zip(new, map(self._sources[sentence].words.piece, self._pieces(new)), strict=True))
        return tuple(map(known.__getitem__, ids))

    def _candidate(
        self,
        sentence: int,
        rows: Mapping[int, SoFar],
        parent: int,
        became: int,
        token: int,
        log_prob: float,
        score: float,
        code: int,
    ) -> Candidate:
        verdict = verdict_of(code)
        return Candidate(
            parent=parent,
            row=became if became >= 0 else None,
            token_id=token,
            token=self._as_shown(sentence, (token,))[0],
            log_prob=log_prob,
            total_log_prob=rows[parent].log_prob + log_prob,
            score=score,
            fate=verdict.fate,
            reason=verdict.reason,
        )


class _Unread(Mapping[int, DecodeStep]):
    """One step of the search whose records are made when somebody looks."""

    def __init__(self, recorder: Recorder, number: int) -> None:
        self._recorder, self._number = recorder, number

    def __getitem__(self, sentence: int) -> DecodeStep:
        return self._recorder.step(self._number)[sentence]

    def __iter__(self) -> Iterator[int]:
        return iter(self._recorder.step(self._number))

    def __len__(self) -> int:
        return len(self._recorder.step(self._number))


class _UnreadSteps(Sequence[DecodeStep]):
    """The steps of one sentence, whose records are made when somebody looks."""

    def __init__(self, recorder: Recorder, sentence: int) -> None:
        self._recorder, self._sentence = recorder, sentence

    @property
    def rows(self) -> int:
        """How many rows they have at most; known without making their records."""
        return self._recorder.rows(self._sentence)

    @overload
    def __getitem__(self, index: int) -> DecodeStep: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[DecodeStep]: ...
    def __getitem__(self, index: int | slice) -> DecodeStep | Sequence[DecodeStep]:
        return self._recorder.made(self._sentence)[index]

    def __iter__(self) -> Iterator[DecodeStep]:
        return iter(self._recorder.made(self._sentence))

    def __len__(self) -> int:
        return len(self._recorder.made(self._sentence))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._recorder.made(self._sentence) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._recorder.made(self._sentence),)  # a copy is of the records, not of what made them


def rows_of(steps: Sequence[DecodeStep]) -> int:
    """How many rows the steps of a result have at most; known without making records that nobody has read yet."""
    return steps.rows if isinstance(steps, _UnreadSteps) else sum(len(step.rows) for step in steps)


def _distributions(log_probs: Tensor, stages: Sequence[Tensor], attention: Tensor | None) -> _Distributions:
    """What of [N, V] scores, the model's log P and those after each filter, goes into the record."""
    top = log_probs.topk(min(LENS, log_probs.shape[-1])).indices
    after = torch.stack((log_probs, *(stage.log_softmax(-1) for stage in stages)))
    probabilities = after.exp()
    removed = (probabilities[0] * after[1:].isneginf()).sum(-1)
    return _Distributions(
        top=top.cpu().numpy(),
        log_probs=after.gather(-1, top.expand(len(after), -1, -1)).float().cpu().numpy(),
        kept=1 - torch.cat((removed.new_zeros(1, len(top)), removed)).cpu().numpy(),
        entropy=-(probabilities * after).nan_to_num(nan=0.0).sum(-1).cpu().numpy(),  # 0 log 0 = 0
        attention=None if attention is None else attention.cpu().numpy(),
    )


def _after(rows: Mapping[int, SoFar], candidates: Sequence[Candidate]) -> dict[int, SoFar]:
    """The rows after a step, by their numbers."""
    going_on = {item.row: item for item in candidates if item.row is not None}
    return {
        number: rows[item.parent].then(item.token_id, item.token, item.total_log_prob)
        for number, item in sorted(going_on.items())
    }
