"""What a call gets that cannot be answered: one sentence, from an endpoint or from before it was reached."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.route_utils import FnIndexInferError
from gradio.routes import JSONResponse

from demo.common.text_input import InputError

CALLS = "/gradio_api/call/"
NAMES = ("translate", "compare", "score", "why_not", "models")
"""Of the endpoints."""

OURS = "Something went wrong on our side; try another request."


@contextmanager
def refusals() -> Iterator[None]:
    """Around what an endpoint does: whatever goes wrong in it reaches the caller as one sentence."""
    try:
        yield
    except InputError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except Exception as error:
        logging.exception("a request failed")  # without the person's text
        raise gr.Error(OURS, print_exception=False) from error


async def unanswerable(request: Any, error: Exception) -> Any:
    """A call that Gradio cannot hand to any endpoint, which it would answer with status 500 and a trace in the log."""
    if CALLS not in request.url.path:
        raise error
    if isinstance(error, KeyError) and _called(request.url.path) in NAMES:
        logging.error("a call failed before it reached its endpoint: %s", type(error).__name__)
        return JSONResponse({"detail": OURS}, 500)
    if isinstance(error, TypeError):  # an argument is missing or unknown; what follows names a link of the page
        return JSONResponse({"detail": str(error).partition(" Please click")[0].rstrip(".") + "."}, 422)
    return JSONResponse({"detail": "There is no endpoint of this name; /gradio_api/info lists them."}, 404)


def _called(path: str) -> str:
    """The name in the address of a call, behind the version of the protocol where it is said."""
    return path.partition(CALLS)[2].removeprefix("v2/").partition("/")[0]


HANDLERS = {TypeError: unanswerable, KeyError: unanswerable, FnIndexInferError: unanswerable}
"""By the error that Gradio raises, as FastAPI takes them."""
