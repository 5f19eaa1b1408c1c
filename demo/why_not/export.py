"""What is known of a translation that was expected, to take away."""

from __future__ import annotations

import dataclasses
import json

import plotly.graph_objects as go

from demo.common.export import Sheet, as_json, page, still
from demo.common.markup import Html, tag
from demo.common.spreadsheet import csv_text
from demo.common.versions import dated, versions
from demo.why_not import agreement, beams, best, curves, learnt, signs, tokens, verdict, what_if, words
from demo.why_not.state import Explained

HEADER = (
    "token", "piece", "log_prob", "rank", "entropy", "total_log_prob", "preferred", "preferred_log_prob", "lost",
    "source", "expected", "found", "verdict", "model", "strategy", "settings", "versions",
)  # fmt: skip


def everything(shown: Explained) -> str:
    """All of it as JSON, with what was asked, when, and with which versions."""
    request = shown.asked.request
    asked = {
        "model": request.model,
        "strategy": shown.strategy,
        "settings": dataclasses.asdict(request.config),
        "target": shown.asked.target,
    }
    exact = {"exact": shown.exact.to_dict()} if shown.exact else {}
    agreed = {"agreement": shown.agreement.to_dict()} if shown.agreement else {}
    near = {"neighbours": shown.near.to_dict()} if shown.near else {}
    instead = [{"word": one.word, "must_not": one.must_not, **one.result.to_dict()} for one in shown.instead]
    return as_json({**asked, **dated(), **shown.known.to_dict(), **exact, **agreed, **near, "instead": instead})


def offline(shown: Explained) -> str:
    """One page that opens without a network, its figures alive."""
    request, known = shown.asked.request, shown.known
    facts = {
        "Model": request.model,
        "Strategy": shown.strategy,
        "Settings": ", ".join(f"{name} {value}" for name, value in dataclasses.asdict(request.config).items()),
    }
    cards: list[tuple[str, Html | go.Figure]] = [
        ("The sentence", tag("p", known.source, class_="translation", lang=shown.languages.source_code, dir="auto")),
        ("The verdict", verdict.draw(shown)),
        ("Token by token", still(tokens.draw(shown))),
        ("How likely, as it grows", curves.draw(shown)),
        ("What if it had said that word?", still(what_if.draw(shown))),
        *([("Where did it learn this?", learnt.draw(shown))] if shown.near else []),
        ("Signs of trouble", signs.draw(shown)),
        ("Which beam would have kept it?", beams.figure(shown)),
        ("Beam by beam", beams.table(shown)),
        ("Which words does it hang on?", words.figure(shown, words.LOST)),
        ("Where did it look?", words.figure(shown, words.LOOKED)),
        ("What did they add?", words.figure(shown, words.SLOPE)),
        ("Word by word", words.table(shown)),
        ("What do its own candidates agree on?", agreement.table(shown)),
        *([("Every text against every candidate", agreement.figure(shown))] if shown.agreement else []),
        ("The true best", best.draw(shown)),
    ]
    return page("Why not?", facts, [Sheet(known.expected.hypothesis.text, cards)])


def table(shown: Explained) -> str:
    """A line for each token of the translation that was expected."""
    known, request = shown.known, shown.asked.request
    asked = [
        known.source, known.expected.hypothesis.text, known.found.hypotheses[0].text, known.verdict, request.model,
        shown.strategy, json.dumps(dataclasses.asdict(request.config)), versions(),
    ]  # fmt: skip
    rows = [
        [
            place, token.token, token.log_prob, token.rank, token.entropy, token.total_log_prob, token.preferred,
            token.preferred_log_prob, token.lost, *asked,
        ]
        for place, token in enumerate(known.expected.tokens, start=1)
    ]  # fmt: skip
    return csv_text(HEADER, rows)
