"""The headers of every answer, and the policy that the page runs under.

Gradio makes functions of the scripts that components bring, so ``unsafe-eval`` has to be; inline scripts run only where
they are the ones that this server wrote: each is named by its hash. Markup that slipped through would stay text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMES = "'self' https://huggingface.co https://*.hf.space"
"""Who may show the page in a frame: Spaces does."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors {FRAMES}"
    ),
}
"""Of every answer. The policy is that of what is no page, or one without scripts."""

SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL | re.IGNORECASE)


def hashes(html: str) -> list[str]:
    """The sources of all inline scripts in a page, as a policy names them."""
    texts = [match["text"] for match in SCRIPT.finditer(html) if not re.search(r"\ssrc\s*=", match["attributes"])]
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]


def page_policy(scripts: Iterable[str]) -> str:
    """The policy of a page whose inline scripts are these."""
    return "; ".join([
        "default-src 'self'",
        f"script-src 'self' 'unsafe-eval' {' '.join(dict.fromkeys(scripts))}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {FRAMES}",
    ])  # fmt: skip


def add_headers(message: Message) -> None:
    """Adds to an answer that begins what it does not say itself."""
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


class PagePolicy:
    """Middleware: a page of HTML names the scripts that it holds, and those that it is known to put in by itself.

    ``first`` is markup that the page begins with, before all that Gradio loads; ``head`` is what Gradio puts in later.
    """

    def __init__(self, app: ASGIApp, *, first: str, head: str) -> None:
        self._app = app
        self._first = first
        self._known = hashes(head)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Holds back a page until all of it is there."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body") or start is None:
                return
            html = body.decode("utf-8", "replace").replace("<head>", f"<head>{self._first}", 1)
            page = html.encode()
            headers = MutableHeaders(scope=start)
            headers["Content-Security-Policy"] = page_policy([*hashes(html), *self._known])
            headers["Content-Length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, collect)
