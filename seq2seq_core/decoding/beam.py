"""Beam search: the K best hypotheses are carried on together, a generalisation of greedy search (K = 1).

Length and coverage as in Wu et al. 2016, section 7; live and finished hypotheses apart, and the three meanings of
``early_stopping``, as in Hugging Face.
"""

from __future__ import annotations

from seq2seq_core.decoding import beam_loop
from seq2seq_core.decoding.base import Request, Search, Strategy
from seq2seq_core.decoding.beam_config import BeamConfig
from seq2seq_core.decoding.proposal import best


def search(request: Request) -> Search:
    """The best ``num_return_sequences`` hypotheses that a beam of ``num_beams`` finds."""
    assert isinstance(request.config, BeamConfig)
    return beam_loop.search(request, request.config, 1, best)


STRATEGY = Strategy(
    name="beam",
    label="Beam search",
    summary="Carries the best few hypotheses on together and returns those that score best when finished.",
    Config=BeamConfig,
    search=search,
)
