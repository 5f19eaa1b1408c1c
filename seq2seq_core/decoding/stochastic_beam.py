"""Stochastic beam search: K samples without replacement, by a beam search over Gumbel-perturbed log-probabilities.

Kool, van Hoof & Welling 2019, arXiv 1903.06059, algorithm 1. Each partial hypothesis has phi, its log-probability
under the (filtered) distribution, and G, a Gumbel variable of location phi that is the greatest of those of all its
completions; its children's are drawn given that. The K greatest G, finished hypotheses among them, go on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Request, Search, Strategy
from seq2seq_core.decoding.chance import GumbelSource, precise
from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filter_config import FilterConfig
from seq2seq_core.decoding.frontier import Chosen, Frontier
from seq2seq_core.decoding.pool import Pool
from seq2seq_core.decoding.proposal import DEAD
from seq2seq_core.decoding.results import outcomes
from seq2seq_core.decoding.scoring import plain_parts
from seq2seq_core.decoding.trace import DecodeStep
from seq2seq_core.decoding.tracing import Choices, Verdict, judged


@dataclass(frozen=True, kw_only=True)
class StochasticBeamConfig(FilterConfig):
    """How many samples, from which part of the distribution."""

    num_beams: int = option(
        5, label="Samples", min=1, max=1000, step=1, soft_max=20,
        help="How many different translations to draw.",
    )  # fmt: skip


def search(request: Request) -> Search:
    """Up to ``num_beams`` different samples for each sentence, in the order of a draw without replacement.

    A hypothesis's score is its G, the perturbed log-probability; ``parts.adjustment`` is what the perturbation added.
    Fewer come where the filters leave fewer possible hypotheses.
    """
    config = request.config
    assert isinstance(config, StochasticBeamConfig)
    beams = _Beams(request, config)
    live = beams.live
    yield from live.search(beams.step)
    return outcomes(
        request, live.history, live.tracer, live.pool, live.calls,
        count=config.num_beams, adjusted=True, repeats=False, make_parts=plain_parts,
    )  # fmt: skip


def conditioned(perturbed: Tensor, greatest: Tensor) -> Tensor:
    """Independent Gumbel variables, changed so that the greatest of each row is the one given (appendix B.3).

    Args:
        perturbed: [..., V]; -inf stays -inf.
        greatest: [..., 1].
    """
    top = perturbed.amax(-1, keepdim=True)
    gap = greatest - perturbed + torch.log1p(-(perturbed - top).exp())
    return greatest - gap.clamp(min=0) - torch.log1p((-gap.abs()).exp())


@dataclass(frozen=True)
class _Drawn:
    """The continuations of greatest G, [L, C] each, best first; ``flat``: row among all N."""

    score: Tensor
    phi: Tensor
    row: Tensor
    flat: Tensor
    token: Tensor
    log_prob: Tensor


class _Beams:
    """One step after the other, for all sentences at once."""

    def __init__(self, request: Request, config: StochasticBeamConfig) -> None:
        self._width, self._eos, self._trace = config.num_beams, request.specials.eos, request.trace
        self._chance = GumbelSource(config.seed, [source.index for source in request.sources])
        self.live = Frontier(request, groups=1, width=config.num_beams)
        # [N, 2]: phi and G; the root's G may be anything, and is 0 in the paper.
        root = torch.zeros(len(request.sources), 2, dtype=precise(request.device), device=request.device)
        self.live.rows["phi_and_g"] = root

    def step(self) -> dict[int, DecodeStep]:
        """One call of the step function and the draw that follows from it."""
        live = self.live
        seen = live.see()
        trail = live.trail(seen.logits)
        what = self._draw(seen.logits, seen.total, trail[-1])
        ended = (what.token == self._eos) | live.last.unsqueeze(1)
        among, ends = self._finish(what, ended)
        going = what.score.masked_fill(ended | ~among, DEAD).topk(self._width)
        row, flat, token, log_prob, phi = (
            item.gather(1, going.indices) for item in (what.row, what.flat, what.token, what.log_prob, what.phi)
        )
        steps = live.show(trail, seen, self._choices(what, ends, going.indices, going.values)) if self._trace else {}
        live.advance(
            seen, Chosen(row, flat, token, log_prob), phi_and_g=torch.stack((phi, going.values), -1).flatten(0, 1)
        )
        live.done = live.done | ~(going.values > DEAD).any(1, keepdim=True)
        return steps

    def _draw(self, logits: Tensor, total: Tensor, scores: Tensor) -> _Drawn:
        live = self.live
        count, width = len(live.sentences), scores.shape[-1]
        phi, greatest = live.rows["phi_and_g"].unsqueeze(-1).unbind(1)
        # A row that is dead, or whose every token is removed, makes NaN: no mass either way.
        phis = (phi + scores.to(phi).log_softmax(-1)).nan_to_num(nan=DEAD, neginf=DEAD)
        noise = self._chance.draw(live.sentences.tolist(), len(phis) // count, width).to(phis)
        drawn = conditioned(phis + noise, greatest).masked_fill(phis == DEAD, DEAD).view(count, -1)
        missing = max(self._width - drawn.shape[1], 0)
        best = torch.nn.functional.pad(drawn, (0, missing), value=DEAD).topk(self._width)
        index = best.indices.clamp(max=drawn.shape[1] - 1)
        row, token = index // width, index % width
        flat = live.flat(row, len(phis) // count)
        return _Drawn(best.values, phis[flat, token], row, flat, token, logits[flat, token] - total.squeeze(1)[flat])

    def _finish(self, what: _Drawn, ended: Tensor) -> tuple[Tensor, Tensor]:
        """Live and finished compete for the K places; which candidates won one, and which of those ended, [L, K]."""
        live = self.live
        best = torch.cat((live.pool.score[:, 0], what.score), 1).topk(self._width).indices
        among = torch.zeros(len(best), 2 * self._width, dtype=torch.bool, device=best.device).scatter(1, best, True)
        stays, wins = among.unsqueeze(1).tensor_split(2, -1)
        ends = wins & (ended & (what.score > DEAD)).unsqueeze(1) & ~live.done.unsqueeze(-1)
        score = what.score.unsqueeze(1)
        offered = Pool(
            score=score.masked_fill(~ends, DEAD),
            total=score,
            covered=torch.zeros_like(score),
            log_prob=what.log_prob.unsqueeze(1),
            sentence=live.sentences.view(-1, 1, 1).expand_as(score),
            step=torch.full_like(what.row, len(live.history)).unsqueeze(1),
            parent=what.row.unsqueeze(1),
            token=what.token.unsqueeze(1),
        )
        pool = replace(live.pool, score=live.pool.score.masked_fill(~stays & ~live.done.unsqueeze(-1), DEAD))
        live.pool, _ = pool.merge(offered)
        return wins.squeeze(1), ends.squeeze(1)

    def _choices(self, what: _Drawn, ends: Tensor, going: Tensor, values: Tensor) -> Choices:
        own = torch.arange(self._width, device=going.device).expand_as(going)
        became = torch.full_like(what.row, -1).scatter(1, going, torch.where(values > DEAD, own, -1))
        is_eos = what.token == self._eos
        verdict = judged(
            became,
            (became >= 0, Verdict.DRAWN),
            (ends & ~is_eos, Verdict.CUT),
            (ends & is_eos, Verdict.ENDED),
            ((what.score == DEAD) | self.live.done, Verdict.NONE),
        )
        return Choices(what.row, became, what.token, what.log_prob, what.score, verdict)


STRATEGY = Strategy(
    name="stochastic-beam",
    label="Stochastic beam search",
    summary="Draws several different translations at once: samples without replacement.",
    Config=StochasticBeamConfig,
    search=search,
)
