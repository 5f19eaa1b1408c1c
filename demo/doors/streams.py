"""Streams of events: which there are, and who reads them.

One that nobody began Gradio would open, and break with a traceback in the log; one that two connections read it would
share out between them, and both would wait for the rest.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

from gradio.server_messages import UnexpectedErrorMessage
from starlette.responses import JSONResponse, Response

from demo.waiting.places import Places

ANSWER = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)")
ALL = "/gradio_api/queue/data"
NO_EVENT = "There is no such event, or its answer was collected; each is given once."
NO_SESSION = "There is no such session; load the page again."


def stream_opened(queue: Places, method: str, path: str, query: bytes) -> Response | None:
    """Makes who asks for the events of a session the one who reads them; the answer where they are not there.

    Args:
        queue: which knows them.
        method, path, query: of the request.
    """
    if method != "GET":
        return None
    if asked := ANSWER.fullmatch(path):
        if queue.begin_reading(queue.session_of(asked[1])):
            return None
        return JSONResponse({"detail": NO_EVENT}, 404)
    if path != ALL:
        return None
    (session, *_) = parse_qs(query.decode("latin-1")).get("session_hash", [""])
    if queue.begin_reading(session):
        return None
    # A page that was open while the app was started again reads this, and loads itself anew.
    said = UnexpectedErrorMessage(message=NO_SESSION, session_not_found=True).model_dump(mode="json")
    return Response(f"data: {json.dumps(said)}\n\n", media_type="text/event-stream")
