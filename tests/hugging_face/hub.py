"""As much of the Hub's protocol as fetching a model needs, on this machine: no test asks the real one."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SHA = "a" * 40


class LocalHub(BaseHTTPRequestHandler):
    """Serves ``repositories``; a name that begins with "closed" is gated."""

    repositories: dict[str, Path]
    asked: list[str]

    def do_HEAD(self) -> None:
        self.do_GET(body=False)

    def do_GET(self, body: bool = True) -> None:
        path = self.path.partition("?")[0].strip("/")
        self.asked.append(path)
        parts = path.split("/")
        if parts[:2] == ["api", "models"]:
            self._api("/".join(parts[2:4]), parts[4:], body)
        elif parts[2:3] == ["resolve"]:
            self._file("/".join(parts[:2]), "/".join(parts[4:]), body)
        else:
            self._answer(404, b"", body)

    def _api(self, name: str, rest: list[str], body: bool) -> None:
        if name.startswith("closed/"):
            self._answer(403, b"", body, {"X-Error-Code": "GatedRepo", "X-Error-Message": "it is gated"})
            return
        folder = self.repositories.get(name)
        if folder is None:
            self._answer(404, b"", body, {"X-Error-Code": "RepoNotFound", "X-Error-Message": "none"})
            return
        if rest[1:2] and rest[1] not in ("main", "v1", SHA):
            self._answer(404, b"", body, {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "none"})
            return
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if rest[:1] == ["tree"]:
            listed = [
                {"type": "file", "path": path.name, "size": path.stat().st_size, "oid": _etag(path)} for path in files
            ]
            self._answer(200, json.dumps(listed).encode(), body)
            return
        siblings = [{"rfilename": path.name, "size": path.stat().st_size} for path in files]
        told = {"id": name, "sha": SHA, "siblings": siblings, "tags": [], "private": False, "downloads": 0}
        self._answer(200, json.dumps(told).encode(), body)

    def _file(self, name: str, file: str, body: bool) -> None:
        path = self.repositories.get(name, Path("/nowhere")) / file
        if not path.is_file():
            self._answer(404, b"", body, {"X-Error-Code": "EntryNotFound"})
            return
        self._answer(200, path.read_bytes(), body, {"ETag": f'"{_etag(path)}"', "X-Repo-Commit": SHA})

    def _answer(self, status: int, content: bytes, body: bool, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _etag(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


@contextmanager
def serving(repositories: dict[str, Path]) -> Iterator[tuple[str, list[str]]]:
    """The address of a Hub that has these, and what it was asked for."""
    asked: list[str] = []
    handler = type("Handler", (LocalHub,), {"repositories": repositories, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
