"""Streams of events that nobody began: Gradio would open one, and break it with a traceback in the log."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs

from gradio.server_messages import UnexpectedErrorMessage
from starlette.responses import JSONResponse, Response

ANSWER = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)")
ALL = "/gradio_api/queue/data"
NO_EVENT = "There is no such event, or its answer was collected; each is given once."
NO_SESSION = "There is no such session; load the page again."


def unknown_stream(queue: Any, method: str, path: str, query: bytes) -> Response | None:
    """The answer to who asks for an event or a session that is not there; None where it is, or nobody asks.

    Args:
        queue: Gradio's, which knows them.
        method, path, query: of the request.
    """
    if method != "GET":
        return None
    if asked := ANSWER.fullmatch(path):
        event = asked[1]
        known = event in queue.event_ids_to_events or event in queue.pending_messages_per_session
        if known or any(event in events for events in queue.pending_event_ids_session.values()):
            return None
        return JSONResponse({"detail": NO_EVENT}, 404)
    if path != ALL:
        return None
    (session, *_) = parse_qs(query.decode("latin-1")).get("session_hash", [""])
    if session in queue.pending_messages_per_session:
        return None
    # A page that was open while the app was started again reads this, and loads itself anew.
    said = UnexpectedErrorMessage(message=NO_SESSION, session_not_found=True).model_dump(mode="json")
    return Response(f"data: {json.dumps(said)}\n\n", media_type="text/event-stream")
