"""The learning curve of a shipped checkpoint, drawn from its run's log into its folder and shown by its card.

    python -m benchmarks.curves runs/dates checkpoints/dates
    python -m benchmarks.curves runs/en-fr-base runs/en-fr-diverse runs/en-fr checkpoints/en-fr

Of several runs each began with the weights that the one before it left; a dotted line stands where one begins.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from benchmarks.page import save_figures
from seq2seq_core.checkpoint import load_checkpoint, write_metadata
from seq2seq_core.training.log import read_log


def curve(runs: Sequence[list[dict[str, Any]]]) -> go.Figure:
    """Losses and, where it was measured, BLEU of the validation pairs, by updates of all runs."""
    begun = [0, *accumulate(run[-1]["step"] for run in runs)][:-1]
    events = [{**event, "step": first + event["step"]} for first, run in zip(begun, runs, strict=True) for event in run]
    steps = [event for event in events if event["event"] == "step"]
    checks = [event for event in events if event["event"] == "validation"]
    figure = go.Figure()
    figure.add_scatter(
        x=[event["step"] for event in steps], y=[event["loss"] for event in steps],
        name="training, as optimised", line={"color": "#999999", "width": 1},
    )  # fmt: skip
    figure.add_scatter(
        x=[event["step"] for event in checks], y=[event["loss"] for event in checks],
        name="validation", line={"color": "#0072B2", "width": 2.5},
    )  # fmt: skip
    scored = [event for event in checks if event.get("bleu") is not None]
    if scored:
        figure.add_scatter(
            x=[event["step"] for event in scored], y=[event["bleu"] for event in scored],
            name="BLEU, greedy", yaxis="y2", line={"color": "#D55E00", "width": 2.5, "dash": "dot"},
        )  # fmt: skip
    for step in begun[1:]:
        figure.add_vline(step, line={"color": "#999999", "width": 1, "dash": "dot"})
    return figure.update_layout(
        template="plotly_white",
        width=860,
        height=380,
        xaxis_title="updates",
        yaxis={"title": "loss, nats a piece", "rangemode": "tozero"},
        yaxis2={"title": "BLEU", "overlaying": "y", "side": "right", "range": [0, 105], "showgrid": False, "dtick": 20},
        legend={"orientation": "h", "y": 1.12},
        font={"family": "Inter, Helvetica, Arial, sans-serif", "size": 13},
        margin={"l": 60, "r": 60, "t": 30, "b": 50},
    )


def main() -> None:
    """Draws one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", metavar="run", help="a folder that holds log.jsonl")
    parser.add_argument("checkpoint", type=Path)
    flags = parser.parse_args()
    save_figures([(curve([read_log(run) for run in flags.runs]), flags.checkpoint / "curve.png")])
    checkpoint = load_checkpoint(flags.checkpoint)
    metadata = {**checkpoint.metadata, "curve": "curve.png"}
    write_metadata(flags.checkpoint, dataclasses.replace(checkpoint, metadata=metadata))


if __name__ == "__main__":
    main()
