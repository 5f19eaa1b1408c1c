"""The first that an HTTP request meets, and the last that an answer does."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.doors.access import Access
from demo.doors.hosts import stranger
from demo.doors.page import OURS
from demo.doors.policy import add_headers
from demo.doors.routes import API, NO_UPLOADS, closed, without_page
from demo.doors.streams import stream_opened
from demo.waiting.places import TakenOverError

LARGEST = 4_000_000
"""Bytes of a request: a document of 2 MB, written in base64, and what belongs to it."""

TOO_LARGE = f"A request may have {LARGEST / 1e6:g} MB; this one has more."
OPEN_TO_ITSELF = f"{API}/startup-events"
"""What Gradio asks of itself while it starts."""


@dataclass
class Gate:
    """Refuses what may not come in, each with one sentence, and lets no error out but as one.

    names: by which the app may be called; empty for any.
    page: whose queue knows which streams there are.
    """

    app: ASGIApp
    page: Any
    access: Access = field(default_factory=Access)
    names: frozenset[str] = frozenset()
    mcp: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or hands it on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        elif (answer := self._refusal(scope)) is not None:
            await answer(scope, receive, _with_headers(send))
        else:
            await self._handed_on(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        if wrong := stranger(method, path, headers, self.names):
            return _said(wrong, 403)
        if why := closed(method, path, mcp=self.mcp):
            return _said(why, 403 if why == NO_UPLOADS else 404)
        length = headers.get("content-length", "0")
        if not length.isdigit() or len(length) > 12 or int(length) > LARGEST:
            return _said(TOO_LARGE, 413)
        if path != OPEN_TO_ITSELF and (answer := self.access.refusal(scope, headers)) is not None:
            return answer
        return stream_opened(self.page._queue, method, path, scope["query_string"])

    async def _handed_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = ended = False

        async def watched(message: Message) -> None:
            nonlocal begun, ended
            begun = begun or message["type"] == "http.response.start"
            ended = ended or (message["type"] == "http.response.body" and not message.get("more_body"))
            await send(message)

        answer = _with_headers(watched)
        try:
            await self.app(without_page(scope), _bounded(receive), answer)
        except TakenOverError:  # its reader was told
            await send({"type": "http.response.body", "body": b""})
        except Exception as error:
            logging.error("a request was not answered as it should be", exc_info=error)
            if not begun:
                await _said(OURS, 500)(scope, receive, answer)
            elif not ended:
                await send({"type": "http.response.body", "body": b""})


def _bounded(receive: Receive) -> Receive:
    """No more than ``LARGEST`` bytes come in where the length was not said before."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise ValueError(TOO_LARGE)
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            add_headers(message)
        await send(message)

    return told


def _said(sentence: str, status: int) -> Response:
    return JSONResponse({"detail": sentence}, status)
