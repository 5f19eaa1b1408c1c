"""What beam search and diverse beam search share: the beams of every sentence, batched over sentences and groups.

K beams in G groups of k: each group is a beam search of its own, its finished hypotheses apart from its live ones. As
in Hugging Face, a step looks at the best 2k continuations of a group; those among the first k that end are finished,
and the best k that do not end go on. L is the number of sentences still in the batch, R the rows of a group before the
step: 1 at the first, k after it. Other letters: see ``seq2seq_core.types``.
"""

from __future__ import annotations

from functools import partial
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.phrases import phrases
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Considered, Verdict, judged
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.score import coverage, length_divisor, normalised
from seq2seq_core.decoding.search.banks import Banks
from seq2seq_core.decoding.search.beam_config import BeamConfig
from seq2seq_core.decoding.search.continuations import DEAD, Best, Continuations, GoingOn, among_all, best
from seq2seq_core.decoding.search.filter_chain import Filtered
from seq2seq_core.decoding.search.finished import Ended
from seq2seq_core.decoding.search.hypotheses import outcomes
from seq2seq_core.decoding.search.live import Live
from seq2seq_core.decoding.search.model_step import Seen, surely_none
from seq2seq_core.decoding.strategy import Outcome
from seq2seq_core.types import CoreError, StateT


class Beams(Generic[StateT]):
    """The live and the finished beams of all sentences. The length is the number of sentences still in the batch.

    width: k, beams of each group.
    """

    def __init__(self, request: Request[StateT, BeamConfig], recorder: Recorder | None, *, groups: int = 1) -> None:
        self._config, self._groups, self._eos = request.config, groups, request.specials.eos
        self.width = request.config.num_beams // groups
        # So many texts are wanted, and the same one may be found in several pieces. Groups are not to fill up with what
        # they would not have kept: that they find the same is told by there being fewer.
        spare = request.config.num_return_sequences - 1 if groups == 1 else 0
        self._live = Live(request, recorder, groups=groups, width=self.width, spare=spare)
        self._source_mask = request.source_mask()
        # [N], and [N, S]: until the first step the beams of a sentence are one row.
        self._search_scores = torch.zeros(len(request.sources), device=request.device)
        self._attended = torch.zeros_like(self._source_mask, dtype=torch.float32)
        self._banks: Banks[StateT] | None = None

    def __len__(self) -> int:
        """Sentences still in the batch: at 0 the search is over."""
        return len(self._live)

    def step(self) -> Seen[StateT]:
        """One call of the model for all beams.

        Raises:
            CoreError: coverage has a weight and the model no attention.
        """
        seen = self._live.step()
        if self._config.coverage_penalty:
            if seen.attention is None:
                raise CoreError("coverage_penalty needs a model with attention, and this one has none; set it to 0")
            self._attended = seen.attention + self._attended
        return seen

    def filter(self, seen: Seen[StateT]) -> Filtered | None:
        """What penalties make of log P; None where nothing is taken away but what may never be generated."""
        live = self._live
        return live.filtered(seen.log_probs) if live.filters.changes(len(live.history)) else None

    def scores(self, seen: Seen[StateT], filtered: Filtered | None) -> tuple[Tensor, Tensor]:
        """Search score of each beam before the step, [L, G, R], and what each token adds to it, [L, G, R, V]."""
        before = self._grouped(self._search_scores)
        if filtered is not None:
            return before, self._grouped(filtered.scores)
        # log P = logit - logsumexp, subtracted here from one number a row and not from V logits.
        return before - self._grouped(seen.logsumexp.squeeze(1)), self._grouped(self._live.allowed(seen.logits))

    def best(self, before: Tensor, scores: Tensor, group: int | None = None) -> Best:
        """The best 2 k continuations of each group; where words must be said, those that leave room for them.

        Args:
            before: [L, G, R], search score of each row.
            scores: [L, G, R, V], what each token adds to it.
            group: the one group whose rows these are; None for all.

        Raises:
            CoreError: words must be said, and nobody knows how texts are written in ids.
        """
        if not self._config.force_words:
            return best(before, scores, 2 * self.width)
        if self._banks is None:
            request = self._live.request
            asked = phrases(self._config.force_words, request.lexicon, scores.shape[-1], request.device)
            if asked is None:  # nothing but semicolons
                return best(before, scores, 2 * self.width)
            self._banks = Banks(asked, self._live)
        return self._banks.best(before, scores, self.width, group=group)

    def continuations(self, found: Best, seen: Seen[StateT]) -> Continuations:
        """What was found in the groups, with the rows it continues among those of its sentence and among all."""
        each, parent = self._live.each, found.parent
        if self._groups > 1:
            # The groups stand side by side, but all begin at the one first row.
            group = torch.arange(self._groups, device=parent.device) * (each // self._groups)
            parent = parent + group.view(1, -1, 1)
        row = among_all(parent, each)
        return Continuations(
            search_score=found.search_score, parent=parent, row=row, token=found.token,
            log_prob=seen.log_prob(row, found.token), complete=self._live.complete(found.token),
        )  # fmt: skip

    def finish(self, found: Continuations) -> Tensor:
        """Offers those that end to the finished hypotheses; returns which of [L, G, C] found a place there."""
        if surely_none(found.complete) or surely_none(eligible := _eligible(found, self.width, self._live.done)):
            return torch.zeros_like(found.complete)
        divisor = length_divisor(self._steps + 1.0, self._config.length_penalty_type, self._config.length_penalty)
        score = found.search_score / divisor
        if self._config.coverage_penalty:
            mask = self._source_mask[self._live.sentences].view(len(self), 1, 1, -1)
            score = score + self._config.coverage_penalty * coverage(self._attended[found.row], mask)
        ended = Ended(
            score=score.masked_fill(~eligible, DEAD),
            search_score=found.search_score,
            log_prob=found.log_prob,
            sentence=self._live.sentences.view(-1, 1, 1).expand_as(found.parent),
            step=torch.full_like(found.parent, self._steps),
            parent=found.parent,
            token=found.token,
        )
        return self._live.finished.offer(ended) & eligible

    def record(
        self, seen: Seen[StateT], filtered: Filtered | None, found: Continuations, placed: Tensor, kept: GoingOn
    ) -> None:
        """Tells the recorder, where there is one, of what became of each continuation found."""
        self._live.record(seen, filtered, partial(_considered, found, placed, kept, self._live.done, self._eos))

    def go_on(self, seen: Seen[StateT], found: Continuations, kept: GoingOn) -> None:
        """The continuations kept become the beams; a group whose beams cannot or need not go on is done."""
        chosen = found.take(kept.place)
        if self._banks is not None and chosen.row is not None:
            self._banks.go_on(chosen.row.flatten(), chosen.token.flatten())
        self._live.go_on(seen, chosen)
        self._search_scores = kept.search_score.flatten()
        if self._config.coverage_penalty:
            self._attended = self._attended[found.row.gather(-1, kept.place).flatten()]
        self._live.done = self._live.done | self._over(kept.search_score[..., 0])

    def drop_done(self) -> None:
        """Goes on without the sentences whose groups are all done."""
        if (kept := self._live.drop_done()) is not None:
            self._search_scores = self._search_scores[kept.rows]
            if self._banks is not None:
                self._banks.pick(kept.rows)
            if self._config.coverage_penalty:
                self._attended = self._attended[kept.rows]

    def outcomes(self) -> list[Outcome]:
        """The best finished hypotheses over all groups, each text once."""
        config = self._config
        return outcomes(
            self._live, count=config.num_return_sequences, normalise=partial(normalised, config=config),
            adjusted=self._groups > 1 or self._live.filters.active, repeats=False,
        )  # fmt: skip

    @property
    def _steps(self) -> int:
        return len(self._live.history)

    def _grouped(self, rows: Tensor) -> Tensor:
        """[N, ...] as [L, G, R, ...]; the one row before the first step is every group's."""
        if self._groups == 1:
            return rows.view(len(self), 1, -1, *rows.shape[1:])
        first = (len(self), self._groups, -1) if self._steps else (len(self), 1, 1)
        return rows.view(*first, *rows.shape[1:]).expand(-1, self._groups, -1, *(-1,) * (rows.dim() - 1))

    def _over(self, best: Tensor) -> Tensor:
        """[L, G], groups whose live beams, the best of search score ``best`` [L, G], cannot or need not go on."""
        live, config, length = self._live, self._config, float(self._steps)
        worst = live.finished.score[..., -1]  # DEAD while there are empty places
        # A search score only falls, so "never" takes it over the largest divisor that it can still come to.
        reach = live.limits.to(worst).unsqueeze(1) if config.early_stopping == "never" else length
        over = best / length_divisor(reach, config.length_penalty_type, config.length_penalty) <= worst
        if config.early_stopping is True:
            over = over | (worst > DEAD)
        return over | live.at_limit.unsqueeze(1)


def _eligible(found: Continuations, width: int, done: Tensor) -> Tensor:
    """Which end and are good enough to be finished hypotheses: among the first k of a group not done."""
    among_first = torch.arange(found.token.shape[-1], device=found.token.device) < width
    return found.complete & among_first & (found.search_score > DEAD) & ~done.unsqueeze(-1)


def _considered(found: Continuations, placed: Tensor, kept: GoingOn, done: Tensor, eos: int) -> Considered:
    """What became of each continuation, for the record."""
    became, is_eos = kept.rows(found.token.shape[-1]), found.token == eos
    verdicts = judged(
        became,
        (became >= 0, Verdict.KEPT),
        (is_eos, Verdict.LATE),
        (_eligible(found, kept.place.shape[-1], done), Verdict.WORSE),
        (placed & ~is_eos, Verdict.CUT),
        (placed & is_eos, Verdict.ENDED),
        ((found.search_score == DEAD) | done.unsqueeze(-1), Verdict.NOT_CONSIDERED),
    )
    columns = (found.parent, became, found.token, found.log_prob, found.search_score, verdicts)
    return Considered(*(column.flatten(1) for column in columns))
