"""Puts the page together and serves it."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr
from gradio.mcp import GradioMCPServer

import demo.compare.view as compare
import demo.document.view as document
import demo.sets.view as sets
import demo.translate.view as translate
import demo.why_not.view as why_not
from demo import api
from demo.common.assets import ASSETS, NIGHT, css, head
from demo.common.export import PLOTLY
from demo.common.markup import Html, join, tag
from demo.common.status import device_name
from demo.common.theme import theme
from demo.common.wiring import UNCHANGED, UNSEEN
from demo.service import Service
from seq2seq_core.types import CoreError

TITLE = "Seq2seq, decoded"
SESSIONS = 100
"""People, and calls of the API, whose last answer is kept; who comes back after so many others begins anew."""

QUEUE = 64
"""Requests that may wait; a further one is told to come back."""


@dataclass(frozen=True)
class View:
    """What a tab shows: its name, and what builds it inside a Blocks context."""

    name: str
    build: Callable[[Service], object]

    @property
    def key(self) -> str:
        """How links call it: "Why not?" is why-not."""
        return re.sub(r"[^a-z]+", "-", self.name.lower()).strip("-")


def _compare(service: Service) -> None:
    sets.build(service, compare.build(service))


VIEWS = (
    View("Translate", translate.build),
    View("Compare", _compare),
    View("Why not?", why_not.build),
    View("Document", document.build),
)
"""In the order in which they are shown."""


def build(service: Service) -> gr.Blocks:
    """The whole page."""
    gr.set_static_paths(PLOTLY)  # for pages to take away; the figures on this page have Gradio's own
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(_masthead(service.device), elem_id="masthead", apply_default_css=False)
        with gr.Tabs(elem_id="tabs") as tabs:
            for view in VIEWS:
                with gr.Tab(view.name, id=view.key):
                    view.build(service)
        page.load(_asked_for, None, tabs, **UNSEEN)
        api.register(service)
    page.queue(max_size=QUEUE, api_open=False)
    return page


def _asked_for(request: gr.Request) -> object:
    """Opens the view that the link names."""
    wanted = request.query_params.get("view")
    return gr.Tabs(selected=wanted) if wanted in {view.key for view in VIEWS} else UNCHANGED


def launch(page: gr.Blocks, *, host: str, port: int, share: bool, browser: bool, mcp: bool) -> None:
    """Serves the page until Ctrl-C.

    Raises:
        OSError: the port is taken.
        CoreError: the MCP server's packages are missing.
    """
    # Gradio would say so only when it serves already, and go on without it. This is the last of what it imports.
    if mcp and not hasattr(GradioMCPServer, "StreamableHTTPSessionManager"):
        raise CoreError("--mcp needs packages that are not here; pip install -r requirements-mcp.txt brings them")
    _, local, public = page.launch(
        server_name=host,
        server_port=port,
        share=share,
        inbrowser=browser,
        quiet=True,
        prevent_thread_lock=True,
        theme=theme(),
        css=css(),
        head=head(),
        favicon_path=ASSETS / "favicon.png",
        footer_links=["api"],
        run_history=False,  # what a person typed stays out of the browser's storage
        ssr_mode=False,
        max_file_size="1mb",
        state_session_capacity=SESSIONS,
        mcp_server=mcp,
        app_kwargs={"exception_handlers": api.HANDLERS},
    )
    # What is here now stays to the end: looking through it for garbage, a twentieth of a search's time, finds none.
    gc.collect()
    gc.freeze()
    print(f"Open {public or local} (Ctrl-C stops)", flush=True)
    page.block_thread()


def _masthead(device: str) -> Html:
    name = tag("p", "seq2seq", tag("span", "decoded"), class_="wordmark")
    title = tag("h1", "Watch a translator choose its words.")
    lead = tag(
        "p",
        "A recurrent encoder-decoder writes a translation one piece at a time. See how sure it is, where it looks, and "
        "what it nearly said.",
        class_="lead",
    )
    tools = [
        tag("span", f"runs on {device_name(device)}", class_="device"),
        tag("button", "Light / dark", id="theme-toggle", type="button"),
    ]
    return join([tag("div", name, tag("div", tools, class_="tools"), class_="bar"), title, lead, NIGHT])
