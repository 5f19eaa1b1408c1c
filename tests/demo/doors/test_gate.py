"""Every door that is not needed is closed, and whoever is refused reads one sentence."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from demo.common.export import PDF
from demo.doors import Access, Doors
from demo.doors.hosts import trusted
from demo.doors.routes import closed
from seq2seq_core.types import CoreError
from tests.demo.doors.conftest import Served

EVERY = ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy")


def sentence(answer: Any) -> str:
    said = answer.json()["detail"]
    assert isinstance(said, str) and said.endswith(".") and "\n" not in said and "Traceback" not in said
    return said


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("HEAD", "/"), ("GET", "/config"), ("GET", "/nowhere"), ("GET", "/theme.css"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/upload"), ("POST", "/gradio_api/queue/join"), ("GET", "/gradio_api/call/models/none"),
        ("OPTIONS", "/gradio_api/queue/join"), ("GET", "/static/js/none.js"), ("PATCH", "/"),
    ],
)  # fmt: skip
def test_every_answer_has_the_headers(server: Served, method: str, path: str) -> None:
    preflight = {"Origin": "http://127.0.0.1", "Access-Control-Request-Method": "POST"}
    answer = server.http.request(method, path, headers=preflight if method == "OPTIONS" else {})
    assert [name for name in EVERY if name not in answer.headers] == []
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self' https://huggingface.co" in answer.headers["Content-Security-Policy"]


def test_the_page_runs_only_the_scripts_that_the_server_wrote(server: Served) -> None:
    policy = server.http.get("/").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts and "'sha256-" in scripts and "*" not in scripts


def test_uploads_are_refused_and_nothing_is_kept(server: Served) -> None:
    answer = server.http.post("/gradio_api/upload", files={"files": ("a.txt", b"x")})
    assert answer.status_code == 403 and sentence(answer).startswith("This app takes no uploads")


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/component_server", "/gradio_api/process_recording", "/gradio_api/deep_link", "/gradio_api/vibe-edit",
     "/gradio_api/stream/x", "/gradio_api/file=https://evil.example/", "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1/", "/monitoring", "/login", "/gradio_api/mcp/"],
)  # fmt: skip
def test_doors_that_nobody_needs_are_closed(server: Served, path: str) -> None:
    for method in ("GET", "POST"):
        answer = server.http.request(method, path, json={})
        assert answer.status_code == 404 and sentence(answer).startswith("There is nothing here")


@pytest.mark.parametrize("value", ["http://127.0.0.1:{port}/", "/etc/passwd", "http://169.254.169.254/"])
def test_a_file_in_an_argument_is_refused_before_anything_is_fetched(server: Served, value: str) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        path = value.replace("{port}", str(listening.getsockname()[1]))
        file = {"path": path, "url": path, "meta": {"_type": "gradio.FileData"}}
        for argument in (file, [file], {"deep": [{"er": file}]}):
            assert "A file cannot be given here" in server.call("translate", argument, "greedy", {}, "", False)
        with pytest.raises(TimeoutError):
            listening.accept()


def test_only_names_of_this_machine_are_served(server: Served) -> None:
    for name, status in (
        ("evil.example", 403),
        ("localhost:80", 200),
        ("127.0.0.1", 200),
        ("[::1]:7860", 200),
        ("[", 403),
    ):
        answer = server.http.get("/gradio_api/app_id", headers={"Host": name})
        assert answer.status_code == status, name
        if status == 403:
            assert sentence(answer).startswith("This app is not called")


def test_pages_of_strangers_may_not_press_anything(server: Served) -> None:
    answer = server.http.post("/gradio_api/queue/join", json={"data": []}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403 and "evil.example" in sentence(answer)


def test_which_names_are_trusted() -> None:
    assert trusted("0.0.0.0", (), share=False) == trusted("127.0.0.1", (), share=True) == frozenset()
    assert "demo.example" in trusted("127.0.0.1", ("Demo.example",), share=False)


def test_mcp_checks_where_a_call_comes_from(serve: Callable[..., Served]) -> None:
    http = serve(mcp=True).http
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
    }}  # fmt: skip
    accept = {"Accept": "application/json, text/event-stream"}
    for method in ("GET", "POST"):
        refused = http.request(
            method, "/gradio_api/mcp/", json=hello, headers={**accept, "Origin": "https://evil.example"}
        )
        assert refused.status_code == 403
    for origin in ({}, {"Origin": "http://localhost:6274"}):
        assert http.post("/gradio_api/mcp/", json=hello, headers={**accept, **origin}).status_code == 200


def test_a_token_is_asked_for_at_every_door(serve: Callable[..., Served]) -> None:
    token = "correct-horse-battery"
    server = serve(access=Access(token))
    http = server.http
    for path in ("/", "/config", "/gradio_api/info", "/gradio_api/call/models/x", "/theme.css"):
        assert http.get(path).status_code == 401 and http.get(f"{path}?token=wrong").status_code == 401
    assert sentence(http.post("/gradio_api/call/models", json={"data": []})).startswith("This app wants its token")
    assert "<form>" in http.get("/", headers={"Accept": "text/html"}).text
    known = {"Authorization": f"Bearer {token}"}
    assert http.get("/config", headers=known).status_code == 200
    welcome = http.get("/", params={"token": token, "text": "A dog & a cat."})
    assert welcome.status_code == 303 and welcome.headers["location"] == "?text=A+dog+%26+a+cat."
    assert token not in str(welcome.headers)
    assert http.get("/").status_code == 200, "the cookie is enough"
    http.cookies.clear()
    assert http.get("/", headers={"Cookie": "seq2seq-access=\x01; x"}).status_code == 401


def test_a_token_that_could_be_guessed_is_refused() -> None:
    for token in ("short", "ünïcödé-tokens", "with\nline breaks"):
        with pytest.raises(CoreError, match="at least 12 characters"):
            Access(token)
    assert "secret" not in repr(Access("a-secret-token"))


def test_it_says_when_it_is_open() -> None:
    assert Doors("0.0.0.0", 1).warning and Doors("127.0.0.1", 1, share=True).warning
    assert not Doors("127.0.0.1", 1).warning and not Doors("0.0.0.0", 1, Access("a-long-enough-token")).warning


def test_what_the_page_uses_is_open() -> None:
    for path in ("/", "/gradio_api/queue/data", "/gradio_api/heartbeat/abc", "/static/js/x.js", "/assets/a.css"):
        assert closed("GET", path, mcp=False) is None
    for path in ("/../etc/passwd", "/gradio_api/file", "/gradio_api/uploads", "/gradio_api/upload/x", "//"):
        assert closed("GET", path, mcp=True)


def test_of_the_app_s_own_files_only_what_writes_pdf_is_given_out() -> None:
    folder = f"/gradio_api/file={PDF}"
    for name in ("jspdf.umd.min.js", "svg2pdf.umd.min.js", "inter-regular.ttf", "inter-semibold.ttf"):
        assert (PDF / name).is_file() and closed("GET", f"{folder}/{name}", mcp=False) is None
    for path in (folder, f"{folder}/../app.js", f"{folder}/LICENSES.txt", f"{folder}/..%2fapp.umd.min.js"):
        assert closed("GET", path, mcp=False)
    assert closed("POST", f"{folder}/jspdf.umd.min.js", mcp=False)


def test_a_body_that_is_too_large_is_refused(server: Served) -> None:
    body = json.dumps({"data": ["x" * 5_000_000]}).encode()
    assert "A request may have 4 MB" in sentence(server.http.post("/gradio_api/call/translate", content=body))
    parts = iter([body[:3_000_000], body[3_000_000:]])  # in pieces, its length not said
    assert server.http.post("/gradio_api/call/translate", content=parts).status_code == 400
