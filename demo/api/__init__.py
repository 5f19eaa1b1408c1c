"""Endpoints with stable names, for ``gradio_client``, plain HTTP and MCP. docs/api.md describes them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.api.endpoints import Endpoints
from demo.api.refusals import HANDLERS as HANDLERS
from demo.api.refusals import NAMES
from demo.common.wiring import SEARCHING
from demo.service import Service


def register(service: Service) -> None:
    """Adds the endpoints to the Blocks it is called in."""
    endpoints = Endpoints(service)
    limits: dict[str, dict[str, Any]] = {name: {"concurrency_limit": 8} for name in ("models", "ideas")}
    for name in NAMES:
        gr.api(getattr(endpoints, name), api_name=name, **limits.get(name, SEARCHING))
