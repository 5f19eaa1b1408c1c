"""The loop of beam search, batched over sentences, groups and beams, for ``beam`` and ``diverse-beam``.

K beams in G groups of k: each group is a beam search of its own, its finished hypotheses in a pool apart from its
live ones. As in Hugging Face, a step looks at the best 2k continuations of a group; those among the first k that end
are finished, and the best k that do not end go on. L is the number of sentences still in the batch, R the rows of a
group before the step: 1 at the first, k after it. Other letters: see ``seq2seq_core.types``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Request, Search, Tick
from seq2seq_core.decoding.beam_config import BeamConfig
from seq2seq_core.decoding.beam_results import outcomes
from seq2seq_core.decoding.chain import Chain
from seq2seq_core.decoding.history import History, Step
from seq2seq_core.decoding.pool import Pool
from seq2seq_core.decoding.proposal import DEAD, Propose
from seq2seq_core.decoding.scoring import coverage, length_divisor
from seq2seq_core.decoding.stepping import Stepper, limits_of, source_mask, survivors
from seq2seq_core.decoding.trace import DecodeStep
from seq2seq_core.decoding.tracing import Choices, Tracer, Verdict
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class _Seen:
    """What one call of the step function said: logits [N, V], their logsumexp [N, 1], attention [N, S] or None."""

    logits: Tensor
    total: Tensor
    attention: Tensor | None
    state: Any


@dataclass(frozen=True)
class _Candidates:
    """What a step chooses from, [L, G, C] each, best first.

    score: accumulated. row: row of the sentence before the step. flat: the same row among all N.
    token, log_prob: log P under the model. ended: EOS, or the limit. ends: ended, and good enough to be finished.
    """

    score: Tensor
    row: Tensor
    flat: Tensor
    token: Tensor
    log_prob: Tensor
    ended: Tensor
    ends: Tensor


def search(request: Request, config: BeamConfig, groups: int, propose: Propose) -> Search:
    """Beam search for every sentence of the request."""
    beams = _Beams(request, config, groups, propose)
    while live := len(beams.sentences):
        steps = beams.step()
        yield Tick(len(beams.history) - 1, live, steps)
        if beams.stepper.due() and (keep := survivors(beams.done.all(1))) is not None:
            beams.compact(keep)
    beams.stepper.check()
    return outcomes(
        request, config, Pool.gather(beams.retired), history=beams.history, tracer=beams.tracer, calls=beams.calls,
        adjusted=groups > 1 or bool(beams.chain.names),
    )  # fmt: skip


class _Beams:
    """The live beams and all that changes from step to step."""

    def __init__(self, request: Request, config: BeamConfig, groups: int, propose: Propose) -> None:
        count, device = len(request.sources), request.device
        self._request, self._config, self._groups, self._propose = request, config, groups, propose
        self._width = config.num_beams // groups
        self._limits, self._mask = limits_of(request), source_mask(request)
        self.chain, self.stepper = Chain(request), Stepper(request)
        self.history, self.tracer = History(count), Tracer(request)
        self.sentences = torch.arange(count, device=device)
        self.calls = torch.zeros(count, dtype=torch.long, device=device)
        self.done = torch.zeros(count, groups, dtype=torch.bool, device=device)
        self.retired: list[Pool] = []
        self._pool = Pool.empty(self.sentences, groups, self._width)
        # Until the first step the beams of a sentence are one row, with nothing generated and nothing attended to.
        self._state: Any = request.state
        self._tokens = torch.full((count,), request.specials.bos, device=device)
        self._totals = torch.zeros(count, groups, 1, device=device)
        self._generated = torch.zeros(count, 0, dtype=torch.long, device=device)
        self._attended: Tensor | None = None

    def step(self) -> dict[int, DecodeStep]:
        """One call of the step function and the choices that follow from it."""
        self.calls[self.sentences] += ~self.done.all(1)
        seen = _Seen(*self.stepper(self._tokens, self._state))
        self._attend(seen)
        totals, scores = self._totals, seen.logits
        if self.chain.is_plain(len(self.history)):
            # log P = logit - logsumexp, subtracted here from one total a row and not from V logits.
            totals = totals - self._grouped(seen.total).squeeze(-1)
            scores = scores + self.chain.never(scores.shape[1])
        else:
            scores = self._trail(seen)[-1]
        what = self._candidates(seen, totals, scores)
        taken = self._finish(what)
        going = what.score.masked_fill(what.ended, DEAD).topk(self._width)
        rows, tokens, log_probs, flat = (
            item.gather(-1, going.indices).flatten(1) for item in (what.row, what.token, what.log_prob, what.flat)
        )
        steps = self._trace(seen, what, taken, going.indices, going.values) if self._request.trace else {}
        self.history.add(Step(self.sentences, rows, tokens, log_probs, seen.attention))
        self._check_done(going.values)
        self._state, self._tokens, self._totals = seen.state.select(flat.flatten()), tokens.flatten(), going.values
        if self.chain.looks_back:
            self._generated = torch.cat((self._generated[flat.flatten()], tokens.view(-1, 1)), 1)
        if self._attended is not None:
            self._attended = self._attended[flat.flatten()]
        return steps

    def compact(self, keep: Tensor) -> None:
        """Goes on with the sentences at these positions only."""
        size = self._groups * self._width
        rows = (keep.unsqueeze(1) * size + torch.arange(size, device=keep.device)).flatten()
        gone = torch.ones_like(self.sentences, dtype=torch.bool).index_fill(0, keep, False)
        self.retired.append(self._pool.select(gone))
        self._pool, self._state = self._pool.select(keep), self._state.select(rows, keep)
        self.sentences, self.done, self._totals = self.sentences[keep], self.done[keep], self._totals[keep]
        self._tokens, self._generated = self._tokens[rows], self._generated[rows]
        self._attended = None if self._attended is None else self._attended[rows]

    def _grouped(self, rows: Tensor) -> Tensor:
        """[N, X] as [L, G, R, X]; the one row before the first step is every group's."""
        live = len(self.sentences)
        shape = (live, self._groups, -1) if len(self.history) else (live, 1, 1)
        return rows.view(*shape, rows.shape[-1]).expand(-1, self._groups, -1, -1)

    def _trail(self, seen: _Seen) -> list[Tensor]:
        step, history = len(self.history), self._generated
        return self.chain.trail(seen.logits - seen.total, step=step, sentences=self.sentences, history=history)

    def _attend(self, seen: _Seen) -> None:
        if self._config.coverage_penalty:
            if seen.attention is None:
                raise CoreError("coverage_penalty needs a model with attention, and this one has none; set it to 0")
            self._attended = seen.attention if self._attended is None else self._attended + seen.attention

    def _candidates(self, seen: _Seen, totals: Tensor, scores: Tensor) -> _Candidates:
        last = len(self.history) + 1 >= self._limits[self.sentences]
        found = self._propose(totals, self._grouped(scores), 2 * self._width, last)
        live, device = len(self.sentences), found.token.device
        per_sentence = len(seen.logits) // live
        # Row of the sentence: the groups stand side by side, but all begin at the one first row.
        first_rows = torch.arange(self._groups, device=device) * (per_sentence // self._groups)
        row = found.parent + first_rows.view(1, -1, 1)
        flat = row + torch.arange(live, device=device).view(-1, 1, 1) * per_sentence
        ended = (found.token == self._request.specials.eos) | last.view(-1, 1, 1)
        among_first = torch.arange(found.score.shape[-1], device=device) < self._width
        return _Candidates(
            score=found.score,
            row=row,
            flat=flat,
            token=found.token,
            log_prob=seen.logits[flat, found.token] - seen.total.squeeze(1)[flat],
            ended=ended,
            ends=ended & among_first & (found.score > DEAD) & ~self.done.unsqueeze(-1),
        )

    def _finish(self, what: _Candidates) -> Tensor:
        """Offers what ended to the pool; returns which candidates found a place there, [L, G, C]."""
        step, config = len(self.history), self._config
        covered = torch.zeros_like(what.score)
        if self._attended is not None:
            covered = coverage(self._attended[what.flat], self._mask[self.sentences].view(len(covered), 1, 1, -1))
        divisor = length_divisor(float(step + 1), config.length_penalty_type, config.length_penalty)
        score = what.score / divisor + config.coverage_penalty * covered
        offered = Pool(
            score=score.masked_fill(~what.ends, DEAD),
            total=what.score,
            covered=covered,
            log_prob=what.log_prob,
            sentence=self.sentences.view(-1, 1, 1).expand_as(what.row),
            step=torch.full_like(what.row, step),
            parent=what.row,
            token=what.token,
        )
        self._pool, taken = self._pool.merge(offered)
        return taken & what.ends

    def _check_done(self, live: Tensor) -> None:
        """A group is done when its live hypotheses, totals [L, G, k], cannot or need not go on."""
        config, length = self._config, float(len(self.history))
        worst = self._pool.score[..., -1]  # DEAD while there are empty places
        reach = torch.full_like(worst, length)
        if config.early_stopping == "never":
            # A total only falls: the best score it can still lead to is that of the total over the largest divisor.
            reach = self._limits[self.sentences].view(-1, 1).expand_as(worst).to(worst)
        bound = live[..., 0] / length_divisor(reach, config.length_penalty_type, config.length_penalty)
        over = ~(bound > worst) | (length >= self._limits[self.sentences]).unsqueeze(1)
        if config.early_stopping is True:
            over = over | (worst > DEAD)
        self.done = self.done | over

    def _trace(
        self, seen: _Seen, what: _Candidates, taken: Tensor, going: Tensor, totals: Tensor
    ) -> dict[int, DecodeStep]:
        size = torch.arange(self._groups * self._width, device=going.device).view(1, self._groups, self._width)
        became = torch.full_like(what.row, -1).scatter(-1, going, torch.where(totals > DEAD, size, -1))
        is_eos = what.token == self._request.specials.eos
        code = torch.full_like(what.row, Verdict.BEATEN.code)
        for where, verdict in (
            (became >= 0, Verdict.KEPT),
            (is_eos, Verdict.LATE),
            (what.ends, Verdict.WORSE),
            (taken & ~is_eos, Verdict.CUT),
            (taken & is_eos, Verdict.ENDED),
            ((what.score == DEAD) | self.done.unsqueeze(-1), Verdict.NONE),
        ):
            code = code.masked_fill(where, verdict.code)
        choices = Choices(what.row, became, what.token, what.log_prob, what.score, code)
        stages = [seen.logits - seen.total, *(self._trail(seen) if self.chain.names else ())]
        return self.tracer.add(self.chain.names, self.sentences, stages, seen.attention, choices.flatten())
