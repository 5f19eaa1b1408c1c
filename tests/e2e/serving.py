"""The real app as its own process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT = 90.0


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_app(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """``python app.py`` with arguments that make it end by itself."""
    command = [sys.executable, "app.py", "--no-browser", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=START_LIMIT, check=False)


@contextmanager
def serving(
    *arguments: str | Path, port: int, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, Path]]:
    """The app while it serves; gives its address and the file with what it prints."""
    log = Path(os.environ.get("TMPDIR", "/tmp")) / f"app-{os.getpid()}-{port}.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", *map(str, arguments)],
            cwd=cwd, env={**os.environ, **(environment or {})}, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, port, process, log)
            yield url, log
        finally:
            process.terminate()
            process.wait(timeout=20)
            log.unlink()


def listens(pid: int, port: int) -> bool:
    """Whether it is this process that answers there, and no stranger who was first."""
    try:
        held = psutil.Process(pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return False
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in held)


def _wait_for(url: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"app.py ended with {process.returncode}:\n{log.read_text(encoding='utf-8')}")
        if not listens(process.pid, port):
            time.sleep(0.1)
            continue
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                assert response.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"app.py did not serve within {START_LIMIT:.0f} s:\n{log.read_text(encoding='utf-8')}")
