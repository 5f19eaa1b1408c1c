"""What a search kept, finished and dropped, as a tree of beginnings laid out in columns and lanes.

A column is a position in the translation. A lane is a line of words: a beginning and its best continuation share one,
so that only decisions take up room, and the winner runs along the first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from demo.common.pieces import label, letters

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from seq2seq_core.decoding import Candidate, DecodeStep, Hypothesis

Prefix = tuple[int, ...]

NEAR, MOST = 8, 48
"""Lanes that show at once, and at most. What lies between is far from the winner: it is folded until a person unfolds
it. What would lie beyond is counted only."""

UNLIKELY = "in the result, though not among the likeliest that were recorded here"

FATES = ("dropped", "finished", "kept")  # the later wins, where the same beginning was met more than once


@dataclass
class Beginning:
    """A beginning that the search considered.

    name: what stands on it.
    best: place among the result's hypotheses of the best that begins like this; infinite where none does.
    lane: None where it was dropped, or lies too far from the winner to be drawn at all.
    """

    prefix: Prefix
    what: Candidate
    step: int
    name: str
    best: float = math.inf
    lane: int | None = None
    children: list[Beginning] = field(default_factory=list)

    @property
    def column(self) -> int:
        """1 for the first generated token."""
        return len(self.prefix)

    @property
    def far(self) -> bool:
        """Whether it is folded at first."""
        return self.lane is not None and self.lane >= NEAR

    @property
    def goes_on(self) -> list[Beginning]:
        """Children that were not dropped, the most promising first."""
        alive = [child for child in self.children if child.what.fate != "dropped"]
        return sorted(alive, key=lambda child: (child.best, -child.what.total_log_prob))

    @property
    def dropped(self) -> list[Beginning]:
        """Children that were, the most likely first."""
        gone = [child for child in self.children if child.what.fate == "dropped"]
        return sorted(gone, key=lambda child: -child.what.total_log_prob)


@dataclass(frozen=True)
class Tree:
    """All beginnings of one token or more.

    roots: those without a parent.
    near, lanes: number of lanes while folded, and in all.
    folded, left_out: beginnings that are folded at first, and that are not drawn at all.
    """

    roots: list[Beginning]
    nodes: dict[Prefix, Beginning]
    near: int
    lanes: int
    folded: int
    left_out: int

    @property
    def drawn(self) -> list[Beginning]:
        """The nodes that have a lane, parents before children."""
        return sorted((node for node in self.nodes.values() if node.lane is not None), key=lambda node: node.column)


def completed(steps: Sequence[DecodeStep], hypotheses: Sequence[Hypothesis]) -> list[DecodeStep]:
    """The steps, with every continuation in them that became part of a hypothesis.

    A step records its likeliest continuations alone, and what exact search finds need not be one of them: the end of
    the sentence at the very beginning, say, may win though many pieces are likelier there.
    """
    done = list(steps)
    rows = [{row.token_ids: row.row for row in step.rows} for step in steps]
    for hypothesis in hypotheses:
        for place, token_id in enumerate(hypothesis.token_ids):
            begun = hypothesis.token_ids[:place]
            met = [(at, found[begun]) for at, found in enumerate(rows) if begun in found and done[at].candidates]
            known = any(
                (each.parent, each.token_id) == (row, token_id) for at, row in met for each in done[at].candidates
            )
            if met and not known:
                at, row = met[0]
                more = _continuation(hypothesis, place, row, done[at].candidates[0])
                done[at] = replace(done[at], candidates=(*done[at].candidates, more))
    return done


def _continuation(hypothesis: Hypothesis, place: int, row: int, like: Candidate) -> Candidate:
    """Token number ``place`` of a hypothesis as a step would have recorded it; ``like`` is of that step."""
    total = sum(hypothesis.token_log_probs[: place + 1])
    ends = hypothesis.finished and place + 1 == len(hypothesis.token_ids)
    return replace(
        like, parent=row, row=None, token_id=hypothesis.token_ids[place], token=hypothesis.tokens[place],
        log_prob=hypothesis.token_log_probs[place], total_log_prob=total, score=total,
        fate="finished" if ends else "kept", reason=UNLIKELY,
    )  # fmt: skip


def grow(steps: Sequence[DecodeStep], hypotheses: Sequence[Prefix]) -> Tree | None:
    """The tree of a search; None where its steps do not make one.

    Args:
        steps: of the search, all or the first of them.
        hypotheses: what came of it, the best first.
    """
    nodes: dict[Prefix, Beginning] = {}
    letter = letters([candidate.token for step in steps for candidate in step.candidates])
    for step in steps:
        rows = {row.row: row.token_ids for row in step.rows}
        for candidate in step.candidates:
            if candidate.parent not in rows:
                return None
            prefix = (*rows[candidate.parent], candidate.token_id)
            known = nodes.get(prefix)
            if known is None:
                nodes[prefix] = Beginning(prefix, candidate, step.index, label(candidate.token, letter=letter))
            elif FATES.index(candidate.fate) > FATES.index(known.what.fate):
                known.what = candidate
    roots: list[Beginning] = []
    for prefix, node in nodes.items():
        parent = nodes.get(prefix[:-1])
        (parent.children if parent else roots).append(node)
    for place, hypothesis in enumerate(hypotheses):
        for end in range(1, len(hypothesis) + 1):
            if begun := nodes.get(hypothesis[:end]):
                begun.best = min(begun.best, place)
    if not nodes:
        return None
    _lay_out(roots, nodes)
    lanes = [node.lane for node in nodes.values() if node.lane is not None]
    alive = [node for node in nodes.values() if node.what.fate != "dropped"]
    return Tree(
        roots, nodes,
        near=1 + max((lane for lane in lanes if lane < NEAR), default=0),
        lanes=1 + max(lanes, default=0),
        folded=sum(node.far for node in alive),
        left_out=sum(node.lane is None for node in alive),
    )  # fmt: skip


def _lay_out(roots: list[Beginning], nodes: Mapping[Prefix, Beginning]) -> None:
    """Gives each strand, the best first, the first lane that is free along it."""
    taken: defaultdict[int, set[int]] = defaultdict(set)
    for strand in sorted(_strands(roots), key=lambda run: (min(node.best for node in run), run[0].column)):
        parent = nodes.get(strand[0].prefix[:-1])
        if parent and parent.lane is None:
            continue
        # What leaves a folded line is folded with it. One column more on the left, where the line to its parent bends.
        lanes = range(NEAR if parent and parent.far else 0, MOST)
        columns = set(range(strand[0].column - 1, strand[-1].column + 1))
        lane = next((i for i in lanes if not taken[i] & columns), None)
        if lane is None:
            continue
        taken[lane] |= columns
        for node in strand:
            node.lane = lane


def _strands(roots: list[Beginning]) -> Iterator[list[Beginning]]:
    """Runs of beginnings, each with its best continuation; every other continuation begins a run of its own."""
    open_ = [node for node in roots if node.what.fate != "dropped"]
    while open_:
        strand = [open_.pop()]
        while on := strand[-1].goes_on:
            open_.extend(on[1:])
            strand.append(on[0])
        yield strand
