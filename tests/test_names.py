"""A class name stands for one thing in the whole project."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def classes(source: str) -> list[str]:
    """Names of the classes that a module defines, wherever in it."""
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def repeated(sources: dict[str, str]) -> dict[str, list[str]]:
    """Class names that are defined more than once, and the modules that do."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module, source in sources.items():
        for name in classes(source):
            found[name].append(module)
    return {name: modules for name, modules in found.items() if len(modules) > 1}


def test_no_class_name_is_defined_twice() -> None:
    folders = ("seq2seq_core", "demo", "benchmarks", "recipes", "scripts")
    files = [ROOT / "app.py", *(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))]
    assert repeated({str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}) == {}


def test_the_checker_sees_a_name_that_is_used_twice() -> None:
    again = {"a": "class One: ...", "b": "def f():\n    class One: ...\nclass Two: ..."}
    assert repeated(again) == {"One": ["a", "b"]}
