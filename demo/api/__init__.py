"""Endpoints with stable names, for ``gradio_client``, plain HTTP and MCP. docs/api.md describes them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.api.endpoints import Endpoints
from demo.api.refusals import HANDLERS as HANDLERS
from demo.service import Service


def register(service: Service) -> None:
    """Adds the endpoints to the Blocks it is called in."""
    endpoints = Endpoints(service)
    decoding: dict[str, Any] = {"concurrency_id": "decode", "concurrency_limit": 2}
    gr.api(endpoints.translate, api_name="translate", **decoding)
    gr.api(endpoints.compare, api_name="compare", **decoding)
    gr.api(endpoints.score, api_name="score", **decoding)
    gr.api(endpoints.models, api_name="models", concurrency_limit=8)
