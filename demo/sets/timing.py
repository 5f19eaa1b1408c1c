"""The strategies of a set timed again: several runs over all sentences, in turn, so that the machine's mood meets all
alike."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from demo.common.contest import prepare
from demo.common.several_runs import while_time
from demo.common.turn import Turn
from demo.service import Service
from demo.sets.figures import SetRun

SECONDS = 120.0
"""For all runs together: no further one begins that would take longer."""

Times = tuple[tuple[float, ...], ...]
"""Of each strategy the mean milliseconds of decoding a sentence, of each run."""

NONE: Times = ()


def rounds(service: Service, turn: Turn, mine: int, run: SetRun) -> Iterator[Times]:
    """Decodes all sentences with each strategy, run by run; yields all times so far after each.

    It ends early where Stop is pressed, where something else begins, and where the time is over.

    Args:
        service: what decodes.
        turn, mine: whose turn it is on the person's page, and the number of this request's.
        run: what is timed.

    Raises:
        InputError: a search was refused, or a run took longer than a set may.
    """
    texts, begun = run.sentences.sources, time.monotonic()
    cards = [entry.card for entry in run.entries]
    requests = prepare(service, texts[0], run.model, cards, seed=run.seed).requests
    times: Times = ((),) * len(cards)
    for _ in while_time(SECONDS, begun):
        took = [0.0] * len(cards)
        with closing(service.run_many(requests, texts)) as parts:
            for part in parts:
                if turn.number != mine or turn.stopped == mine:
                    return
                took[part.turn] += sum(1000 * result.seconds for result in part.results)
        times = tuple((*before, total / len(texts)) for before, total in zip(times, took, strict=True))
        yield times
