"""The worked examples as tables, from what the search and the softmax made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from demo.service import TEMPERATURES, beam_by_hand, softmax_at

FATES = {True: "**kept**", False: "dropped"}


def beam_table() -> str:
    """What each step considers, and which of it is kept."""
    lines = ["| step | beginning | P | log P | fate |", "|---:|---|---:|---:|---|"]
    for number, step in enumerate(beam_by_hand(), start=1):
        lines += [
            f"| {number} | {one.words} | {one.probability:.2f} | {_minus(one.log_prob)} | {FATES[one.kept]} |"
            for one in step
        ]
    return "\n".join(lines)


def temperature_table() -> str:
    """A row of probabilities for each temperature."""
    rows = softmax_at()
    heads = [f"| T | {' | '.join(f'P({i})' for i in range(1, len(rows[0]) + 1))} |", "|---:|" + "---:|" * len(rows[0])]
    return "\n".join(heads + [_row(value, row) for value, row in zip(TEMPERATURES, rows, strict=True)])


def _row(temperature: float, row: Sequence[float]) -> str:
    return f"| {temperature:g} | {' | '.join(f'{p:.3f}' for p in row)} |"


def _minus(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


TABLES: Mapping[str, Callable[[], str]] = {"beam": beam_table, "temperature": temperature_table}
"""By the name under which pages ask for them."""
