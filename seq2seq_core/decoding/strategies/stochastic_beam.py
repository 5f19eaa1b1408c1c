"""Stochastic beam search: K samples without replacement, by a beam search over Gumbel-perturbed log-probabilities.

Kool, van Hoof & Welling 2019, arXiv 1903.06059, algorithm 1. Each partial hypothesis has phi, its log-probability
under the (filtered) distribution, and G, a Gumbel variable of location phi that is the greatest of those of all its
completions; its children's are drawn given that. The K greatest G, finished hypotheses among them, go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters import FilterConfig
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Considered, Verdict, judged
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.chance import GumbelSource, precise
from seq2seq_core.decoding.search.continuations import DEAD, Continuations, GoingOn, among_all, best_unfinished
from seq2seq_core.decoding.search.filter_chain import Filtered
from seq2seq_core.decoding.search.finished import Ended
from seq2seq_core.decoding.search.hypotheses import outcomes
from seq2seq_core.decoding.search.live import Live
from seq2seq_core.decoding.search.model_step import Seen
from seq2seq_core.decoding.strategy import Outcome, Search, Strategy
from seq2seq_core.types import StateT


@dataclass(frozen=True, kw_only=True)
class StochasticBeamConfig(FilterConfig):
    """How many samples, from which part of the distribution."""

    num_beams: int = option(
        5, label="Samples", min=1, max=1000, step=1, soft_max=20,
        help="How many different outputs to draw.",
    )  # fmt: skip


def search(request: Request[StateT, StochasticBeamConfig], recorder: Recorder | None) -> Search:
    """Up to ``num_beams`` different samples for each sentence, in the order of a draw without replacement.

    A hypothesis's score is its G, the perturbed log-probability; ``parts.adjustment`` is what the perturbation added.
    Fewer come where the filters leave fewer possible hypotheses, and where several are the same text in other pieces:
    the first of each text is what a draw of texts without replacement would give, as the greatest of several Gumbel
    variables is one of their summed probability.
    """
    samples = _Samples(request, recorder)
    while len(samples):
        seen, filtered = samples.step()
        drawn = samples.draw(seen, filtered)  # the continuations of greatest G
        wins, ends = samples.finish(drawn)  # live and finished compete for the K places
        kept = best_unfinished(drawn.continuations, request.config.num_beams, among=wins)
        samples.record(seen, filtered, drawn, ends, kept)
        samples.go_on(seen, drawn, kept)
        yield len(samples)
        samples.drop_done()
    return samples.outcomes()


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
    """The continuations of greatest G, [L, C] each, best first; their search score is G, and phi stands beside it."""

    continuations: Continuations
    phi: Tensor


class _Samples(Generic[StateT]):
    """The live and the finished samples of all sentences. The length is the number of sentences still in the batch."""

    def __init__(self, request: Request[StateT, StochasticBeamConfig], recorder: Recorder | None) -> None:
        self._width, self._eos = request.config.num_beams, request.specials.eos
        self._chance = GumbelSource(request.config.seed, [source.index for source in request.sources])
        self._live = Live(request, recorder, groups=1, width=self._width)
        # [N, 1] each; the root's G may be anything, and is 0 in the paper.
        self._phi = torch.zeros(len(request.sources), 1, dtype=precise(request.device), device=request.device)
        self._greatest = self._phi.clone()

    def __len__(self) -> int:
        """Sentences still in the batch: at 0 the search is over."""
        return len(self._live)

    def step(self) -> tuple[Seen[StateT], Filtered]:
        """One call of the model for all samples, and what penalties and filters make of the logits."""
        seen = self._live.step()
        return seen, self._live.filtered(seen.logits)

    def draw(self, seen: Seen[StateT], filtered: Filtered) -> _Drawn:
        """The K continuations of greatest G of each sentence."""
        each, width = self._live.each, filtered.scores.shape[-1]
        # A row that is dead, or whose every token is removed, makes NaN: no mass either way.
        phi = (self._phi + filtered.scores.to(self._phi).log_softmax(-1)).nan_to_num(nan=DEAD, neginf=DEAD)
        noise = self._chance.draw(self._live.sentences.tolist(), each, width).to(phi)
        perturbed = conditioned(phi + noise, self._greatest).masked_fill(phi == DEAD, DEAD).view(len(self), -1)
        missing = max(self._width - perturbed.shape[1], 0)
        best = torch.nn.functional.pad(perturbed, (0, missing), value=DEAD).topk(self._width)
        index = best.indices.clamp(max=perturbed.shape[1] - 1)
        parent, token = index // width, index % width
        row = among_all(parent, each)
        found = Continuations(
            search_score=best.values, parent=parent, row=row, token=token,
            log_prob=seen.log_prob(row, token), complete=self._live.complete(token),
        )  # fmt: skip
        return _Drawn(found, phi[row, token])

    def finish(self, drawn: _Drawn) -> tuple[Tensor, Tensor]:
        """Which continuations won one of the K places, and which of those ended and are finished now, [L, K]."""
        found, finished, live = drawn.continuations, self._live.finished, self._live
        best = torch.cat((finished.score[:, 0], found.search_score), 1).topk(self._width).indices
        among = torch.zeros(len(best), 2 * self._width, dtype=torch.bool, device=best.device).scatter(1, best, True)
        stays, wins = among.tensor_split(2, -1)
        ends = wins & found.complete & (found.search_score > DEAD) & ~live.done
        finished.remove((~stays & ~live.done).unsqueeze(1))
        score = found.search_score.unsqueeze(1)
        finished.offer(
            Ended(
                score=score.masked_fill(~ends.unsqueeze(1), DEAD),
                search_score=score,
                log_prob=found.log_prob.unsqueeze(1),
                sentence=live.sentences.view(-1, 1, 1).expand_as(score),
                step=torch.full_like(found.parent, len(live.history)).unsqueeze(1),
                parent=found.parent.unsqueeze(1),
                token=found.token.unsqueeze(1),
            )
        )
        return wins, ends

    def record(self, seen: Seen[StateT], filtered: Filtered, drawn: _Drawn, ends: Tensor, kept: GoingOn) -> None:
        """Tells the recorder, where there is one, of what became of each continuation."""
        if not self._live.recorded:
            return
        found = drawn.continuations
        became = kept.rows(found.token.shape[-1])
        is_eos = found.token == self._eos
        verdicts = judged(
            became,
            (became >= 0, Verdict.DRAWN),
            (ends & ~is_eos, Verdict.CUT),
            (ends & is_eos, Verdict.ENDED),
            ((found.search_score == DEAD) | self._live.done, Verdict.NOT_CONSIDERED),
        )
        columns = (found.parent, became, found.token, found.log_prob, found.search_score, verdicts)
        self._live.record(seen, filtered, lambda: Considered(*columns))

    def go_on(self, seen: Seen[StateT], drawn: _Drawn, kept: GoingOn) -> None:
        """The continuations kept become the samples under way; a sentence without any is done."""
        self._live.go_on(seen, drawn.continuations.take(kept.place))
        self._phi = drawn.phi.gather(1, kept.place).view(-1, 1)
        self._greatest = kept.search_score.view(-1, 1)
        self._live.done = self._live.done | ~(kept.search_score > DEAD).any(1, keepdim=True)

    def drop_done(self) -> None:
        """Goes on without the sentences that are done."""
        if (kept := self._live.drop_done()) is not None:
            self._phi, self._greatest = self._phi[kept.rows], self._greatest[kept.rows]

    def outcomes(self) -> list[Outcome]:
        """All finished samples, greatest G first."""
        return outcomes(self._live, count=self._width, adjusted=True, repeats=False)


STRATEGY = Strategy(
    name="stochastic-beam",
    label="Stochastic beam search",
    everyday="Roll, no repeats",
    summary="Draws several different outputs at once: samples without replacement.",
    Config=StochasticBeamConfig,
    search=search,
    rows="num_beams",
)
