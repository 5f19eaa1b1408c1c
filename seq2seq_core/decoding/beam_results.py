"""From the pool of a beam search to its outcomes."""

from __future__ import annotations

from torch import Tensor

from seq2seq_core.decoding.base import Outcome, Request
from seq2seq_core.decoding.beam_config import BeamConfig
from seq2seq_core.decoding.history import Ends, History, split
from seq2seq_core.decoding.pool import Pool
from seq2seq_core.decoding.results import best_first, hypothesis
from seq2seq_core.decoding.scoring import parts_of
from seq2seq_core.decoding.trace import Hypothesis
from seq2seq_core.decoding.tracing import Tracer
from seq2seq_core.types import CoreError


def outcomes(
    request: Request, config: BeamConfig, pool: Pool, *, history: History, tracer: Tracer, calls: Tensor, adjusted: bool
) -> list[Outcome]:
    """The best ``num_return_sequences`` hypotheses of each sentence.

    Args:
        pool: every finished hypothesis, tensors [H].
        calls: [B].
        adjusted: whether penalties on tokens made totals differ from log P.
    """
    paths = history.paths(Ends(pool.sentence, pool.step, pool.parent, pool.token, pool.log_prob))
    totals, covered = pool.total.tolist(), pool.covered.tolist()
    results = []
    for sentence, mine in enumerate(split(paths, len(request.sources))):
        if not mine:
            raise CoreError(
                f"sentence {request.sources[sentence].index + 1}: every continuation is forbidden; "
                "loosen no_repeat_ngram_size or min_new_tokens, or change the prefix"
            )
        found = []
        for position in mine:
            path = paths[position]
            log_prob = sum(path.log_probs)
            parts = parts_of(
                config, log_prob=log_prob, length=len(path.token_ids), covered=covered[position],
                adjustment=totals[position] - log_prob if adjusted else 0.0,
            )  # fmt: skip
            found.append(hypothesis(request, path, parts))
        ranked = _distinct(best_first(found))[: config.num_return_sequences]
        results.append(Outcome(tuple(ranked), tracer.steps(sentence), int(calls[sentence])))
    return results


def _distinct(ranked: tuple[Hypothesis, ...]) -> list[Hypothesis]:
    """Without repeats: two groups may have found the same."""
    return list({item.token_ids: item for item in reversed(ranked)}.values())[::-1]
