"""Tables and figures of ``docs/experiments.md`` from the finished runs."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go

from benchmarks.experiments.runs import TEST, FinishedRun
from benchmarks.experiments.variants import ATTENTIONS, CELLS, FORCING, MECHANISMS, SEEDS, Variant
from benchmarks.page import markdown_table, save_figures, write_between
from seq2seq_core.data.corpus import read_corpus
from seq2seq_core.evaluation import Estimate, ResampledQuality, resampled_quality

PAGE = Path(__file__).resolve().parents[2] / "docs" / "experiments.md"
FIGURES = PAGE.parent / "images" / "experiments"

LENGTHS = ((1, 8), (9, 10), (11, 12), (13, 15), (16, 99))
"""Source words, both ends counted."""

# Okabe and Ito's colours, which people with any colour vision tell apart.
COLOURS = {
    "none": "#D55E00",
    "bahdanau": "#0072B2",
    "dot": "#009E73",
    "general": "#CC79A7",
    "concat": "#E69F00",
}


@dataclass(frozen=True)
class Experiments:
    """All finished runs, and what they are measured against."""

    runs: dict[tuple[str, int], FinishedRun]
    sources: list[str]
    references: list[str]
    seconds: dict[str, float]

    def quality(self, variant: Variant, seed: int, baseline: str | None = None) -> ResampledQuality:
        """BLEU and chrF of a run, and how they differ from the baseline's with the same seed."""
        base = self.runs[baseline, seed].outputs if baseline else None
        return resampled_quality(self.runs[variant.name, seed].outputs, self.references, baseline=base)

    def by_length(self, variants: Sequence[str], low: int, high: int) -> Estimate:
        """BLEU of all runs of these variants together on sentences of ``low`` to ``high`` source words."""
        chosen = [i for i, source in enumerate(self.sources) if low <= len(source.split()) <= high]
        runs = [self.runs[name, seed] for name in variants for seed in SEEDS]
        texts = [run.outputs[i] for run in runs for i in chosen]
        return resampled_quality(texts, [self.references[i] for _ in runs for i in chosen]).bleu


def report(finished: Sequence[FinishedRun], data: Path, seconds: dict[str, float]) -> None:
    """Writes tables between the page's markers, and the figures beside it."""
    pairs = read_corpus(TEST, data)
    experiments = Experiments(
        runs={(run.variant, run.seed): run for run in finished},
        sources=[source for source, _ in pairs],
        references=[target for _, target in pairs],
        seconds=seconds,
    )
    write_between(PAGE, "setting", _setting(experiments))
    write_between(PAGE, "mechanisms", _table(experiments, MECHANISMS, baseline=None))
    base = next(variant for variant in MECHANISMS if variant.name == "lstm-general")
    write_between(PAGE, "forcing", _table(experiments, (base, *FORCING), baseline=base.name))
    write_between(PAGE, "lengths", _lengths(experiments))
    FIGURES.mkdir(parents=True, exist_ok=True)
    save_figures(
        [
            (length_figure(experiments), FIGURES / "length.png"),
            (overview_figure(experiments), FIGURES / "overview.png"),
        ]
    )


def _setting(experiments: Experiments) -> list[str]:
    machines = ", ".join(sorted({run.machine for run in experiments.runs.values()}))
    signed = resampled_quality(experiments.references, experiments.references)
    today = datetime.date.today().isoformat()
    return [
        f"{len(experiments.runs)} runs; written {today} by `python -m benchmarks.experiments`; "
        f"trained on {machines}; beam 5 on the {len(experiments.references)} sentences of Multi30k test 2016; "
        f"BLEU `{signed.bleu_signature}`, chrF `{signed.chrf_signature}`."
    ]


def _table(experiments: Experiments, variants: Sequence[Variant], baseline: str | None) -> list[str]:
    head = ["model", *(f"BLEU, seed {seed}" for seed in SEEDS), "chrF", "perplexity", "AER", "seconds an epoch"]
    return markdown_table(head, [_line(experiments, variant, baseline) for variant in variants])


def _line(experiments: Experiments, variant: Variant, baseline: str | None) -> list[str]:
    against = None if variant.name == baseline else baseline
    qualities = [experiments.quality(variant, seed, against) for seed in SEEDS]
    runs = [experiments.runs[variant.name, seed] for seed in SEEDS]
    errors = [f"{run.alignment_error:.3f}" for run in runs if run.alignment_error is not None]
    return [
        variant.title,
        *(estimate_text(quality.bleu) for quality in qualities),
        " / ".join(f"{quality.chrf.score:.1f}" for quality in qualities),
        " / ".join(f"{run.perplexity:.2f}" for run in runs),
        " / ".join(errors) or "–",
        f"{experiments.seconds[variant.name]:.0f}",
    ]


def estimate_text(estimate: Estimate) -> str:
    """A score, its 95% interval, and where there is one the p-value of its difference to the baseline."""
    text = f"{estimate.score:.1f} ± {estimate.margin or 0:.1f}"
    return text if estimate.p_value is None else f"{text} (p = {estimate.p_value:.3f})"


def _lengths(experiments: Experiments) -> list[str]:
    rows = []
    for attention, title in ATTENTIONS.items():
        names = [f"{cell}-{attention}" for cell in CELLS]
        rows.append([title, *(estimate_text(experiments.by_length(names, low, high)) for low, high in LENGTHS)])
    return markdown_table(["attention", *map(span_words, LENGTHS)], rows)


def span_words(span: tuple[int, int]) -> str:
    low, high = span
    return f"{low} to {high} words" if high < 99 else f"{low} words and more"


def length_figure(experiments: Experiments) -> go.Figure:
    """BLEU by source length, a line for each attention, GRU and LSTM and both seeds together."""
    figure = go.Figure()
    for attention, title in ATTENTIONS.items():
        names = [f"{cell}-{attention}" for cell in CELLS]
        estimates = [experiments.by_length(names, low, high) for low, high in LENGTHS]
        figure.add_scatter(
            x=[span_words(span) for span in LENGTHS],
            y=[estimate.score for estimate in estimates],
            error_y={"array": [estimate.margin or 0 for estimate in estimates], "thickness": 1, "width": 3},
            name=title,
            mode="lines+markers",
            line={"color": COLOURS[attention], "width": 3 if attention == "none" else 1.5},
        )
    figure.update_layout(_layout("BLEU by length of the source sentence"), legend_title_text="attention")
    return figure


def overview_figure(experiments: Experiments) -> go.Figure:
    """Each run's BLEU as a point: attention across, the cell by its mark."""
    figure = go.Figure()
    for cell, title in CELLS.items():
        points = list(itertools.product(ATTENTIONS, SEEDS))
        estimates = [experiments.quality(_mechanism(cell, attention), seed).bleu for attention, seed in points]
        figure.add_scatter(
            x=[ATTENTIONS[attention] for attention, _ in points],
            y=[estimate.score for estimate in estimates],
            error_y={"array": [estimate.margin or 0 for estimate in estimates], "thickness": 1, "width": 3},
            mode="markers",
            name=title,
            offsetgroup=cell,
            marker={"symbol": "circle" if cell == "lstm" else "diamond-open", "size": 9},
        )
    figure.update_layout(_layout("BLEU of every run, with its 95% interval"), scattermode="group")
    return figure


def _mechanism(cell: str, attention: str) -> Variant:
    return next(variant for variant in MECHANISMS if variant.name == f"{cell}-{attention}")


def _layout(title: str) -> dict[str, object]:
    return {
        "title": title,
        "template": "plotly_white",
        "width": 860,
        "height": 420,
        "yaxis_title": "BLEU",
        "yaxis_rangemode": "tozero",
        "font": {"family": "Inter, Helvetica, Arial, sans-serif", "size": 13},
        "margin": {"l": 60, "r": 20, "t": 60, "b": 50},
    }
