"""What is compared: each variant is the common recipe with a few settings changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RECIPE = Path(__file__).resolve().parents[2] / "recipes" / "grid-en-de.toml"
SEEDS = (1, 2)

CELLS = {"lstm": "LSTM", "gru": "GRU"}
ATTENTIONS = {"none": "none", "bahdanau": "Bahdanau", "dot": "dot", "general": "general", "concat": "concat"}


@dataclass(frozen=True)
class Variant:
    """A model of the comparison.

    name: of its runs' folders, the seed added. changes: overrides of the recipe, ``section.key=value``.
    """

    name: str
    title: str
    changes: tuple[str, ...]

    def folder(self, seed: int) -> str:
        """The name of one run."""
        return f"{self.name}-{seed}"


MECHANISMS = tuple(
    Variant(
        f"{cell}-{attention}",
        f"{cell_title}, {title}",
        (f"model.cell={cell}", f"model.attention={attention}"),
    )
    for cell, cell_title in CELLS.items()
    for attention, title in ATTENTIONS.items()
)

# The model with LSTM and general attention, fed its own words in training ever more often. Each schedule falls from 1
# to a quarter over the 2,600 updates of a run; what it is compared with is "lstm-general", teacher forcing throughout.
FORCING = tuple(
    Variant(
        f"forcing-{name}",
        title,
        ("model.cell=lstm", "model.attention=general", f"training.teacher_forcing={schedule}"),
    )
    for name, title, schedule in (
        ("half", "teacher forcing 0.5 throughout", '{"schedule": "constant", "start": 0.5}'),
        ("linear", "linear decay", '{"schedule": "linear", "slope": 2.9e-4, "floor": 0.25}'),
        ("exponential", "exponential decay", '{"schedule": "exponential", "k": 0.999467, "floor": 0.25}'),
        ("sigmoid", "inverse sigmoid decay", '{"schedule": "inverse_sigmoid", "k": 372, "floor": 0.25}'),
    )
)

VARIANTS = (*MECHANISMS, *FORCING)
