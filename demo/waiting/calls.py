"""Who calls a tool over MCP, and when they go.

Gradio answers such a call by asking its own queue over HTTP, all from one session that stays, with the headers of the
call. A number among these tells the queue which call it is for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

from demo.waiting.places import CALL_HEADER, Places

MCP = "/gradio_api/mcp"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]


class McpCalls:
    """Around the app: gives each call over MCP a number, and tells the queue when its connection is closed."""

    def __init__(self, app: Asgi, queue: Places) -> None:
        self._app, self._queue = app, queue

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or not scope["path"].startswith(MCP):
            await self._app(scope, receive, send)
            return
        call, name = uuid4().hex, CALL_HEADER.encode()
        headers = [item for item in scope["headers"] if item[0] != name]
        self._queue.calls[call] = scope["client"][0] if scope.get("client") else ""

        async def heard() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                self._queue.leave_call(call)
            return message

        try:
            await self._app({**scope, "headers": [*headers, (name, call.encode())]}, heard, send)
        finally:
            self._queue.leave_call(call)
