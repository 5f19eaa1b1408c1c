"""The loop of beam search, batched over sentences, groups and beams, for ``beam`` and ``diverse-beam``.

K beams in G groups of k: each group is a beam search of its own, its finished hypotheses in a pool apart from its
live ones. As in Hugging Face, a step looks at the best 2k continuations of a group; those among the first k that end
are finished, and the best k that do not end go on. L is the number of sentences still in the batch, R the rows of a
group before the step: 1 at the first, k after it. Other letters: see ``seq2seq_core.types``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Request, Search
from seq2seq_core.decoding.beam_config import BeamConfig
from seq2seq_core.decoding.frontier import Chosen, Frontier, Seen
from seq2seq_core.decoding.pool import Pool
from seq2seq_core.decoding.proposal import DEAD, Propose
from seq2seq_core.decoding.results import outcomes
from seq2seq_core.decoding.scoring import coverage, length_divisor, parts_of
from seq2seq_core.decoding.stepping import source_mask
from seq2seq_core.decoding.trace import DecodeStep
from seq2seq_core.decoding.tracing import Choices, Verdict, judged
from seq2seq_core.types import CoreError


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
    live = beams.live
    yield from live.search(beams.step)
    adjusted = groups > 1 or bool(live.chain.names)
    return outcomes(
        request, live.history, live.tracer, live.pool, live.calls,
        count=config.num_return_sequences, adjusted=adjusted, repeats=False, make_parts=partial(parts_of, config),
    )  # fmt: skip


class _Beams:
    """One step after the other, for all sentences at once."""

    def __init__(self, request: Request, config: BeamConfig, groups: int, propose: Propose) -> None:
        self._config, self._groups, self._propose = config, groups, propose
        self._width = config.num_beams // groups
        self._mask, self._eos, self._trace = source_mask(request), request.specials.eos, request.trace
        self.live = Frontier(request, groups=groups, width=self._width)
        # [L, G, R]: until the first step the beams of a sentence are one row.
        self.live.rows["totals"] = torch.zeros(len(request.sources), 1, device=request.device)

    def step(self) -> dict[int, DecodeStep]:
        """One call of the step function and the choices that follow from it."""
        live = self.live
        seen = live.see()
        if self._config.coverage_penalty:
            self._attend(seen)
        totals, scores, trail = self._grouped(live.rows["totals"]).squeeze(-1), seen.logits, []
        if live.chain.is_plain(len(live.history)):
            # log P = logit - logsumexp, subtracted here from one total a row and not from V logits.
            totals = totals - self._grouped(seen.total).squeeze(-1)
            scores = scores + live.chain.never(scores.shape[1])
        else:
            trail = live.trail(seen.log_probs)
            scores = trail[-1]
        what = self._candidates(seen, totals, scores)
        taken = self._finish(what)
        going = what.score.masked_fill(what.ended, DEAD).topk(self._width)
        row, flat, token, log_prob = (
            item.gather(-1, going.indices).flatten(1) for item in (what.row, what.flat, what.token, what.log_prob)
        )
        steps = live.show(trail, seen, self._choices(what, taken, going.indices, going.values)) if self._trace else {}
        live.advance(seen, Chosen(row, flat, token, log_prob), totals=going.values.view(-1, 1))
        self._check_done(going.values[..., 0])
        return steps

    def _grouped(self, rows: Tensor) -> Tensor:
        """[N, X] as [L, G, R, X]; the one row before the first step is every group's."""
        live = len(self.live.sentences)
        shape = (live, self._groups, -1) if len(self.live.history) else (live, 1, 1)
        return rows.view(*shape, rows.shape[-1]).expand(-1, self._groups, -1, -1)

    def _attend(self, seen: Seen) -> None:
        if seen.attention is None:
            raise CoreError("coverage_penalty needs a model with attention, and this one has none; set it to 0")
        rows = self.live.rows
        rows["attended"] = seen.attention + rows.get("attended", torch.zeros_like(seen.attention))

    def _candidates(self, seen: Seen, totals: Tensor, scores: Tensor) -> _Candidates:
        found = self._propose(totals, self._grouped(scores), 2 * self._width)
        device, each = found.token.device, len(seen.logits) // len(self.live.sentences)
        # Row of the sentence: the groups stand side by side, but all begin at the one first row.
        row = found.parent + (torch.arange(self._groups, device=device) * (each // self._groups)).view(1, -1, 1)
        flat = self.live.flat(row, each)
        ended = (found.token == self._eos) | self.live.last.view(-1, 1, 1)
        among_first = torch.arange(found.score.shape[-1], device=device) < self._width
        return _Candidates(
            score=found.score,
            row=row,
            flat=flat,
            token=found.token,
            log_prob=seen.logits[flat, found.token] - seen.total.squeeze(1)[flat],
            ended=ended,
            ends=ended & among_first & (found.score > DEAD) & ~self.live.done.unsqueeze(-1),
        )

    def _finish(self, what: _Candidates) -> Tensor:
        """Offers what ended to the pool; returns which candidates found a place there, [L, G, C]."""
        live, config = self.live, self._config
        covered = torch.zeros_like(what.score)
        if config.coverage_penalty:
            mask = self._mask[live.sentences].view(len(covered), 1, 1, -1)
            covered = coverage(live.rows["attended"][what.flat], mask)
        divisor = length_divisor(len(live.history) + 1.0, config.length_penalty_type, config.length_penalty)
        score = what.score / divisor + config.coverage_penalty * covered
        offered = Pool(
            score=score.masked_fill(~what.ends, DEAD),
            total=what.score,
            covered=covered,
            log_prob=what.log_prob,
            sentence=live.sentences.view(-1, 1, 1).expand_as(what.row),
            step=torch.full_like(what.row, len(live.history)),
            parent=what.row,
            token=what.token,
        )
        live.pool, taken = live.pool.merge(offered)
        return taken & what.ends

    def _check_done(self, best: Tensor) -> None:
        """A group is done when its live hypotheses, the best of total ``best`` [L, G], cannot or need not go on."""
        live, config, length = self.live, self._config, float(len(self.live.history))
        limits = live.limits[live.sentences].unsqueeze(1)
        worst = live.pool.score[..., -1]  # DEAD while there are empty places
        # A total only falls, so "never" takes it over the largest divisor that it can still come to.
        reach = limits.to(worst) if config.early_stopping == "never" else torch.full_like(worst, length)
        bound = best / length_divisor(reach, config.length_penalty_type, config.length_penalty)
        over = ~(bound > worst) | (length >= limits)
        if config.early_stopping is True:
            over = over | (worst > DEAD)
        live.done = live.done | over

    def _choices(self, what: _Candidates, taken: Tensor, going: Tensor, totals: Tensor) -> Choices:
        own = torch.arange(self._groups * self._width, device=going.device).view(1, self._groups, self._width)
        became = torch.full_like(what.row, -1).scatter(-1, going, torch.where(totals > DEAD, own, -1))
        is_eos = what.token == self._eos
        verdict = judged(
            became,
            (became >= 0, Verdict.KEPT),
            (is_eos, Verdict.LATE),
            (what.ends, Verdict.WORSE),
            (taken & ~is_eos, Verdict.CUT),
            (taken & is_eos, Verdict.ENDED),
            ((what.score == DEAD) | self.live.done.unsqueeze(-1), Verdict.NONE),
        )
        return Choices(what.row, became, what.token, what.log_prob, what.score, verdict)
