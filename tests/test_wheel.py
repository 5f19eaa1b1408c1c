"""The core by itself, as pip brings it: what the wheel holds and asks for, and that it works where nothing else is."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.test_space_files import _imported, pins

ROOT = Path(__file__).resolve().parents[1]
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built of a copy, so that the checkout stays as it is."""
    copy = tmp_path_factory.mktemp("clone")
    for name in ("pyproject.toml", "README.md", "LICENSE", "app.py"):
        shutil.copy(ROOT / name, copy)
    for name in ("seq2seq_core", "demo"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run([sys.executable, "-c", BUILD, str(copy / "dist")], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [built] = (copy / "dist").glob("*.whl")
    return built


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def requirements(wheel: Path) -> list[Requirement]:
    return [Requirement(line) for line in metadata(wheel).get_all("Requires-Dist", [])]


def test_the_wheel_holds_the_core_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "seq2seq_core").rglob("*.py")}
    assert {name for name in names if ".dist-info/" not in name} == sources
    assert wheel.stat().st_size < 1_000_000


def test_the_wheel_asks_loosely_for_versions_that_the_pins_meet(wheel: Path) -> None:
    tried = pins("requirements.txt") | pins("requirements-dev.txt")
    tried |= pins("requirements-hf.txt") | pins("requirements-onnx.txt")
    asked = requirements(wheel)
    assert len(asked) > 15
    for each in asked:
        assert not any(one.operator in ("==", "~=") for one in each.specifier), f"{each} is pinned"
        assert each.specifier.contains(tried[each.name.lower()]), f"{each} excludes what is tried out"


def test_the_wheel_asks_for_all_that_the_core_imports_and_for_nothing_of_the_app(wheel: Path) -> None:
    asked = requirements(wheel)
    always = {each.name.lower() for each in asked if each.marker is None}
    extras = {each.name.lower() for each in asked if each.marker is not None}
    app = {each.name.lower() for each in asked if each.marker is not None and each.marker.evaluate({"extra": "app"})}
    assert {"gradio", "plotly", "fastapi"} <= app and not app & always
    providers = importlib.metadata.packages_distributions()
    for path in (ROOT / "seq2seq_core").rglob("*.py"):
        for name in _imported(path) - set(sys.stdlib_module_names) - {"seq2seq_core"}:
            by = {provider.lower() for provider in providers[name]}
            assert by & (always | (extras - app)), f"{path.relative_to(ROOT)} imports {name}, which nothing brings"


def test_what_is_installed_works_away_from_the_clone(wheel: Path, tmp_path: Path) -> None:
    """The packages beneath it are lent by this environment; that pip brings them is tried by scripts/wheel."""
    place = tmp_path / "environment"
    venv.create(place, with_pip=False)
    python = place / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run([*pip, str(wheel)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [own] = place.glob("lib/python*/site-packages") if sys.platform != "win32" else [place / "Lib" / "site-packages"]
    (own / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    folder = ROOT / "checkpoints" / "dates"
    said = subprocess.run(
        [str(python), "-m", "seq2seq_core", "translate", "--checkpoint", str(folder)],
        cwd=tmp_path, input="7 May 2014\n", capture_output=True, text=True,
    )  # fmt: skip
    assert (said.returncode, said.stdout) == (0, "2014-05-07\n"), said.stderr
    where = "import seq2seq_core; print(seq2seq_core.__file__)"
    found = subprocess.run([str(python), "-c", where], cwd=tmp_path, capture_output=True, text=True).stdout
    assert Path(found.strip()).is_relative_to(own)


def test_the_readme_names_the_extras_that_there_are(wheel: Path) -> None:
    there = set(metadata(wheel).get_all("Provides-Extra", []))
    named = set(re.findall(r"seq2seq-core\[([a-z]+)\]", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named and named <= there
