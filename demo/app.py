"""Puts the page together and serves it."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.mcp import GradioMCPServer
from starlette.middleware import Middleware

import demo.about_models.view as about_models
import demo.compare.view as compare
import demo.document.view as document
import demo.learn.view as learn
import demo.limits.view as limits
import demo.sets.view as sets
import demo.translate.view as translate
import demo.why_not.view as why_not
from demo import api
from demo.common import glossary
from demo.common.assets import ASSETS, NIGHT, css, first, head
from demo.common.export import PDF, PLOTLY
from demo.common.languages import Languages, with_article
from demo.common.markup import Html, join, tag
from demo.common.status import device_name
from demo.common.theme import theme
from demo.common.wiring import UNCHANGED, UNSEEN
from demo.doors import Doors, Page
from demo.doors.policy import PagePolicy
from demo.memory import keep_giving_back
from demo.service import Service
from demo.streams import CompressedAnswers
from demo.visits import kept_as_visits
from demo.waiting.calls import McpCalls
from demo.waiting.places import Places
from seq2seq_core import __version__
from seq2seq_core.decoding import STRATEGIES
from seq2seq_core.text.languages import TRANSLATION
from seq2seq_core.types import CoreError

TITLE = "Seq2seq, decoded"
SESSIONS = 100
"""People whose last answer is kept; who comes back after so many others begins anew."""

THREADS = 64
"""Of handlers: enough for all that may decode at a time, and for what is quick beside them."""


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
    View("Limits", limits.build),
    View("Document", document.build),
    View("Models", about_models.build),
    View("Learn", learn.build),
)
"""In the order in which they are shown."""


def build(service: Service) -> gr.Blocks:
    """The whole page."""
    gr.set_static_paths([PLOTLY, PDF])  # for pages to take away; the figures on this page have Gradio's own
    with Page(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(_masthead(service.device, service.expected()), elem_id="masthead", apply_default_css=False)
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap") as tabs:  # one row, see assets/tabs.css
            for view in VIEWS:
                with gr.Tab(view.name, id=view.key):
                    view.build(service)
        page.load(_asked_for, None, tabs, **UNSEEN)
        api.register(service)
    _unseen_first(page)
    page.queue(api_open=False)
    page._queue = Places(page)
    return page


def _unseen_first(page: gr.Blocks) -> None:
    """What is kept but never shown stands before all that is.

    At all news of an event Gradio's page looks up whatever was ever the input of one, each time from the top of the
    page: what handlers are given most is found last where it stands in a view (``python -m benchmarks.app_speed``).
    """
    unseen = [
        block
        for block in page.blocks.values()
        if isinstance(block, gr.State) or (isinstance(block, gr.JSON) and block.visible == "hidden")
    ]
    for block in unseen:
        block.parent.children.remove(block)
        block.parent = page
    page.children[:0] = unseen


def _asked_for(request: gr.Request) -> object:
    """Opens the view that the link names."""
    wanted = request.query_params.get("view")
    return gr.Tabs(selected=wanted) if wanted in {view.key for view in VIEWS} else UNCHANGED


def launch(page: gr.Blocks, doors: Doors, *, rest: Callable[[], None], browser: bool) -> None:
    """Serves the page until Ctrl-C; ``rest`` is called whenever it has nothing more to do.

    Raises:
        OSError: the port is taken.
        CoreError: the MCP server's packages are missing.
    """
    # Gradio would say so only when it serves already, and go on without it. This is the last of what it imports.
    if doors.mcp and not hasattr(GradioMCPServer, "StreamableHTTPSessionManager"):
        raise CoreError("--mcp needs packages that are not here; pip install -r requirements-mcp.txt brings them")

    @asynccontextmanager
    async def gated(app: Any) -> AsyncIterator[None]:
        app.middleware_stack = doors.gate(page, app.middleware_stack)  # before all that Gradio puts in front of itself
        yield

    with kept_as_visits():
        _, local, public = page.launch(
            server_name=doors.host,
            server_port=doors.port,
            share=doors.share,
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
            max_threads=THREADS,
            state_session_capacity=SESSIONS,
            mcp_server=doors.mcp,
            app_kwargs={
                "exception_handlers": api.HANDLERS,
                "middleware": [
                    Middleware(CompressedAnswers),  # outermost: the others see what is said in full
                    Middleware(PagePolicy, first=first(), head=head()),
                    Middleware(McpCalls, queue=page._queue),
                ],
                "lifespan": gated,
            },
        )
    doors.let_tools_in(page)
    # What is here now stays to the end: looking through it for garbage, a twentieth of a search's time, finds none.
    gc.collect()
    gc.freeze()
    gc.enable()
    keep_giving_back(rest)
    if doors.warning:
        print(doors.warning, file=sys.stderr, flush=True)
    print(f"Open {public or local} (Ctrl-C stops)", flush=True)
    page.block_thread()


def _masthead(device: str, known: Languages) -> Html:
    """The page's head, in words that suit its first model."""
    # What assets/take_figure.js needs: the version for captions, and where the libraries lie that write PDF.
    made, pdf = f"seq2seq_core {__version__}", f"/gradio_api/file={PDF}"
    name = tag("p", "seq2seq", tag("span", "decoded"), class_="wordmark", data_made=made, data_pdf=pdf)
    who = "translator" if known.noun == TRANSLATION else "model"
    title = tag("h1", f"Watch a {who} choose its words.")
    lead = tag(
        "p",
        f"An encoder-decoder writes {with_article(known.noun)} one piece at a time. See how sure it is, where it "
        "looks, and what it nearly said.",
        class_="lead",
    )
    tools = [
        glossary.button(),
        tag("span", f"runs on {device_name(device)}", class_="device"),
        tag("button", "Present", id="present-toggle", type="button", aria_pressed="false"),
        tag("button", "Light / dark", id="theme-toggle", type="button"),
    ]
    skip = tag("a", "Skip to the view", href="#tabs", class_="skip")  # assets/focus.js knows which view is open
    bar = tag("div", name, tag("div", tools, class_="tools"), class_="bar")
    strategies = {each.label: each.explained for each in STRATEGIES.values()}
    announced = tag("p", id="announced", class_="sr", role="status")  # assets/aloud.js writes into it
    return join([skip, bar, title, lead, announced, NIGHT, glossary.draw(strategies)])
