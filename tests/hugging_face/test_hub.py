"""A model of the Hub through the command line, and what is said where there is none to be had."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seq2seq_core.models.hugging_face.hub import _teller
from tests.hugging_face.families import save_tiny
from tests.hugging_face.hub import serving

ROOT = Path(__file__).resolve().parents[2]

ASK = """
import sys
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
for place in sys.argv[1:]:
    try:
        translator = Translator.load(place, "cpu", say=lambda words: sys.stdout.write(f"said: {words}\\n"))
        print("loaded:", translator.name, translator.translate("one two.")[0].hypotheses[0].token_ids)
    except CoreError as error:
        print("error:", error)
"""


def environment(home: Path, endpoint: str) -> dict[str, str]:
    """Of a process whose Hub is at ``endpoint``."""
    others = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "http", "HTTP"))}
    own = {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    return others | own | {"NO_PROXY": "*", "HF_HUB_DISABLE_XET": "1"}


def ask(home: Path, endpoint: str, *places: str, offline: bool = False) -> list[str]:
    """What loading these prints, in a process whose Hub is at ``endpoint``; how far a fetch is left out."""
    env = environment(home, endpoint) | ({"HF_HUB_OFFLINE": "1"} if offline else {})
    done = subprocess.run(
        [sys.executable, "-c", ASK, *places], cwd=ROOT, env=env, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if not line.startswith("said: fetched ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Path(save_tiny("marian", tmp_path_factory.mktemp("hub")))
    (place / "pytorch_model.bin").write_bytes(b"never read")
    (place / "modeling_own.py").write_text("raise SystemExit('never run')")
    return place


@pytest.fixture(scope="module")
def hub(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    pickled = tmp_path_factory.mktemp("pickled")
    (pickled / "config.json").write_text("{}")
    (pickled / "pytorch_model.bin").write_bytes(b"")
    with serving({"me/tiny-en-de": folder, "me/pickled": pickled}) as server:
        yield server


def test_a_model_is_fetched_once_and_then_read_without_a_network(
    hub: tuple[str, list[str]], folder: Path, tmp_path: Path
) -> None:
    address, asked = hub
    first = ask(tmp_path, address, "hf:me/tiny-en-de@v1", str(folder))
    said, loaded, local = first
    assert said.startswith("said: fetching ") and loaded.startswith("loaded: tiny-en-de (")
    assert loaded.partition("(")[2] == local.partition("(")[2]
    assert not any(path.endswith((".bin", ".py")) for path in asked)
    # By the commit that was fetched, and by the name of the revision, nobody needs to answer.
    again = ask(tmp_path, "http://127.0.0.1:9", f"hf:me/tiny-en-de@{'a' * 40}", "hf:me/tiny-en-de@v1")
    assert again == [loaded, loaded]


def test_each_tenth_of_a_fetch_is_said_once() -> None:
    said: list[str] = []
    bar = _teller(said.append, 50_000_000)
    files, written, received = bar(total=3), bar(total=0, unit="B"), bar(total=0, unit="B")
    for _ in range(50):
        written.update(1_000_000)
        received.update(500_000)
        files.update()
    assert said == [f"fetched {5 * tenths} of 50 MB" for tenths in range(1, 10)]


def test_what_cannot_be_had_is_said_in_one_sentence(hub: tuple[str, list[str]], tmp_path: Path) -> None:
    names = ("me/none", "me/tiny-en-de@v9", "closed/one", "me/pickled")
    none, revision, gated, pickled = ask(tmp_path, hub[0], *(f"hf:{name}" for name in names))
    assert none == "error: there is no model me/none, or not for you; mend the name, or log in"
    assert revision == "error: me/tiny-en-de has no revision v9; see its page for those it has"
    assert gated.startswith("error: closed/one is gated: accept its terms on its page")
    assert pickled.startswith("error: me/pickled has no safetensors; name a revision that has")


def test_a_missing_network_is_said_in_one_sentence(tmp_path: Path) -> None:
    [said] = ask(tmp_path, "http://127.0.0.1:9", "hf:me/tiny-en-de")
    assert said.startswith("error: me/tiny-en-de is not in the cache, and 127.0.0.1:9 does not answer (")
    [offline] = ask(tmp_path, "http://127.0.0.1:9", "hf:me/tiny-en-de", offline=True)
    assert "is not in the cache" in offline
