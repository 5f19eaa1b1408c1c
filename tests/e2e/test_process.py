"""The app as a process: what it says when something is wrong, and how it behaves in a Space."""

from __future__ import annotations

import os
import shutil
import socket
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from gradio_client import Client

from tests.e2e.serving import ROOT, free_port, run_app, serving


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run_app("--port", str(port))
    assert ended.returncode == 2
    line = one_line(ended.stderr)
    assert str(port) in line
    assert "--port" in line


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--device", "toaster"), "cpu"),
        (("--port", "99999"), "99999"),
        (("--checkpoints", "/no/such/folder"), "train"),
    ],
)
def test_what_cannot_work_ends_with_one_line(arguments: tuple[str, ...], hint: str) -> None:
    ended = run_app(*arguments)
    assert ended.returncode == 2
    assert hint in one_line(ended.stderr)


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, with size and time of change."""
    found = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {str(path.relative_to(folder)): (stat.st_size, stat.st_mtime_ns) for path, stat in found.items()}


def test_a_space_serves_where_it_is_told_and_writes_only_to_temporary_folders(tmp_path: Path) -> None:
    """As Hugging Face starts it: python app.py, no arguments, the environment of a Space, a clone of the repository.

    One of the checkpoints is broken: it is named, and the others are served.
    """
    clone, home, temporary = (tmp_path / name for name in ("clone", "home", "tmp"))
    for name in ("demo", "seq2seq_core", "checkpoints"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", clone)
    shutil.copytree(clone / "checkpoints/en-de-attention", clone / "checkpoints/broken")
    (clone / "checkpoints/broken/model.safetensors").write_bytes(b"not weights")
    home.mkdir()
    temporary.mkdir()
    before, port = files_in(clone), free_port()
    environment = {
        "SPACE_ID": "someone/seq2seq", "SYSTEM": "spaces", "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port), "HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1",
        "BROWSER": "false", "DISPLAY": ":0",
    }  # fmt: skip
    with serving(port=port, cwd=clone, environment=environment) as (url, log):
        said = Client(url, verbose=False, download_files=str(tmp_path)).predict("A dog runs.", api_name="/translate")
        printed = log.read_text(encoding="utf-8")
    assert said["text"]
    assert "broken is left out" in printed
    assert "Whoever reaches this address can use the app; --token" in printed
    assert "en-de-attention is ready" in printed
    assert files_in(clone) == before
    assert os.listdir(home) == []


def test_no_stranger_on_the_port_passes_for_the_app() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as stranger:
        Thread(target=stranger.serve_forever, daemon=True).start()
        port = stranger.server_address[1]
        with pytest.raises(AssertionError, match="ended with 2"), serving("--port", str(port), port=port):
            pass
        stranger.shutdown()


def test_a_short_token_ends_it_with_one_line() -> None:
    ended = run_app("--token", "short")
    assert (ended.returncode, "at least 12 characters" in one_line(ended.stderr)) == (2, True)


def test_it_listens_on_this_machine_only_unless_told_otherwise() -> None:
    port = free_port()
    with serving("--no-browser", "--port", str(port), port=port):
        others = [info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)]
        for address in {str(address) for address in others} - {"127.0.0.1", "127.0.1.1"}:
            with pytest.raises(OSError), socket.create_connection((address, port), timeout=2):
                pass
