"""Training: one step, the loop around it, what changes with the step, and the state to go on from."""

from seq2seq_core.training.loop import Trainer
from seq2seq_core.training.recipe import Recipe, load_recipe
from seq2seq_core.training.run import train

__all__ = ["Recipe", "Trainer", "load_recipe", "train"]
