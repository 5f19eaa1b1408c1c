"""The loop of the strategies that carry each row on by itself: greedy and sampling.

K rows for each sentence, each its own group; after the first step, which they share, a row is nobody's parent but its
own. A finished row is carried along until its whole sentence is finished, so that sentences keep the same number of
rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Request, Search
from seq2seq_core.decoding.frontier import Chosen, Frontier
from seq2seq_core.decoding.pool import Pool
from seq2seq_core.decoding.proposal import DEAD
from seq2seq_core.decoding.results import outcomes
from seq2seq_core.decoding.scoring import plain_parts
from seq2seq_core.decoding.trace import DecodeStep
from seq2seq_core.decoding.tracing import Choices, Verdict, judged

Choose = Callable[[Tensor, int, Tensor], Tensor]
"""``(scores [L * K, V], step, sentences [L]) -> tokens [L * K]``; -inf in scores marks what may not be chosen."""


def search(request: Request, rows: int, choose: Choose, verdict: Verdict) -> Search:
    """Decodes with ``rows`` independent rows for each sentence; ``verdict`` tells the trace how ``choose`` does it."""
    live = Frontier(request, groups=rows, width=1)
    yield from live.search(partial(_step, live, rows, choose, verdict))
    return outcomes(
        request, live.history, live.tracer, live.pool, live.calls,
        count=rows, adjusted=False, repeats=True, make_parts=plain_parts,
    )  # fmt: skip


def _step(live: Frontier, rows: int, choose: Choose, verdict: Verdict) -> dict[int, DecodeStep]:
    """One call of the step function, and one token for each row."""
    seen, eos = live.see(), live.request.specials.eos
    trail, count = live.trail(seen.logits), len(live.sentences)
    each = len(seen.logits) // count  # 1 at the first step
    row = torch.arange(rows, device=seen.logits.device).clamp(max=each - 1).expand(count, rows)
    flat = live.flat(row, each)
    scores = trail[-1] if each == rows else trail[-1][flat.flatten()]
    token = choose(scores, len(live.history), live.sentences).view(count, rows)
    log_prob = seen.logits[flat, token] - seen.total.squeeze(1)[flat]
    live.watch(scores.gather(1, token.view(-1, 1)).view(count, rows), ~live.done)
    ends = ~live.done & ((token == eos) | live.last.unsqueeze(1))
    _finish(live, ends, row, token, log_prob)
    steps = {}
    if live.request.trace:
        filtered = scores.log_softmax(-1).gather(1, token.view(-1, 1)).view(count, rows)
        own = torch.arange(rows, device=row.device).expand_as(row)
        code = judged(
            own,
            (~ends, verdict),
            (ends & (token != eos), Verdict.CUT),
            (ends & (token == eos), Verdict.ENDED),
            (live.done, Verdict.NONE),
        )
        steps = live.show(trail, seen, Choices(row, own.masked_fill(ends, -1), token, log_prob, filtered, code))
    live.advance(seen, Chosen(row, flat, token, log_prob))
    live.done = live.done | ends
    return steps


def _finish(live: Frontier, ends: Tensor, row: Tensor, token: Tensor, log_prob: Tensor) -> None:
    """Puts the rows that end, [L, K], into their groups' pools, which have one place each."""
    place = ends.unsqueeze(-1)
    nothing = torch.zeros_like(log_prob).unsqueeze(-1)
    offered = Pool(
        score=nothing.masked_fill(~place, DEAD),
        total=nothing,
        covered=nothing,
        log_prob=log_prob.unsqueeze(-1),
        sentence=live.sentences.view(-1, 1, 1).expand_as(place),
        step=torch.full_like(row, len(live.history)).unsqueeze(-1),
        parent=row.unsqueeze(-1),
        token=token.unsqueeze(-1),
    )
    live.pool, _ = live.pool.merge(offered)
