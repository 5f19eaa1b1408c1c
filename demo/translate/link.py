"""The state of the Translate view as the query of an address, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from demo.common import contest_link
from demo.common.contestant import contestant
from demo.common.link import read_strategy, to_translate
from demo.common.text_input import MAX_SENTENCES, MAX_TEXT, joined
from demo.translate.state import ShownText
from seq2seq_core.decoding import options, strategy_of
from seq2seq_core.types import MovedWeight

if TYPE_CHECKING:
    from demo.service import Asked, AskedText

MAX_READ = 4 * MAX_TEXT
"""Characters of a text that are read; what is too long then says so itself."""

MAX_PREFIX = 512


@dataclass(frozen=True)
class TranslateLink:
    """What a link asks for; None where it says nothing, or nothing that can be used.

    prefixes: for each sentence, ids of the pieces that its translation must begin with.
    candidates: for each sentence the one looked into, counted from 0.
    sentence: the one looked into, counted from 0. words: whether the heatmap is by words.
    moves: for each sentence, attention that was moved by hand.
    near: the token of which is asked where it was learnt, counted from 0.
    """

    text: str | None = None
    model: str | None = None
    strategy: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    prefixes: tuple[tuple[int, ...], ...] = ()
    candidates: tuple[int, ...] = ()
    sentence: int = 0
    words: bool = False
    moves: tuple[tuple[MovedWeight, ...], ...] = ()
    near: int | None = None


def write(present: ShownText, words: bool = False) -> str:
    """A query that asks for this text again, and for what of it is looked at; what is at its default is left out.

    The settings are those of the sentence looked into.
    """
    near = str(present.shown.near.place + 1) if present.shown.near else ""
    looked_at = {"candidate": _candidates(present), "sentence": str(present.at + 1) if present.at else "", "near": near}
    return _query(present.source, [each.request for each in present.sentences], present.at, words, looked_at)


def asking(asked: AskedText, words: bool = False) -> str:
    """A query that asks for a text of which nothing is there to be looked at yet."""
    source = joined([each.text for each in asked.sentences], asked.between)
    return _query(source, asked.sentences, 0, words, {})


def _query(source: str, requests: Sequence[Asked], at: int, words: bool, looked_at: Mapping[str, str]) -> str:
    config = requests[at].config
    settings = {option.name: getattr(config, option.name) for option in options(config)}
    view = {
        "prefix": ";".join(",".join(map(str, each.prefix)) for each in requests).rstrip(";"),
        "moved": ";".join(",".join(map(_written, each.moved)) for each in requests).rstrip(";"),
        **looked_at,
        "unit": "words" if words else "",
    }
    said = {name: value for name, value in view.items() if value}
    return to_translate(source, requests[at].model, strategy_of(config).name, settings, **said)


def compared(request: Asked) -> str:
    """A query that has Compare set this strategy beside greedy search, or greedy search beside a beam."""
    strategy = strategy_of(request.config).name
    settings = {option.name: getattr(request.config, option.name) for option in options(request.config)}
    seed = settings.pop("seed", 0)
    cards = (contestant(strategy, **settings), contestant("beam" if strategy == "greedy" else "greedy"))
    return contest_link.write(request.text, request.model, seed, "", cards)


def read(query: Mapping[str, str]) -> TranslateLink:
    """What a query asks for. Whatever in it cannot be used is passed over: a link is only a wish."""
    strategy, settings = read_strategy(query.get("strategy"), query)
    text = query.get("text")
    return TranslateLink(
        text=text[:MAX_READ] if text else None,
        model=query.get("model"),
        strategy=strategy,
        settings=settings,
        prefixes=_prefixes(query.get("prefix", "")),
        candidates=tuple(max(0, number - 1) for number in _numbers(query.get("candidate", ""))),
        sentence=max(0, sum(_numbers(query.get("sentence", ""))[:1]) - 1),
        words=query.get("unit") == "words",
        moves=_moves(query.get("moved", "")),
        near=next((number - 1 for number in _numbers(query.get("near", "")) if number), None),
    )


def _prefixes(text: str) -> tuple[tuple[int, ...], ...]:
    """Of each sentence its beginning, parted by semicolons; none for the sentences after the last."""
    return tuple(map(_numbers, text.split(";")[:MAX_SENTENCES])) if text else ()


def _written(moved: MovedWeight) -> str:
    """Step, first and last piece, counted from 1, and the weight."""
    return f"{moved.step + 1}-{moved.first + 1}-{moved.last + 1}-{moved.weight:.4g}"


MOVE = re.compile(r"(\d{1,6})-(\d{1,6})-(\d{1,6})-(0(?:\.\d{1,6})?|1)", re.ASCII)


def _moves(text: str) -> tuple[tuple[MovedWeight, ...], ...]:
    """Of each sentence what was moved, parted by semicolons; none of a sentence where anything else stands there."""
    return tuple(map(_moves_of, text.split(";")[:MAX_SENTENCES])) if text else ()


def _moves_of(text: str) -> tuple[MovedWeight, ...]:
    found = [MOVE.fullmatch(part) for part in text.split(",")[:MAX_PREFIX]]
    read = [MovedWeight(int(one[1]) - 1, int(one[2]) - 1, int(one[3]) - 1, float(one[4])) for one in found if one]
    return tuple(read) if len(read) == len(found) else ()


def _candidates(present: ShownText) -> str:
    """Of each sentence the candidate looked into, up to the last that is not the first candidate."""
    last = max((place for place, each in enumerate(present.sentences, start=1) if each.index), default=0)
    return ",".join(str(each.index + 1) for each in present.sentences[:last])


def _numbers(text: str) -> tuple[int, ...]:
    """Whole numbers parted by commas; none where there is anything else."""
    parts = text.split(",") if text else []
    plain = all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts)
    return tuple(map(int, parts)) if plain and len(parts) <= MAX_PREFIX else ()
