"""What the documents say exists, exists; what the README tells people to run, runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq_core.cli import main
from seq2seq_core.training import load_recipe

ROOT = Path(__file__).resolve().parents[1]
TOP_FOLDERS = "seq2seq_core|demo|docs|scripts|recipes|checkpoints|tests|benchmarks"
NOT_OURS = {".venv", ".git", "runs", "data", "node_modules"}


def documents() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.md")) if not NOT_OURS & set(path.relative_to(ROOT).parts[:-1][:1])]


def links(text: str) -> list[str]:
    """Targets of links and images in Markdown and HTML, outside code."""
    text = re.sub(r"```.*?```|`[^`\n]*`(?!\])", "", text, flags=re.DOTALL)
    return re.findall(r"\[[^\]]*\]\(<?([^)\s>]+)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ +(.+?) *$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path, text: str) -> list[str]:
    broken = []
    for target in links(text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        goal = path.parent / file if file else path
        missing = not goal.exists()
        if not missing and anchor and goal.suffix == ".md":
            missing = anchor not in anchors(text if not file else goal.read_text(encoding="utf-8"))
        if missing:
            broken.append(target)
    return broken


def named_paths(text: str) -> set[str]:
    """Repository paths in `code`; those with a placeholder (NAME, <name>, *, NNNN) are meant for the reader to fill."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return {span.rstrip("/") for span in spans if re.fullmatch(rf"(?:{TOP_FOLDERS})/[a-z0-9_./-]+", span)}


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert broken_links(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path",
    [path for path in documents() if path.name in {"README.md", "CONTRIBUTING.md", "architecture.md"}],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_paths_named_in_the_text_exist(path: Path) -> None:
    named = named_paths(path.read_text(encoding="utf-8"))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_checker_sees_a_broken_link() -> None:
    here = ROOT / "README.md"
    text = "# A title\n[x](docs/nowhere.md) ![y](no.png) [z](#no-heading) [fine](#a-title) [web](https://example.org)"
    text += '<img src="none.png"> <img src="README.md">'
    assert broken_links(here, text) == ["docs/nowhere.md", "no.png", "#no-heading", "none.png"]
    assert named_paths("`demo/nowhere.py` and `demo/NAME.py` and `demo/`\n```\n`demo/code.py`\n```") == {
        "demo/nowhere.py"
    }


def test_the_floors_in_the_architecture_page_are_those_of_the_tree() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    drawn, folder = set(), ""
    for line in text.split("```")[1].strip().splitlines():
        names = re.split(r" {2,}", line.strip())[0].split(", ")
        if not line.startswith(" "):
            folder = names[0] if names[0].endswith("/") else ""
            continue
        drawn |= {(folder + name).rstrip("/") for name in names}
    there = {
        str(path.relative_to(ROOT))
        for top in ("seq2seq_core", "demo")
        for path in (ROOT / top).iterdir()
        if path.name not in {"__init__.py", "__pycache__"} and (path.suffix == ".py" or path.is_dir())
    }
    assert drawn - there == set()
    # New files of the app may come without a line of their own; a new part of the core is a floor.
    assert {name for name in there - drawn if name.startswith("seq2seq_core/")} == set()


def blocks(language: str) -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", readme, flags=re.DOTALL | re.MULTILINE)


def test_the_readmes_python_runs() -> None:
    (code,) = blocks("python")
    assert len([line for line in code.splitlines() if line]) <= 5
    done = subprocess.run([sys.executable, "-"], input=code, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Hund" in done.stdout


def test_the_readmes_recipe_is_one(tmp_path: Path) -> None:
    (code,) = blocks("toml")
    (tmp_path / "my-model.toml").write_text(code, encoding="utf-8")
    recipe = load_recipe(tmp_path / "my-model.toml")
    assert str(recipe.folder) == "runs/my-model"
    assert recipe.data.root == "data"


def test_the_readmes_commands_are_known_to_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    shell = "\n".join(blocks("bash")).replace("\\\n", " ")
    commands = re.findall(r"python -m seq2seq_core ([\w-]+)(.*)", shell)
    assert {command for command, _ in commands} == {
        "new",
        "train",
        "translate",
        "score",
        "evaluate",
        "push",
        "export-onnx",
    }
    for command, rest in commands:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        known = capsys.readouterr().out
        unknown = [flag for flag in re.findall(r"--[a-z-]+", rest) if flag not in known]
        assert not unknown, f"{command} has no {unknown}"


def test_nothing_in_the_readme_needs_the_folder_beside_the_repository() -> None:
    assert "shared/" not in (ROOT / "README.md").read_text(encoding="utf-8")
