"""Which of Gradio's many doors are open: those that the page and the endpoints use. All others are closed."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

from starlette.types import Scope

from demo.common.export import PDF, PLOTLY

API = "/gradio_api"
UPLOAD = f"{API}/upload"
MCP = f"{API}/mcp"

READ = re.compile(
    r"/|/config/?|/theme\.css|/robots\.txt|/favicon\.ico|/manifest\.json|/pwa_icon(/\d+)?|/(static|assets|svelte)/.+"
    r"|/gradio_api/(info/?|openapi\.json|theme\.css|startup-events|app_id/?|user/?|login_check/?"
    r"|heartbeat/[^/]+|queue/data|call/(v2/)?[^/]+/[^/]+)"
    rf"|/gradio_api/file={re.escape(str(PLOTLY))}"  # and no address: Gradio would send the browser there
    rf"|/gradio_api/file={re.escape(str(PDF))}/[a-z0-9-]+\.(umd\.min\.js|ttf)"
)
WRITE = re.compile(r"/gradio_api/(queue/join|call/(v2/)?[^/]+/?|cancel|reset/?)")

DIRECT = re.compile(rf"{API}/(run|api)/.*")
"""Runs a handler, the page's own as well, at once: whoever takes it jumps the queue."""

NO_UPLOADS = "This app takes no uploads: a document goes with the press that needs it, and nothing is kept."
IN_THE_QUEUE = "The direct route is closed, so that nobody jumps the queue: POST to /gradio_api/call/NAME instead."
NOTHING = "There is nothing here; /gradio_api/info lists what there is."


def closed(method: str, path: str, *, mcp: bool) -> str | None:
    """Why there is no way in here; None where there is one."""
    if path == UPLOAD or path.startswith(f"{UPLOAD}/") or path == f"{API}/upload_progress":
        return NO_UPLOADS
    if mcp and (path == MCP or path.startswith(f"{MCP}/")):
        return None
    if DIRECT.fullmatch(path):
        return IN_THE_QUEUE
    if method == "OPTIONS":
        return None
    rule = READ if method in ("GET", "HEAD") else WRITE if method == "POST" else None
    return None if rule is not None and rule.fullmatch(path) else NOTHING


def without_page(scope: Scope) -> Scope:
    """The same request without the query's "page": Gradio keeps that name for pages of its own, and fails on others."""
    if scope["path"] != "/" or b"=" not in scope["query_string"]:
        return scope
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, errors="surrogateescape")
    if not any(name == "page" for name, _ in asked):
        return scope
    kept = [(name, value) for name, value in asked if name != "page"]
    return {**scope, "query_string": urlencode(kept, errors="surrogateescape").encode()}
