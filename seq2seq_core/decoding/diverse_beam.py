"""Diverse beam search: beams in groups, each group kept from saying what the groups before it say (Hamming diversity).

Vijayakumar et al. 2016, arXiv 1610.02424, algorithm 1 and section 5.1. As in fairseq and in Hugging Face's former
group beam search, a penalty stays in the accumulated score: it is the ``adjustment`` among a score's parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from seq2seq_core.decoding import beam_loop
from seq2seq_core.decoding.base import Request, Search, Strategy
from seq2seq_core.decoding.beam_config import BeamConfig
from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.proposal import DEAD, Proposal, best
from seq2seq_core.types import CoreError


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


def search(request: Request) -> Search:
    """The best hypotheses over all groups; what two groups found alike is returned once."""
    config = request.config
    assert isinstance(config, DiverseBeamConfig)
    propose = partial(_propose, penalty=config.diversity_penalty, eos=request.specials.eos)
    return beam_loop.search(request, config, config.num_beam_groups, propose)


def _propose(totals: Tensor, scores: Tensor, count: int, *, penalty: float, eos: int) -> Proposal:
    """Group after group, which the definition demands; all sentences and all beams of a group at once."""
    said = torch.zeros(len(scores), 1, 1, scores.shape[-1], device=scores.device)
    proposals = []
    for group in range(scores.shape[1]):
        own = slice(group, group + 1)
        found = best(totals[:, own], scores[:, own] - penalty * said, count)
        proposals.append(found)
        # Said is what goes on, not what ended: EOS closes hypotheses of different length at different steps.
        going = found.score.masked_fill(found.token == eos, DEAD).topk(count // 2)
        tokens = found.token.gather(-1, going.indices).unsqueeze(1)
        said = said.scatter_add(-1, tokens, (going.values > DEAD).to(said).unsqueeze(1))
    return Proposal(
        *(torch.cat([getattr(found, name) for found in proposals], 1) for name in ("score", "parent", "token"))
    )


STRATEGY = Strategy(
    name="diverse-beam",
    label="Diverse beam search",
    summary="Beam search in groups, each penalised for choosing what earlier groups chose at the same step.",
    Config=DiverseBeamConfig,
    search=search,
)
