"""The examples of docs/api.md, run against the app: they answer, and they answer what the page shows."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import urllib.request
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.serving import ROOT

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"
ENDPOINTS = ("translate", "compare", "score", "why_not", "beside", "neighbours", "models", "ideas")


def section(name: str) -> str:
    found = re.search(rf"^## /{name}\n(.*?)(?=^## |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert found, f"docs/api.md has no section on /{name}"
    return found[1]


def blocks(name: str, language: str, having: str = "") -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", section(name), flags=re.DOTALL | re.MULTILINE)
    return [block for block in found if having in block]


def run_python(code: str, folder: Path) -> tuple[dict[str, Any], str]:
    """The names that the code leaves, and what it prints."""
    script, printed = folder / "example.py", io.StringIO()
    script.write_text(code, encoding="utf-8")
    with redirect_stdout(printed):
        names = runpy.run_path(str(script))
    return names, printed.getvalue()


def run_bash(code: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], cwd=ROOT, env={**os.environ, "PATH": path},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_hand(code: str) -> str:
    """What two calls of curl fetch: a POST, whose answer holds the id that the GET then asks for."""
    post, get = re.findall(rf"({ADDRESS}|http://127\.0\.0\.1:\d+)(/\S+)", code)
    (body,) = re.findall(r"-d '(\{.*?)'", code, flags=re.DOTALL)
    asked = urllib.request.Request("".join(post), body.encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=60) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen("".join(get).replace("$id", event), timeout=120) as response:
        return str(response.read().decode())


def answered(events: str) -> Any:
    """What came with the event "complete"."""
    found = re.search(r"^event: complete\ndata: (.*)$", events, flags=re.MULTILINE)
    assert found, events
    (answer,) = json.loads(found[1])
    return answer


def missing(shown: Any, answer: Any, where: str = "answer") -> list[str]:
    """What the page shows and the answer lacks; the page may leave out names, and the end of a list."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        lost = [f"{where}.{key} is not there" for key in shown if key not in answer]
        both = [key for key in shown if key in answer]
        return lost + [text for key in both for text in missing(shown[key], answer[key], f"{where}.{key}")]
    if isinstance(shown, list) and isinstance(answer, list) and len(shown) <= len(answer):
        pairs = enumerate(zip(shown, answer, strict=False))
        return [text for place, (one, other) in pairs for text in missing(one, other, f"{where}[{place}]")]
    if isinstance(shown, float) and isinstance(answer, float):
        return [] if abs(shown - answer) < 0.01 else [f"{where} is {answer}, not {shown}"]
    return [] if shown == answer else [f"{where} is {answer!r}, not {shown!r}"]


@pytest.mark.parametrize("name", ENDPOINTS)
def test_the_client_gets_what_the_page_shows(app_url: str, tmp_path: Path, name: str) -> None:
    (code, *_), (shown, *_) = blocks(name, "python", "gradio_client"), blocks(name, "json")
    names, printed = run_python(code.replace(ADDRESS, app_url), tmp_path)
    assert missing(json.loads(shown), names["answer"]) == []
    assert printed.splitlines()[0].startswith("Loaded as API")  # gradio_client's own greeting
    assert len(printed.splitlines()) > 1


def test_the_beginnings_of_a_trace_are_put_together_as_the_page_says(app_url: str, tmp_path: Path) -> None:
    _, code = blocks("translate", "python", "gradio_client")
    names, printed = run_python(code.replace(ADDRESS, app_url), tmp_path)
    rows = [ast.literal_eval(line) for line in printed.splitlines()[1:]]
    best = names["answer"]["hypotheses"][0]["tokens"]
    assert len(rows) == len(names["answer"]["steps"]) >= len(best)
    assert [" ".join(best[:place]) in rows[place] for place in range(len(best))] == [True] * len(best)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_curl_gets_what_the_page_shows(app_url: str, name: str) -> None:
    (code,), (shown, *_) = blocks(name, "bash", "curl"), blocks(name, "json")
    code = code.replace(ADDRESS, app_url)
    answers = [answered(by_hand(code))]
    if shutil.which("curl"):
        answers.append(answered(run_bash(code)))
    for answer in answers:
        assert missing(json.loads(shown), answer) == []


@pytest.mark.parametrize("name", ENDPOINTS)
def test_without_a_server_the_core_says_the_same(tmp_path: Path, name: str) -> None:
    core = {"ideas": "worked"}.get(name, "Translator")
    (code,), shown = blocks(name, "python", core), json.loads(blocks(name, "json")[0])
    _, printed = run_python(code, tmp_path)
    expected = {
        "translate": lambda: [shown["text"]],
        "compare": lambda: [row["text"] for row in shown["results"] if "text" in row],
        "score": lambda: [str(tuple(shown["ranks"]))],
        "why_not": lambda: [shown["kind"], shown["verdict"]],
        "beside": lambda: [one["text"] for one in shown["models"]],
        "neighbours": lambda: [f"{one['source']} {one['word']}" for one in shown["found"]],
        "ideas": lambda: ["I like 0.24 True", "We are 0.18 False"],  # of the table in the page's text
        "models": lambda: [shown["strategies"][0]["name"], shown["models"][0]["scores"][0]["test_set"]],
    }[name]()
    assert [text for text in expected if text not in printed] == []


def test_the_command_line_says_the_same() -> None:
    (translate,), (score,) = blocks("translate", "bash", "seq2seq_core"), blocks("score", "bash", "seq2seq_core")
    assert run_bash(translate).strip() == json.loads(blocks("translate", "json")[0])["text"]
    shown = json.loads(blocks("score", "json")[0])
    del shown["model"]
    assert missing(shown, json.loads(run_bash(score))) == []
    why, shown = blocks("why_not", "bash", "seq2seq_core")[0], json.loads(blocks("why_not", "json")[0])
    told = json.loads(run_bash(why))
    assert (told["verdict"], told["stays_from"]) == (shown["verdict"], shown["stays_from"])


def test_the_page_names_every_argument_and_its_default(app_url: str) -> None:
    with urllib.request.urlopen(f"{app_url}/gradio_api/info", timeout=30) as response:
        told = json.load(response)["named_endpoints"]
    assert set(told) == {f"/{name}" for name in ENDPOINTS}
    for name in ENDPOINTS:
        rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", section(name), flags=re.MULTILINE)
        expected = [
            (one["parameter_name"], _default(one["parameter_default"]) if one["parameter_has_default"] else "needed")
            for one in told[f"/{name}"]["parameters"]
        ]
        assert rows == expected


def _default(value: Any) -> str:
    return f"`{json.dumps(value)}`"


def test_the_comparer_sees_what_differs() -> None:
    answer = {"a": [1.0, 2.0], "b": {"c": "x"}}
    assert missing({"a": [1.004], "b": {}}, answer) == []
    assert missing({"a": [1.1]}, answer) == ["answer.a[0] is 1.0, not 1.1"]
    assert missing({"a": [1.0, 2.0, 3.0], "d": 1}, answer) != []
    assert missing({"b": {"c": "y", "d": 1}}, answer) == ["answer.b.d is not there", "answer.b.c is 'x', not 'y'"]
