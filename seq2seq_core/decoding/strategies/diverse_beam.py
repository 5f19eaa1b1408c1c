"""Diverse beam search: beams in groups, each group kept from saying what the groups before it say (Hamming diversity).

Vijayakumar et al. 2016, arXiv 1610.02424, algorithm 1 and section 5.1. As in fairseq and in Hugging Face's former
group beam search, a penalty stays in the accumulated score: it is the ``adjustment`` among a score's parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.beam_config import BeamConfig
from seq2seq_core.decoding.search.beams import Beams
from seq2seq_core.decoding.search.continuations import DEAD, Best, best_unfinished
from seq2seq_core.decoding.strategy import Search, Strategy
from seq2seq_core.types import CoreError, StateT


@dataclass(frozen=True, kw_only=True)
class DiverseBeamConfig(BeamConfig):
    """Beam search in groups."""

    num_beams: int = option(
        6, label="Beam width", min=1, max=1000, step=1, soft_max=20,
        help="Hypotheses kept alive at each step, over all groups; a multiple of the number of groups.",
    )  # fmt: skip
    num_beam_groups: int = option(
        3, label="Groups", min=1, max=1000, step=1, soft_max=10,
        help="Groups that the beams are divided into; 1 = plain beam search.",
    )  # fmt: skip
    diversity_penalty: float = option(
        0.5, label="Diversity penalty", min=0.0, max=100.0, step=0.1, soft_max=2.0,
        help="Taken off a token's log P for each beam of an earlier group that chose it at the same step.",
    )  # fmt: skip

    def check(self) -> None:
        """Groups are of one size."""
        super().check()
        if self.num_beams % self.num_beam_groups:
            raise CoreError(
                f"num_beam_groups is {self.num_beam_groups}; it must divide num_beams, which is {self.num_beams}"
            )


def search(request: Request[StateT, DiverseBeamConfig], recorder: Recorder | None) -> Search:
    """The best hypotheses over all groups, each text once."""
    config, eos = request.config, request.specials.eos
    beams = Beams(request, recorder, groups=config.num_beam_groups)
    while len(beams):
        seen = beams.step()
        filtered = beams.filter(seen)
        diverse = group_by_group(*beams.scores(seen, filtered), beams.best, penalty=config.diversity_penalty, eos=eos)
        found = beams.continuations(diverse, seen)
        placed = beams.finish(found)  # those that end compete for the k finished places of their group
        kept = best_unfinished(found, beams.width)  # the best k of each group that do not end go on
        beams.record(seen, filtered, found, placed, kept)
        beams.go_on(seen, found, kept)
        del seen, filtered  # [N, V]: their memory serves the next step
        yield len(beams)
        beams.drop_done()
    return beams.outcomes()


def group_by_group(
    before: Tensor, scores: Tensor, best_of: Callable[[Tensor, Tensor, int], Best], *, penalty: float, eos: int
) -> Best:
    """The best of each group, one after the other, less ``penalty`` for what groups before it said.

    One after the other is what the definition demands; all sentences and all beams of a group go at once.

    Args:
        before: [L, G, R], search score of each row.
        scores: [L, G, R, V], what each token adds to it.
        best_of: gives the best C of one group, best first those that go on, from its ``before`` and ``scores`` and its
            number.
        penalty: for each beam of an earlier group that goes on with the same token.
        eos: its id.
    """
    said = torch.zeros(len(scores), 1, 1, scores.shape[-1], device=scores.device)
    groups = []
    for group in range(scores.shape[1]):
        own = slice(group, group + 1)
        found = best_of(before[:, own], scores[:, own] - penalty * said, group)
        groups.append(found)
        # Said is what goes on, not what ended: EOS closes hypotheses of different length at different steps.
        going_on = found.search_score.masked_fill(found.token == eos, DEAD).topk(found.token.shape[-1] // 2)
        tokens = found.token.gather(-1, going_on.indices).unsqueeze(1)
        said = said.scatter_add(-1, tokens, (going_on.values > DEAD).to(said).unsqueeze(1))
    return Best(*(torch.cat([getattr(found, name) for found in groups], 1) for name in Best.__dataclass_fields__))


STRATEGY = Strategy(
    name="diverse-beam",
    label="Diverse beam search",
    everyday="Keep a few that differ",
    summary="Beam search in groups, each penalised for choosing what earlier groups chose at the same step.",
    Config=DiverseBeamConfig,
    search=search,
    rows="num_beams",
)
