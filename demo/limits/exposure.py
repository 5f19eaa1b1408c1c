"""Exposure bias, as evidence: log P teacher-forced and free-running, and what a wrong word does to those after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from demo.common.markup import Html, join, tag
from demo.common.pieces import label
from demo.limits.lines import band, figure, line
from demo.limits.measured import measured

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from demo.limits.state import BesideEachOther
    from seq2seq_core.limits import Beside

KINDS = {"teacher-forced": "solid", "free-running": "dot"}
AFTER, LOST = "tokens after the wrong word", "nats lost"


def curves(shown: BesideEachOther) -> go.Figure:
    """log P of each token: of the reference, given it so far; dotted, of what the model says, given what it said."""
    traces = [
        line(
            f"{shown.title(one.model)}, {kind}", place, range(1, len(given.tokens) + 1),
            [t.log_prob for t in given.tokens],
            dash=KINDS[kind], hover=[label(token.token) for token in given.tokens],
        )
        for place, one in enumerate(shown.found)
        for kind, given in (("teacher-forced", one.expected), ("free-running", one.said))
        if given is not None
    ]  # fmt: skip
    return figure(traces, "token", "log P of the token, in nats")


def average(names: Mapping[str, str]) -> go.Figure:
    """The same in the mean of many sentences, of these models with their titles."""
    traces = list[Any]()
    for place, name in enumerate(name for name in names if name in measured()["models"]):
        for kind, dash in KINDS.items():
            rows = [row for row in measured()["models"][name]["exposure"] if row["kind"] == kind]
            xs = [row["position"] + 1 for row in rows]
            traces += [
                band(place, xs, [row["low"] for row in rows], [row["high"] for row in rows]),
                line(f"{names[name]}, {kind}", place, xs, [row["mean"] for row in rows], dash=dash),
            ]
    return figure(traces, "token", "log P of the token, in nats")


def slips(shown: BesideEachOther) -> go.Figure:
    """What each token after the wrong word loses by it; dotted, the mean of many sentences."""
    traces = [
        line(
            shown.title(one.model), place, range(1, len(one.slip.lost) + 1), one.slip.lost,
            hover=[label(token) for token in one.slip.tokens[one.slip.place + 1 :]],
        )
        for place, one in enumerate(shown.found)
        if one.slip is not None
    ]  # fmt: skip
    return figure([*traces, *_mean_slips(shown.called)], AFTER, LOST)


def slips_average(names: Mapping[str, str]) -> go.Figure:
    """The mean alone."""
    return figure(_mean_slips(names), AFTER, LOST)


def _mean_slips(names: Mapping[str, str]) -> list[Any]:
    traces = list[Any]()
    for place, name in enumerate(names):
        rows = measured()["models"].get(name, {}).get("slips", {}).get("lost", [])
        xs = [row["distance"] + 1 for row in rows]
        if xs:
            traces += [
                band(place, xs, [row["low"] for row in rows], [row["high"] for row in rows]),
                line(f"{names[name]}, in the mean", place, xs, [row["mean"] for row in rows], dash="dot"),
            ]
    return traces


def told(shown: BesideEachOther) -> Html:
    """For each model which word was put where, how it goes on, and when it has recovered; then the mean of many."""
    lines = [tag("li", _sentence(one, shown.title(one.model), shown.languages.target_code)) for one in shown.found]
    return join([tag("ul", lines, class_="evidence-list"), many(shown.called)])


def many(names: Mapping[str, str]) -> Html:
    """How long models need in the mean of the held-out sentences."""
    lines = [
        tag("li", f"{title}: {_recovers(known)} ({known['sentences']} held-out sentences)")
        for name, title in names.items()
        if (known := measured()["models"].get(name, {}).get("slips"))
    ]
    return tag("ul", lines, class_="evidence-list") if lines else Html()


def _recovers(known: dict[str, Any]) -> str:
    mean = "" if known["mean_tokens"] is None else f"recovers {known['mean_tokens']:.1f} tokens after a wrong word; "
    return f"{mean}in {known['never']:.0f} % of cases never before the end"


def _sentence(one: Beside, title: str, lang: str | None) -> Html:
    if one.slip is None:
        return join([f"{title}: its translation has no word that could be replaced from there on."])
    tokens = one.slip.tokens
    after = one.slip.recovers_after
    end = (
        "it never recovers before the end"
        if after is None
        else f"it has recovered after {after} {'token' if after == 1 else 'tokens'}"
    )
    replaced = f"{label(one.slip.wrong)} in place of {label(tokens[one.slip.place])}, token {one.slip.place + 1}"
    return join([
        f"{title}: {replaced}; {end}. Left alone it goes on: ", tag("q", one.slip.goes_on, lang=lang, dir="auto"),
    ])  # fmt: skip
