"""A set of sentences under several strategies, to take away: the table, all translations, everything."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from demo.common.contestant import Contestant
from demo.common.export import as_json
from demo.common.spreadsheet import csv_text
from demo.common.versions import dated, versions
from demo.sets.contrasts import likeness_of
from demo.sets.figures import SetRun, rows

if TYPE_CHECKING:
    from seq2seq_core.evaluation import Estimate

SCHEMA = 2


def table(run: SetRun) -> str:
    """One line for each strategy that has begun."""
    header = [
        "strategy", "settings", "sentences", "bleu", "bleu_margin", "bleu_p", "chrf", "chrf_margin", "chrf_p", "exact",
        "exact_margin", "exact_p", "mean_log_prob", "mean_tokens", "mean_forward_calls",
        "mean_rows_times_steps", "mean_milliseconds", "runs", "fastest_run", "slowest_run", "against",
        "same_as_that", "model", "versions",
    ]  # fmt: skip
    lines = []
    for entry, row in zip(run.entries, rows(run), strict=True):
        if row:
            means = [row.log_prob, row.length, row.forward_calls, row.rows, row.milliseconds]
            times = [len(row.times) or 1, *(row.range or (None, None))]
            quality = [*_cells(row.bleu), *_cells(row.chrf), *_cells(row.exact)]
            against = run.entries[run.against].card.name
            lines.append(
                [
                    entry.card.name,
                    _how(entry.card),
                    row.done,
                    *quality,
                    *means,
                    *times,
                    against,
                    row.same,
                    run.model_of(entry),
                    versions(),
                ]
            )
    return csv_text(header, lines)


def outputs(run: SetRun) -> str:
    """One line for each sentence and strategy."""
    how = ["model", "settings", "versions"]
    header = ["line", "source", "reference", "strategy", "output", "log_prob", "tokens", "chrf", *how]
    given = run.sentences
    references, made = given.references or [None] * run.size, versions()
    likeness = [likeness_of(run, entry) or [None] * run.size for entry in run.entries]
    return csv_text(header, (
        [
            line, source, reference, entry.card.name, output.text, output.log_prob, output.length, chrf,
            run.model_of(entry), _how(entry.card), made,
        ]
        for entry, scores in zip(run.entries, likeness, strict=True)
        for line, source, reference, output, chrf
        in zip(given.lines, given.sources, references, entry.outputs, scores, strict=False)
    ))  # fmt: skip


def everything(run: SetRun) -> str:
    """The whole run as JSON: what was asked, every translation, and the figures with their signatures."""
    quality = next((entry.quality for entry in run.entries if entry.quality), None)
    signatures = {"bleu": quality.bleu_signature, "chrf": quality.chrf_signature} if quality else None
    strategies = [
        {
            "name": entry.card.name,
            "strategy": entry.card.strategy,
            "settings": dict(entry.card.settings),
            "model": run.model_of(entry),
            "figures": asdict(row) | {"name": entry.card.name} if row else None,
            "outputs": [asdict(output) for output in entry.outputs],
        }
        for entry, row in zip(run.entries, rows(run), strict=True)
    ]
    plain: dict[str, Any] = {
        "schema": SCHEMA, "model": run.model, "device": run.device, "seed": run.seed, "scale": run.scale,
        "signatures": signatures, **dated(), "sentences": asdict(run.sentences), "strategies": strategies,
        "against": run.against, "apart": asdict(run.apart) if run.apart else None,
    }  # fmt: skip
    return as_json(plain)


def _how(card: Contestant) -> str:
    """A strategy and its settings."""
    return json.dumps({"strategy": card.strategy, **card.settings})


def _cells(estimate: Estimate | None) -> list[float | None]:
    return [estimate.score, estimate.margin, estimate.p_value] if estimate else [None] * 3
