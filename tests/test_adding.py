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
from typing import Any

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
        "nearness.py",
        "seq2seq_core/attention",
        "seq2seq_core/attention/__init__.py",
        (
            ("from seq2seq_core.attention.general", "from seq2seq_core.attention.nearness import NearnessAttention"),
            ("        ConcatAttention,", "        NearnessAttention,"),
        ),
    ),
    Toy(
        "bag.py",
        "seq2seq_core/models",
        "seq2seq_core/models/__init__.py",
        (
            ("from seq2seq_core.models.base", "from seq2seq_core.models.bag import Bag"),
            ("        Seq2Seq,", "        Bag,"),
        ),
    ),
    Toy(
        "pieces_read.py",
        "demo/translate",
        "demo/translate/panels.py",
        (
            ("from demo.translate import", "from demo.translate import pieces_read"),
            (
                "PANELS = (",
                '    Panel("Read", "in pieces", {"pieces-read": lambda shown, _: pieces_read.draw(shown.result)}),',
            ),
        ),
    ),
    Toy(
        "toy_view.py",
        "demo/toy",
        "demo/app.py",
        (
            ("import demo.translate.view as", "from demo.toy import toy_view"),
            ('    View("Translate"', '    View("Toy", toy_view.build),'),
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
        (folder / toy.to).mkdir(exist_ok=True)
        shutil.copy(TOYS / toy.file, folder / toy.to)
        registry = folder / toy.registry
        lines = registry.read_text(encoding="utf-8").splitlines()
        for behind, new in toy.lines:
            [place] = [number for number, line in enumerate(lines) if line.startswith(behind)][-1:]
            lines.insert(place + 1, new)
        registry.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def run(copy: Path, *arguments: str, stdin: str = "") -> str:
    """What the copy prints; this project's tests lend it their tiny recipe, and nothing else."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy, input=stdin, capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def used(copy: Path) -> Any:
    """What came of using the copy."""
    return json.loads(run(copy, str(TOYS / "use.py")).splitlines()[-1])


def test_the_command_line_lists_a_strategy_and_a_filter_and_obeys_them(copy: Path) -> None:
    listed = run(copy, "-m", "seq2seq_core", "translate", "--help")
    assert "second: Takes the second likeliest token" in " ".join(listed.split())
    assert "--banned-token" in listed and "--choice" in listed
    flags = ("-m", "seq2seq_core", "translate", "--checkpoint", "checkpoints/dates", "--json", "--trace")
    flags = (*flags, "--strategy", "second", "--choice", "1")
    first = json.loads(run(copy, *flags, stdin="3 May 2021\n"))["sentences"][0]
    assert first["strategy"] == "second" and first["hypotheses"][0]["text"] == "2021-05-03"
    banned = first["hypotheses"][0]["token_ids"][0]
    other = json.loads(run(copy, *flags, "--banned-token", str(banned), stdin="3 May 2021\n"))["sentences"][0]
    assert banned not in other["hypotheses"][0]["token_ids"]
    assert "banned_token" in other["steps"][0]["stages"] and other["config"]["banned_token"] == banned


def test_the_app_offers_a_strategy_with_its_settings_and_those_of_a_filter(used: Any) -> None:
    [strategies] = [part for part in used["components"] if part.get("elem_id") == "strategy"]
    assert ["Second best", "second"] in [list(choice) for choice in strategies["choices"]]
    assert {"setting-choice", "setting-banned_token"} <= {part.get("elem_id") for part in used["components"]}


def test_the_endpoints_answer_with_them(used: Any) -> None:
    told = {strategy["name"]: strategy for strategy in used["models"]["strategies"]}
    assert {"choice", "banned_token"} <= {setting["name"] for setting in told["second"]["settings"]}
    assert "banned_token" in {setting["name"] for setting in told["sample"]["settings"]}
    without = used["without"]
    assert without["strategy"] == "second" and used["banned"] not in without["hypotheses"][0]["token_ids"]


def test_a_mechanism_and_a_family_are_trained_carded_served_and_listed(used: Any) -> None:
    assert "| Attention | nearness (a test, 2026) |" in used["cards"]["near"]
    assert "| Bag | 4 units |" in used["cards"]["bag"]
    models = {model["name"]: model for model in used["models"]["models"]}
    assert models["near"]["attention"] == "nearness" and models["bag"]["width"] == 4
    for name in ("near", "bag"):
        assert used["said"][name]["model"] == name and used["said"][name]["hypotheses"][0]["token_ids"]


def test_a_card_draws_each_result_and_a_view_is_a_tab(used: Any) -> None:
    assert used["card"] == f"<p>{len(used['without']['source_tokens'])} pieces were read</p>"
    labels = [part.get("label") for part in used["components"] if part.get("id") in ("translate", "toy", "compare")]
    assert labels == ["Translate", "Toy", "Compare"]
    [box] = [part for part in used["components"] if part.get("elem_id") == "toy-view"]
    assert "near" in box["value"]
