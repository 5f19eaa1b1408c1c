"""What is shown, to take away: the whole trace as JSON, the candidates as CSV, everything as one page of HTML."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import plotly
import plotly.graph_objects as go

from demo.common.assets import ASSETS, NIGHT, css, script
from demo.common.markup import Html, tag
from demo.common.spreadsheet import csv_text
from demo.common.stopping import Watch
from demo.common.versions import dated, made, versions

if TYPE_CHECKING:  # the core brings torch, which a file has no use for
    from seq2seq_core.decoding import DecodeResult

FORMATS = {"json": "application/json", "csv": "text/csv", "html": "text/html"}

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"""5 MB that are the same for everybody: the browser fetches them from here and puts them in at ``MARK``."""

PDF = ASSETS / "pdf"
"""jsPDF, svg2pdf.js and the figures' font: the browser fetches them from here when somebody wants a figure as PDF."""

MARK = "<!-- plotly.js -->"
"""A comment in scripts, too; and in what a person typed, there is no "<" that is not escaped."""

STANDS = "<!-- what the page shows -->"
"""Where the browser puts in what stands on the page: see ``file``."""

DRAW = """
const night = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  document.body.classList.toggle("dark", night.matches);
  document.documentElement.toggleAttribute("data-dark", night.matches);
};
night.addEventListener("change", paint);
paint();
for (const place of document.querySelectorAll("[data-figure]")) {
  const { data, layout } = JSON.parse(place.previousElementSibling.textContent);
  Plotly.newPlot(place, data, layout, { responsive: true, displaylogo: false,
    toImageButtonOptions: { filename: "attention", scale: 2 } });
}
"""


@dataclass(frozen=True)
class Sheet:
    """A part of a page to take away.

    cards: title and contents of each; a figure is drawn by plotly.js and stays alive.
    """

    title: str
    cards: Sequence[tuple[str, Html | go.Figure]]


def file(name: str, text: str, shown: str = "") -> dict[str, str]:
    """A file for the page to save: ``saveFile`` of assets/figures.js knows what to do with it.

    ``shown`` selects what of the page it puts in at ``STANDS``, with formulas as MathML and links absolute.
    """
    kind = name.rsplit(".", 1)[-1]
    made = {"name": name, "type": FORMATS[kind], "text": text}
    made |= {"shown": shown, "stands": STANDS} if shown else {}
    return made | ({"plotly": f"/gradio_api/file={PLOTLY}", "mark": MARK} if kind == "html" and MARK in text else {})


def binary(name: str, data: bytes) -> dict[str, str]:
    """A file of any kind for the page to save, byte for byte."""
    return {"name": name, "type": "application/octet-stream", "base64": base64.b64encode(data).decode("ascii")}


WRITING = 20.0
"""Seconds that writing a file, or an answer with all its steps, may take."""

TOO_LONG = (
    f"Stopped after {WRITING:.0f} seconds of writing down all steps; search with fewer beams, or a shorter sentence."
)


def trace(result: DecodeResult, model: str, more: Mapping[str, Any] | None = None) -> str:
    """The result with every step, as ``DecodeResult.from_json`` reads it; with the model's name, date and versions.

    ``more`` stands beside them.

    Raises:
        InputError: it takes longer than ``WRITING``, or nobody waits for it any more.
    """
    watch = Watch(WRITING, TOO_LONG)
    return as_json({"model": model, **dated(), **(more or {}), **plain(result, watch)}, watch)


def plain(result: DecodeResult, watch: Watch) -> dict[str, Any]:
    """As ``DecodeResult.to_dict``, step by step.

    Raises:
        InputError: see ``Watch.check``.
    """
    return watch.through(result.writing())


def table(result: DecodeResult, model: str) -> str:
    """One line for each candidate."""
    header = ["rank", "text", "score", "log_prob", "tokens", "source", "model", "strategy", "settings", "versions"]
    how = [result.source, model, result.strategy, json.dumps(dict(result.config)), versions()]
    return csv_text(header, (
        [rank, h.text, h.score, h.log_prob, h.parts.length, *how] for rank, h in enumerate(result.hypotheses, start=1)
    ))  # fmt: skip


def as_json(values: Mapping[str, Any], watch: Watch | None = None) -> str:
    """Plain values as JSON on one line, as ``json.dumps`` writes it, piece by piece.

    Raises:
        InputError: see ``Watch.check``.
    """
    return "".join((watch or Watch(WRITING, TOO_LONG)).each(_written(values, DEPTH)))


DEPTH = 5
"""How deep the pieces lie that are written at once: of a comparison, a step of the result of a card."""


def _written(value: Any, depth: int) -> Iterator[str]:
    """A value in pieces."""
    if not depth or not isinstance(value, dict | list | tuple):
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)
    elif isinstance(value, dict):
        yield "{"
        for place, (name, item) in enumerate(value.items()):
            yield f"{', ' if place else ''}{json.dumps(name, ensure_ascii=False)}: "
            yield from _written(item, depth - 1)
        yield "}"
    else:
        yield "["
        for place, item in enumerate(value):
            yield ", " if place else ""
            yield from _written(item, depth - 1)
        yield "]"


def page(title: str, facts: Mapping[str, str], sheets: Sequence[Sheet]) -> str:
    """One page that opens without a network, its figures alive, once plotly.js stands at ``MARK`` where it has any.

    Its policy lets nothing in or out: only scripts with this page's own nonce run, and they can fetch nothing.

    Args:
        title: what the page is called.
        facts: what was asked of what; date and versions are added.
        sheets: one for each result, or for each thing to show.
    """
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; font-src data:; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    drawn = any(isinstance(one, go.Figure) for sheet in sheets for _, one in sheet.cards)
    head = [
        Html('<meta charset="utf-8">'),
        Html(tag("meta", http_equiv="Content-Security-Policy", content=policy).removesuffix("</meta>")),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("script", Html(MARK), nonce=nonce) if drawn else "",
        tag("title", title),
        tag("style", Html(css())),
    ]
    rows = [tag("div", tag("dt", name), tag("dd", value, dir="auto")) for name, value in {**facts, **made()}.items()]
    top = tag("header", tag("h1", title), tag("dl", rows), id="masthead")
    main = tag("main", top, [_sheet(sheet) for sheet in sheets], class_="main")
    scripts = tag("script", Html(script("live") + DRAW), type="module", nonce=nonce)
    body = tag("body", NIGHT, main, scripts, class_="gradio-container offline")
    return Html("<!doctype html>\n") + tag("html", tag("head", head), body, lang="en")


def still(content: Html) -> Html:
    """A panel whose buttons do nothing: away from the app nobody answers them."""
    return content.replace("<button ", Html("<button disabled "))  # what a person typed is escaped and holds no "<"


def _sheet(sheet: Sheet) -> Html:
    cards = [
        tag("section", tag("h3", title), _figure(one) if isinstance(one, go.Figure) else one, class_="card leaf")
        for title, one in sheet.cards
    ]
    return tag("section", tag("h2", sheet.title, dir="auto"), cards, class_="sheet")


def _figure(figure: go.Figure) -> Html:
    plain = str(figure.to_json()).replace("<", "\\u003c")  # nothing in it can end the script element
    data = tag("script", Html(plain), type="application/json")
    looks = "heatmap" if figure.data and figure.data[0].type == "heatmap" else "plain-figure"
    return tag("div", data, tag("div", data_figure=True), class_=looks)
