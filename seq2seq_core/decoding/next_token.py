"""The token after a beginning: what the model says of it, and what any filters would make of that.

For whoever moves a filter and wants to see what becomes of the distribution before anything is decoded anew. The model
is asked once, by ``foresee``; ``shaped`` is the step as sampling takes and records it, through the same filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from seq2seq_core.decoding.filters.base import REMOVED
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.result import DecodeStep
from seq2seq_core.decoding.record.verdicts import Considered, Verdict
from seq2seq_core.decoding.request import AnyRequest, Request
from seq2seq_core.decoding.search.chance import UniformSource
from seq2seq_core.decoding.search.filter_chain import FilterChain
from seq2seq_core.decoding.search.model_step import ModelStep
from seq2seq_core.decoding.search.spelling import BETWEEN, Spelling
from seq2seq_core.decoding.strategies.sample import SampleConfig, inverse_cdf
from seq2seq_core.types import CoreError, FloatArray, StateT

CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False)
class Foreseen:
    """What a model says after a beginning.

    token_ids: of the beginning, BOS left out. log_probs: of each of them, under the model.
    logits: [V], of what follows.
    """

    token_ids: tuple[int, ...]
    log_probs: tuple[float, ...]
    logits: FloatArray


@dataclass(frozen=True)
class _Begun:
    """A beginning as the recorder knows it, see ``Branch``."""

    parent: _Begun | None = None
    token: int | None = None
    total_log_prob: float = 0.0


def foresee(request: Request[StateT, SampleConfig], token_ids: Sequence[int]) -> Foreseen:
    """What the model says after these tokens of the request's one sentence.

    Raises:
        CoreError: its numbers are no distribution.
    """
    model, state, log_probs = ModelStep(request), request.state, list[float]()
    row = torch.zeros(1, dtype=torch.long, device=request.device)
    with torch.inference_mode():
        seen = model(row + request.specials.bos, state)
        for token in token_ids:
            log_probs.append(seen.log_prob(row, row + token).item())
            seen = model(row + token, seen.state)
        model.check()
    return Foreseen(tuple(token_ids), tuple(log_probs), seen.logits[0].cpu().numpy())


def shaped(request: Request[StateT, SampleConfig], known: Foreseen, sample: int = 0) -> DecodeStep:
    """The step after a beginning under the request's filters: each stage's distribution, and the token that is drawn.

    Args:
        request: of the one sentence; the model is not asked. Of its prefix counts what lies within the beginning.
        known: what the model says there.
        sample: number of the sample, whose random numbers are the request's seed's.

    Raises:
        CoreError: the filters leave no token.
    """
    [source], step = request.sources, len(known.token_ids)
    within = replace(source, prefix=source.prefix[:step])
    request = replace(request, sources=(within,), device=CPU)
    logits, first = torch.from_numpy(known.logits).unsqueeze(0), torch.zeros(1, dtype=torch.long)
    history = torch.tensor([known.token_ids], dtype=torch.long).view(1, step)
    with torch.inference_mode():
        never = _never(request, known.token_ids, logits.shape[1])
        filtered = FilterChain(request)(logits, never, step=step, sentences=first, history=history)
        if bool((filtered.scores == REMOVED).all()):
            raise CoreError("no token may follow here; loosen no_repeat_ngram_size, min_new_tokens or bad_words")
        chance = UniformSource(request.config.seed, [source.index], sample + 1, CPU).at(step, first)
        drawn = inverse_cdf(filtered.scores, chance[sample:])
        log_probs = logits.log_softmax(-1)
        token, ends = drawn.unsqueeze(0), drawn.unsqueeze(0) == request.specials.eos
        considered = Considered(
            parent=first.unsqueeze(0),
            became=-ends.long(),
            token=token,
            log_prob=log_probs.gather(1, token),
            score=filtered.scores.log_softmax(-1).gather(1, token),
            verdict=torch.where(ends, Verdict.ENDED.value, Verdict.DRAWN.value),
        )
        recorder = Recorder(request)
        rows = {0: [_branch(known)]}
        recorder.add(
            first, lambda: considered, log_probs=log_probs, attention=None, stages=filtered.stages, rows=rows
        )  # fmt: skip
        return replace(recorder.step(0)[0], index=step)


def _branch(known: Foreseen) -> _Begun:
    branch = _Begun()
    for token, log_prob in zip(known.token_ids, known.log_probs, strict=True):
        branch = _Begun(branch, token, branch.total_log_prob + log_prob)
    return branch


def _never(request: AnyRequest, token_ids: Sequence[int], width: int) -> torch.Tensor:
    """What may not follow these tokens, see ``Spelling``."""
    spelling, places = Spelling(request, CPU), torch.full((1,), BETWEEN)
    for token in token_ids:
        places = spelling.after(places, torch.tensor([token]), width)
    return spelling.never(places, width)
