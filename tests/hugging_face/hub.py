"""As much of the Hub's protocol as fetching and pushing a model needs, on this machine: no test asks the real one.

Pushing is: make the repository, ask of each file how it is to be sent, send large ones by LFS (its batch API), and send
a commit with the others, line by line as JSON.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SHA = "a" * 40
TOKEN = "hf_who_may_write"


class LocalHub(BaseHTTPRequestHandler):
    """Serves ``repositories``; a name that begins with "closed" is gated. New ones are made in ``room``."""

    repositories: dict[str, Path]
    asked: list[str]
    room: Path | None
    large: dict[str, bytes]

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

    def do_POST(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        self.asked.append(path)
        told = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path == "api/validate-yaml":
            self._say({})
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, b"", True, {"X-Error-Message": "Invalid username or password."})
        elif path == "api/repos/create":
            self._create(json.loads(told))
        elif path.endswith("/info/lfs/objects/batch"):
            self._batch(json.loads(told))
        elif path.split("/")[4:5] == ["preupload"]:
            files = [
                {"path": file["path"], "shouldIgnore": False, "uploadMode": _mode(file["path"])}
                for file in json.loads(told)["files"]
            ]
            self._say({"files": files})
        elif path.split("/")[4:5] == ["commit"]:
            self._commit("/".join(path.split("/")[2:4]), [json.loads(line) for line in told.splitlines()])
        else:
            self._answer(404, b"", True)

    def do_PUT(self) -> None:
        self.large[self.path.rpartition("/")[2]] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"", True)

    def _create(self, told: dict[str, str]) -> None:
        name = f"{told['organization']}/{told['name']}"
        if self.room is None or not name.startswith("me/"):
            self._answer(403, b"", True, {"X-Error-Message": "You don't have the rights to create a model there"})
            return
        there = name in self.repositories
        folder = self.repositories.setdefault(name, self.room / told["name"])
        folder.mkdir(exist_ok=True)
        url = f"http://{self.headers['Host']}/{name}"
        self._answer(409 if there else 200, json.dumps({"url": url, "name": name}).encode(), True)

    def _batch(self, told: dict[str, list[dict[str, object]]]) -> None:
        base = f"http://{self.headers['Host']}/large"
        objects = [one | {"actions": {"upload": {"href": f"{base}/{one['oid']}"}}} for one in told["objects"]]
        self._say({"objects": objects, "transfer": "basic"})

    def _commit(self, name: str, lines: list[dict[str, dict[str, str]]]) -> None:
        for line in lines:
            value = line["value"]
            if line["key"] in ("file", "lfsFile"):
                content = self.large[value["oid"]] if "oid" in value else base64.b64decode(value["content"])
                (self.repositories[name] / value["path"]).write_bytes(content)
        self._say({"commitUrl": f"http://{self.headers['Host']}/{name}/commit/{SHA}", "commitOid": SHA})

    def _say(self, told: dict[str, object]) -> None:
        self._answer(200, json.dumps(told).encode(), True)

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


def _mode(path: str) -> str:
    return "lfs" if path.endswith((".safetensors", ".model", ".png")) else "regular"


def _etag(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


@contextmanager
def serving(repositories: dict[str, Path], room: Path | None = None) -> Iterator[tuple[str, list[str]]]:
    """The address of a Hub that has these, and what it was asked for; others may be pushed into ``room``."""
    asked: list[str] = []
    state = {"repositories": repositories, "asked": asked, "room": room, "large": {}}
    handler = type("Handler", (LocalHub,), state)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
