"""Which models are in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest

from demo import models as module
from demo.common.languages import Languages
from demo.common.text_input import InputError
from demo.models import Models
from demo.service import Service
from seq2seq_core.types import CoreError, NoRoomError
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


def test_with_nothing_to_do_only_what_was_asked_for_last_stays_packed(tmp_path: Path, loaded: list[str]) -> None:
    models = Models(tmp_path, "cpu")
    translators = {name: models.translator(name) for name in ("en-de", "en-fr", "dates")}
    models.translator("en-de")
    for translator in translators.values():
        translator.pack()
    models.rest()
    assert {name for name, translator in translators.items() if cast(Any, translator).packed} == {"en-de"}


def foreign(folder: Path) -> Path:
    """A folder that says it is of transformers."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "marian"}')
    return folder


def test_models_of_transformers_come_last_and_are_all_kept(tmp_path: Path, loaded: list[str]) -> None:
    theirs = [foreign(tmp_path.parent / "theirs" / name) for name in ("b", "a")]
    models = Models([theirs[0], tmp_path, str(theirs[1])], "cpu")
    assert models.names == ("en-de", "dates", "en-fr", "b", "a")
    assert [models.known(name).name for name in models.names] == loaded == list(models.names)
    assert list(models._kept) == ["en-de", "b", "a"]


def test_a_folder_may_hold_both_kinds(tmp_path: Path, loaded: list[str]) -> None:
    foreign(tmp_path / "bart")
    models = Models(tmp_path, "cpu")
    assert models.names == ("en-de", "dates", "en-fr", "bart")
    assert models.known("bart") and loaded[-1] == "bart"


def test_two_models_of_one_name_are_refused(tmp_path: Path, loaded: list[str]) -> None:
    with pytest.raises(CoreError, match="two models are called en-de; rename the folder of one"):
        Models([tmp_path, foreign(tmp_path.parent / "others" / "en-de")], "cpu")
    assert loaded == []


def test_where_memory_runs_out_the_one_asked_for_longest_ago_goes_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[str] = []

    class Small:
        """Room for two."""

        @staticmethod
        def load(folder: Path, device: str, **_: object) -> samples.FakeTranslator:
            if len(models._kept if kept else ()) >= 2:
                raise NoRoomError("it needs 3 GB")
            kept.append(folder.name)
            return samples.FakeTranslator(folder.name)

    monkeypatch.setattr(module, "Translator", Small)
    places = [foreign(tmp_path / name) for name in ("one", "two")]
    models = Models(places, "cpu")
    assert [models.known(name).name for name in ("one", "two")] == ["one", "two"]
    models._places["three"], models._foreign = foreign(tmp_path / "three"), models._foreign | {"three"}
    models._known["three"] = models._known["one"]
    assert models.translator("one").name == "one"  # so that "two" is the one asked for longest ago
    assert models.translator("three").name == "three" and list(models._kept) == ["one", "three"]
    assert "two was dropped to make room for three; it is loaded again" in capsys.readouterr().out
    assert models.translator("two").name == "two" and list(models._kept) == ["three", "two"]


def test_what_still_loads_is_said_and_waited_for_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()

    class Slow:
        @staticmethod
        def load(folder: Path, device: str, say: Callable[[str], None]) -> samples.FakeTranslator:
            if folder.name == "slow":
                say("fetching 300 MB where they are not here yet")
                gate.wait(60)
            return samples.FakeTranslator(folder.name)

    monkeypatch.setattr(module, "Translator", Slow)
    (tmp_path / "ours" / "en-de").mkdir(parents=True)
    service = Service([tmp_path / "ours", foreign(tmp_path / "slow")], "cpu")
    try:
        working = service.working()
        assert list(working) == ["en-de", "slow"] and working["slow"] == "slow (still loading)"
        assert service.languages("slow") == Languages()
        with pytest.raises(InputError, match="slow is still loading"):
            service.translator("slow")
    finally:
        gate.set()
    assert service._models.known("slow").name == "slow" and service.pending("slow") == ""
    assert service.working()["slow"] == "slow"


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
