"""What a Space, pip and a newcomer read must agree: README front matter, pins, installed versions, imports."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
HARDWARE = {"cpu-basic", "cpu-upgrade", "zero-a10g", "t4-small"}
ON_SPACES_ONLY = {"spaces"}

FOR_SOME_DATA = {"openpyxl", "pyarrow"}
"""What only those need who have workbooks or Parquet files; requirements-dev.txt pins it."""


def front_matter() -> dict[str, Any]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.startswith("---\n"), "the front matter must be the first thing in README.md"
    values = yaml.safe_load(text.split("---\n")[1])
    assert isinstance(values, dict)
    return values


def pins(name: str) -> dict[str, str]:
    """Package -> version; a line that is no exact pin fails."""
    found = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith(("#", "-r ")):
            continue
        match = re.fullmatch(r"([A-Za-z0-9_.-]+)==(\d+(?:\.\d+)*)", line)
        assert match, f"{name}: {line!r} is no exact pin"
        found[match[1].lower()] = match[2]
    return found


def test_the_space_runs_the_gradio_that_we_pinned() -> None:
    assert front_matter()["sdk"] == "gradio"
    assert front_matter()["sdk_version"] == pins("requirements.txt")["gradio"]


def test_the_space_runs_a_python_that_the_pins_allow() -> None:
    version = front_matter()["python_version"]
    assert isinstance(version, str), "quote it: YAML reads 3.10 as the number 3.1"
    # ZeroGPU has 3.10 and 3.12; we and numpy need 3.11.
    assert version == "3.12"


def test_the_front_matter_is_what_a_space_takes() -> None:
    values = front_matter()
    assert (ROOT / values["app_file"]).is_file()
    assert values["license"] == "apache-2.0"
    assert {values["colorFrom"], values["colorTo"]} <= COLOURS
    assert len(values["short_description"]) <= 60
    assert 1 <= len(values["emoji"]) <= 2
    assert values["suggested_hardware"] in HARDWARE
    assert all(re.fullmatch(r"[a-z0-9-]+", tag) for tag in values["tags"])


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-mcp.txt",
        "requirements-hf.txt",
        "requirements-onnx.txt",
        "requirements-dev.txt",
    ],
)
def test_every_requirement_is_pinned_and_installed_as_pinned(name: str) -> None:
    for package, version in pins(name).items():
        installed = importlib.metadata.version(package).split("+")[0]  # torch says 2.13.0+cpu
        assert installed == version, f"{package}: {name} says {version}, installed is {installed}"


def test_the_development_requirements_hold_the_others() -> None:
    lines = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    others = {"requirements.txt", "requirements-mcp.txt", "requirements-hf.txt", "requirements-onnx.txt"}
    assert {f"-r {name}" for name in others} <= set(lines)


def test_what_the_sources_import_is_pinned() -> None:
    providers = importlib.metadata.packages_distributions()
    pinned, pinned_too = set(pins("requirements.txt")), set(pins("requirements-dev.txt"))
    theirs = {"hugging_face": set(pins("requirements-hf.txt")), "onnx_export.py": set(pins("requirements-onnx.txt"))}
    for path in [ROOT / "app.py", *(ROOT / "seq2seq_core").rglob("*.py"), *(ROOT / "demo").rglob("*.py")]:
        for name in _imported(path) - set(sys.stdlib_module_names) - {"seq2seq_core", "demo"} - ON_SPACES_ONLY:
            own = [some for part, some in theirs.items() if part in path.parts]
            known = pinned_too if name in FOR_SOME_DATA else pinned.union(*own)
            assert known & {provider.lower() for provider in providers.get(name, [])}, (
                f"{path.relative_to(ROOT)} imports {name}, which requirements.txt does not name"
            )


def _imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.split(".")[0])
    return names
