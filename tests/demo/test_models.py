"""Which models are in memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from demo import models as module
from demo.models import Models
from tests.demo import samples


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what was loaded, in order; ``tmp_path`` holds three models."""
    names: list[str] = []

    class Translators:
        @staticmethod
        def load(folder: Path, device: str, **_: object) -> samples.FakeTranslator:
            names.append(folder.name)
            return samples.FakeTranslator(folder.name)

    monkeypatch.setattr(module, "Translator", Translators)
    for name in ("en-de", "en-fr", "dates"):
        (tmp_path / name).mkdir()
    return names


def test_all_are_tried_and_only_the_first_is_kept(tmp_path: Path, loaded: list[str]) -> None:
    models = Models(tmp_path, "cpu")
    assert [models.known(name).name for name in models.names] == ["en-de", "dates", "en-fr"]
    assert loaded == ["en-de", "dates", "en-fr"] and list(models._kept) == ["en-de"]


def test_another_is_loaded_once_when_somebody_asks_and_stays(tmp_path: Path, loaded: list[str]) -> None:
    models = Models(tmp_path, "cpu")
    assert models.known("en-fr").metadata is not None
    del loaded[:]
    first = models.translator("en-fr")
    assert models.translator("en-fr") is first and models.translator("en-de").name == "en-de"
    assert loaded == ["en-fr"]
    assert first.metadata is models.known("en-fr").metadata  # the page was told of these


def test_the_app_imports_neither_pandas_nor_what_it_does_not_serve() -> None:
    script = """
import sys, inspect
from demo.lean_gradio import import_gradio
getfile = inspect.getfile
import_gradio(mcp=False)
assert inspect.getfile is getfile
import demo.app
print(*sorted({"pandas", "pyarrow", "mcp"} & set(sys.modules)))
from gradio import caching
print(caching.pd.DataFrame({"a": [1]}).shape)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["", "(1, 1)"]
