"""When something was made, and with which versions."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version

from seq2seq_core import __version__


def made() -> dict[str, str]:
    """When, and with which versions."""
    return {"Date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), "Versions": versions()}


def dated() -> dict[str, str]:
    """The same, by the names that JSON has for it."""
    return {name.lower(): value for name, value in made().items()}


def versions() -> str:
    """Of this project and what it runs on."""
    names = {"PyTorch": "torch", "Gradio": "gradio", "Plotly": "plotly"}
    ours = [f"seq2seq_core {__version__}", f"Python {platform.python_version()}"]
    return ", ".join([*ours, *(f"{name} {version(pip)}" for name, pip in names.items())])
