"""What it costs to add something: its file and one line of registry, with the import that names it, and it works.

A copy of the project gets one toy of each kind (``tests/adding/``) in just that way; then it is used as people use the
project: it lists them, trains with them, saves, and answers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOYS = Path(__file__).parent / "adding"


@dataclass(frozen=True)
class Toy:
    """A toy's file, where it goes, and the lines that make it known: each added behind another in the registry."""

    file: str
    to: str
    registry: str
    lines: tuple[tuple[str, str], ...]


TOYS_TO_ADD = (
    Toy(
        "second.py",
        "seq2seq_core/decoding/strategies",
        "seq2seq_core/decoding/strategies/__init__.py",
        (
            ("from seq2seq_core.decoding.strategy import", "from seq2seq_core.decoding.strategies import second"),
            ("    greedy,", "    second,"),
        ),
    ),
    Toy(
        "banned_token.py",
        "seq2seq_core/decoding/filters",
        "seq2seq_core/decoding/filters/__init__.py",
        (
            ("from dataclasses", "from seq2seq_core.decoding.filters.banned_token import BannedToken"),
            ("    EpsilonCutoff,", "    BannedToken,"),
        ),
    ),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with all toys in it."""
    folder = tmp_path_factory.mktemp("project")
    for part in ("seq2seq_core", "demo"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "checkpoints" / "dates", folder / "checkpoints" / "dates")
    for toy in TOYS_TO_ADD:
        shutil.copy(TOYS / toy.file, folder / toy.to)
        registry = folder / toy.registry
        lines = registry.read_text(encoding="utf-8").splitlines()
        for behind, new in toy.lines:
            [place] = [number for number, line in enumerate(lines) if line.startswith(behind)][-1:]
            lines.insert(place + 1, new)
        registry.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def run(copy: Path, *arguments: str, stdin: str = "") -> str:
    """What the copy's command line prints."""
    done = subprocess.run(
        [sys.executable, "-m", "seq2seq_core", *arguments],
        cwd=copy, input=stdin, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_strategy_and_a_filter_are_listed_and_work(copy: Path) -> None:
    listed = run(copy, "translate", "--help")
    assert "second: Takes the second likeliest token" in " ".join(listed.split())
    assert "--banned-token" in listed and "--place" in listed
    flags = ("translate", "--checkpoint", "checkpoints/dates", "--json", "--trace", "--strategy", "second")
    first = json.loads(run(copy, *flags, "--place", "1", stdin="3 May 2021\n"))
    assert first["strategy"] == "second" and first["hypotheses"][0]["text"] == "2021-05-03"
    banned = first["hypotheses"][0]["token_ids"][0]
    other = json.loads(run(copy, *flags, "--place", "1", "--banned-token", str(banned), stdin="3 May 2021\n"))
    assert banned not in other["hypotheses"][0]["token_ids"]
    assert "banned_token" in other["steps"][0]["stages"] and other["config"]["banned_token"] == banned
