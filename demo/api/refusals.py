"""What a call gets that cannot be answered: one sentence, from an endpoint or from before it was reached."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.responses import JSONResponse

from demo.common.text_input import InputError
from demo.doors.page import OURS, one_sentence

CALLS = "/gradio_api/call/"
PRESSES = "/gradio_api/queue/join"
NAMES = ("translate", "compare", "score", "why_not", "beside", "neighbours", "models", "ideas")
"""Of the endpoints."""


@contextmanager
def refusals() -> Iterator[None]:
    """Around what an endpoint does: whatever goes wrong in it reaches the caller as one sentence."""
    try:
        yield
    except InputError as error:
        raise gr.Error(one_sentence(error), print_exception=False) from error
    except Exception as error:
        logging.exception("a request failed")  # without the person's text
        raise gr.Error(OURS, print_exception=False) from error


async def unanswerable(request: Any, error: Exception) -> Any:
    """A call that Gradio cannot hand to any handler, which it would answer with status 500 and a trace in the log."""
    path = request.url.path
    if path.startswith(PRESSES) and isinstance(error, KeyError | FnIndexInferError):
        return _said("There is no such function; load the page again.", 404)
    if CALLS not in path:
        raise error
    if isinstance(error, KeyError) and _called(path) in NAMES:
        logging.error("a call failed before it reached its endpoint: %s", type(error).__name__)
        return _said(OURS, 500)
    if isinstance(error, TypeError):  # an argument is missing or unknown; what follows names a link of the page
        return _said(str(error).partition(" Please click")[0].rstrip(".") + ".", 422)
    return _said("There is no endpoint of this name; /gradio_api/info lists them.", 404)


async def unreadable(_: Any, error: RequestValidationError) -> Any:
    """A body that is not what a route takes. FastAPI would repeat it, and break where it is no JSON, as NaN is none."""
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return _said(f"The request cannot be read: {'; '.join(faults)}.", 422)


async def broken(_: Any, __: Exception) -> Any:
    """Whatever nobody thought of. The error goes on to the gate, which logs it."""
    return _said(OURS, 500)


def _said(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"detail": one_sentence(sentence)}, status)


def _called(path: str) -> str:
    """The name in the address of a call, behind the version of the protocol where it is said."""
    return path.partition(CALLS)[2].removeprefix("v2/").partition("/")[0]


HANDLERS = {
    TypeError: unanswerable,
    KeyError: unanswerable,
    FnIndexInferError: unanswerable,
    RequestValidationError: unreadable,
    Exception: broken,
}
"""By the error that is raised, as FastAPI takes them."""
