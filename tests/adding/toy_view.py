"""A toy view: which models are there?"""

from __future__ import annotations

import gradio as gr

from demo.service import Service


def build(service: Service) -> None:
    """One box with their names."""
    gr.Textbox(", ".join(service.names), elem_id="toy-view")
