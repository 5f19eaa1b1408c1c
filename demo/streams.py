"""Sends what a press is answered with in a tenth of the bytes.

Gradio answers over a stream of events, which it compresses nowhere, and which hold HTML that says much again and again.
"""

from __future__ import annotations

import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANSWERS = ("/queue/data", "/call/")
"""Paths of streams that end with their answers. That of the heartbeat is open as long as a page is, and says little."""

LEVEL = 3
"""Of zlib's 1 to 9. Higher ones take longer than what they save takes to travel."""

GZIP = zlib.MAX_WBITS | 16
"""How zlib is told to write gzip's header."""


class CompressedAnswers:
    """Wraps an ASGI app: its answers' streams are gzip where the client takes that, each event sent at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        is_answer = scope["type"] == "http" and any(path in scope["path"] for path in ANSWERS)
        if is_answer and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            send = _Squeezing(send)
        await self._app(scope, receive, send)


class _Squeezing:
    """Compresses an answer on its way if it is a stream of events."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._compressor: zlib._Compress | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/event-stream"):
                self._compressor = zlib.compressobj(LEVEL, wbits=GZIP)
                headers["content-encoding"] = "gzip"
                headers.add_vary_header("accept-encoding")
        elif message["type"] == "http.response.body" and self._compressor is not None:
            end = zlib.Z_SYNC_FLUSH if message.get("more_body") else zlib.Z_FINISH
            squeezed = self._compressor.compress(message.get("body", b"")) + self._compressor.flush(end)
            message = {**message, "body": squeezed}
        await self._send(message)
