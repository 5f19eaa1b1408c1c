"""The loop of the strategies that carry each row on by itself: greedy and sampling.

K rows for each sentence; a row never becomes another's parent. A finished row is carried along until its whole
sentence is finished, so that sentences keep the same number of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Outcome, Request, Search, Tick
from seq2seq_core.decoding.chain import Chain
from seq2seq_core.decoding.history import Ends, History, Step, split
from seq2seq_core.decoding.results import best_first, hypothesis
from seq2seq_core.decoding.stepping import Stepper, limits_of, survivors
from seq2seq_core.decoding.trace import ScoreParts
from seq2seq_core.decoding.tracing import Choices, Tracer, Verdict

Choose = Callable[[Tensor, int, Tensor], Tensor]
"""``(scores [L * K, V], step, sentences [L]) -> tokens [L * K]``; -inf in scores marks what may not be chosen."""


def search(request: Request, rows: int, choose: Choose, verdict: Verdict) -> Search:
    """Decodes with ``rows`` independent rows for each sentence; ``verdict`` tells the trace how ``choose`` does it."""
    device, count, eos = request.device, len(request.sources), request.specials.eos
    chain, stepper, history, tracer = Chain(request), Stepper(request), History(count), Tracer(request)
    limits, finals = limits_of(request), Finals(count, rows, device)
    own = torch.arange(rows, device=device)
    sentences, state = torch.arange(count, device=device), request.state
    tokens = torch.full((count,), request.specials.bos, device=device)
    generated = torch.zeros(count * rows, 0, dtype=torch.long, device=device)
    while len(sentences):
        step, live = len(history), len(sentences)
        logits, total, attention, state = stepper(tokens, state)
        if step == 0:  # until here the rows of a sentence are one
            spread = sentences.repeat_interleave(rows)
            state, logits, total = state.select(spread), logits[spread], total[spread]
            attention = None if attention is None else attention[spread]
        moment: dict[str, Any] = {"step": step, "sentences": sentences, "history": generated}
        scores = chain(logits, **moment)
        tokens = choose(scores, step, sentences)
        chosen = tokens.unsqueeze(1)
        log_probs = (logits.gather(1, chosen) - total).view(live, rows)
        table = tokens.view(live, rows)
        history.add(Step(sentences, own.expand(live, rows), table, log_probs, attention))
        done = finals.length[sentences] > 0
        stepper.watch(scores.gather(1, chosen).view(live, rows), ~done)
        ended = table == eos
        ends = ~done & (ended | (step + 1 >= limits[sentences, None]))
        finals.record(sentences, ends, step, table, log_probs)
        steps = {}
        if request.trace:
            stages = [logits - total, *(chain.trail(logits, **moment) if chain.names else ())]
            what = _choices(
                own, table, log_probs, scores.gather(1, chosen).view(live, rows), done, ends, ended, verdict
            )
            steps = tracer.add(chain.names, sentences, stages, attention, what)
        yield Tick(step, live, steps)
        if chain.looks_back:
            generated = torch.cat((generated, chosen), 1)
        if stepper.due() and (keep := survivors((done | ends).all(1))) is not None:
            kept = (keep.unsqueeze(1) * rows + own).flatten()
            state, sentences = state.select(kept, keep), sentences[keep]
            tokens, generated = tokens[kept], generated[kept]
    stepper.check()
    return _outcomes(request, history, finals, tracer, stepper)


class Finals:
    """How each row of each sentence ended: [B, K] each; length 0 = it has not yet."""

    def __init__(self, sentences: int, rows: int, device: torch.device) -> None:
        self.length = torch.zeros(sentences, rows, dtype=torch.long, device=device)
        self.token = self.length.clone()
        self.log_prob = torch.zeros(sentences, rows, device=device)

    def record(self, sentences: Tensor, ends: Tensor, step: int, tokens: Tensor, log_probs: Tensor) -> None:
        """Takes the rows of these sentences where ``ends`` [L, K] holds as ended with these tokens."""
        self.length[sentences] = torch.where(ends, step + 1, self.length[sentences])
        self.token[sentences] = torch.where(ends, tokens, self.token[sentences])
        self.log_prob[sentences] = torch.where(ends, log_probs, self.log_prob[sentences])

    def ends(self) -> Ends:
        """All rows as ends of paths."""
        count, rows = self.length.shape
        places = torch.arange(count, device=self.length.device).repeat_interleave(rows)
        own = torch.arange(rows, device=self.length.device).repeat(count)
        return Ends(places, self.length.flatten() - 1, own, self.token.flatten(), self.log_prob.flatten())


def _choices(
    own: Tensor, tokens: Tensor, log_probs: Tensor, scores: Tensor,
    done: Tensor, ends: Tensor, ended: Tensor, verdict: Verdict,
) -> Choices:  # fmt: skip
    codes = torch.where(ends, torch.where(ended, Verdict.ENDED.code, Verdict.CUT.code), verdict.code)
    rows = own.expand_as(tokens)
    return Choices(
        parent=rows,
        row=torch.where(ends, -1, rows),
        token=tokens,
        log_prob=log_probs,
        score=scores,
        verdict=torch.where(done, Verdict.NONE.code, codes),
    )


def _outcomes(request: Request, history: History, finals: Finals, tracer: Tracer, stepper: Stepper) -> list[Outcome]:
    paths = history.paths(finals.ends())
    outcomes = []
    for sentence, mine in enumerate(split(paths, len(request.sources))):
        found = []
        for path in (paths[position] for position in mine):
            parts = ScoreParts(log_prob=sum(path.log_probs), length=len(path.token_ids))
            found.append(hypothesis(request, path, parts))
        calls = max(len(paths[position].token_ids) for position in mine)
        outcomes.append(Outcome(best_first(found), tracer.steps(sentence), calls))
    return outcomes
