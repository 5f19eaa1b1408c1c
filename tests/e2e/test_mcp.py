"""The MCP server that --mcp turns on, through the protocol's own client."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from demo.api.refusals import NAMES
from tests.e2e.serving import free_port, run_app, serving

T = TypeVar("T")
Use = Callable[[ClientSession], Awaitable[T]]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the MCP server."""
    port = free_port()
    with serving("--no-browser", "--device", "cpu", "--mcp", "--port", str(port), port=port) as (url, _):
        yield f"{url}/gradio_api/mcp/"


def ask(address: str, use: Use[T]) -> T:
    """What ``use`` gets from a session with the server."""

    async def session() -> T:
        async with streamable_http_client(address) as (read, write, _), ClientSession(read, write) as connected:
            await connected.initialize()
            return await use(connected)

    # In a thread of its own: Playwright's loop may run in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, session()).result()


def call(address: str, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Whether the tool failed, and what it said."""
    said = ask(address, lambda session: session.call_tool(tool, arguments))
    return bool(said.isError), said.content[0].text


def test_there_are_our_tools_and_no_others_each_described(server: str) -> None:
    tools = ask(server, lambda session: session.list_tools()).tools
    assert {tool.name for tool in tools} == set(NAMES)
    assert all(tool.description and "Returns:" in tool.description for tool in tools)
    arguments = {tool.name: tool.inputSchema["properties"] for tool in tools}
    assert all(argument["description"] for of in arguments.values() for argument in of.values())
    assert set(arguments["compare"]["cards"]["items"]["properties"]) == {"strategy", "settings", "name", "model"}
    required = {tool.name: tool.inputSchema.get("required", []) for tool in tools}
    pairs = {"compare": ["text", "cards"], "score": ["text", "target"], "why_not": ["text", "expected"]}
    pairs |= {"beside": ["text", "models"], "neighbours": ["text"]}
    assert required == {"translate": ["text"], **pairs, "models": [], "ideas": []}


def test_a_tool_translates(server: str) -> None:
    failed, said = call(server, "translate", text="A dog runs.", strategy="beam", settings={"num_beams": 2})
    assert not failed
    answer = ast.literal_eval(said)
    assert "Hund" in answer["text"]
    assert answer["config"]["num_beams"] == 2


def test_the_other_tools_answer(server: str) -> None:
    scored = ast.literal_eval(call(server, "score", text="A dog runs.", target="Ein Hund rennt.")[1])
    assert scored["log_prob"] < 0
    cards = [{"strategy": "greedy"}, {"strategy": "beam"}]
    compared = ast.literal_eval(call(server, "compare", text="A dog runs.", cards=cards)[1])
    assert [row["strategy"] for row in compared["results"]] == ["greedy", "beam"]
    assert ast.literal_eval(call(server, "models")[1])["models"][0]["name"] == "en-de"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"text": "A dog.", "strategy": "no such"}, "Choose one of the strategies: greedy, "),
        ({"text": "A dog.", "settings": {"num_beams": 10**9}}, "Beam width is 1000000000; it must be from "),
        ({"text": 5}, "Input validation error: 5 is not of type 'string'"),
        ({}, "Input validation error: 'text' is a required property"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(server: str, arguments: dict[str, Any], sentence: str) -> None:
    failed, said = call(server, "translate", **arguments)
    assert failed
    assert said.startswith(sentence)
    assert "\n" not in said


def test_without_the_flag_there_is_no_server(app_url: str) -> None:
    with pytest.raises(BaseExceptionGroup):
        ask(f"{app_url}/gradio_api/mcp/", lambda session: session.list_tools())


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("sitecustomize.py", "import sys\nsys.modules['mcp'] = None\n"),
        ("mcp.py", ""),  # one of a version that Gradio cannot use
    ],
    ids=["missing", "another version"],
)
def test_without_its_packages_the_flag_ends_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ended = run_app("--mcp", "--port", str(free_port()))
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert "pip install -r requirements-mcp.txt" in line
