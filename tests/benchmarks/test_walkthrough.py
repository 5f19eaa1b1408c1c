"""Each step of docs/walkthrough.md still shows what its text says."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks import walkthrough
from benchmarks.find_lessons import ATTENTION, model
from demo.common import contest_link, why_link
from demo.translate import link as translate_link
from seq2seq_core.decoding import BeamConfig, GreedyConfig

PAGE = (Path(__file__).parents[2] / "docs/walkthrough.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
STEP = re.compile(r"\*\*\[(?P<name>[^\]]+)\]\((?P<link>[^)]+)\)\.\*\* (?P<said>.+)")
SAYS = re.compile(r"says “(?P<text>.+?)”[;.]")


def steps() -> list[tuple[str, dict[str, str], str]]:
    """Name, query and text of each step that has a link."""
    queries = (parse_qs(urlsplit(step["link"]).query) for step in STEP.finditer(PAGE))
    asked = ({name: values[0] for name, values in query.items()} for query in queries)
    return [(step["name"], query, step["said"]) for step, query in zip(STEP.finditer(PAGE), asked, strict=True)]


def test_the_models_still_say_what_is_written() -> None:
    """Words to the letter, figures to the last place that is written but one."""
    today = walkthrough.text()
    assert NUMBER.sub("#", today) == NUMBER.sub("#", PAGE)
    figures = [[float(number) for number in NUMBER.findall(text)] for text in (today, PAGE)]
    assert figures[0] == pytest.approx(figures[1], abs=0.021)


def test_there_are_four_cases_each_with_symptom_and_cause() -> None:
    assert len(re.findall(r"^## [1-4]\. ", PAGE, flags=re.MULTILINE)) == 4
    assert PAGE.count("**[Symptom](") == PAGE.count("**Cause and cure.**") == 4
    assert len(steps()) >= 12


@pytest.mark.parametrize(("name", "query", "said"), steps(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_link_asks_for_what_its_step_is_about(name: str, query: dict[str, str], said: str) -> None:
    assert query["model"] == ATTENTION and query["text"]
    view = query.get("view", "translate")
    if view == "why-not":
        why = why_link.read(query)
        assert why is not None and why.expected and why.strategy in ("greedy", "beam")
    elif view == "compare":
        contest = contest_link.read(query)
        assert contest is not None and [card.strategy for card in contest.cards] == ["greedy", "beam"]
    elif view == "translate":
        read = translate_link.read(query)
        assert (read.text, read.model) == (query["text"], ATTENTION) and read.strategy in ("greedy", "beam")
        if found := SAYS.search(said):
            config = GreedyConfig() if read.strategy == "greedy" else BeamConfig()
            assert model(ATTENTION).translate(query["text"], config)[0].hypotheses[0].text == found["text"]
    else:
        assert view == "models" and name == "What does the model read?"


def test_the_pieces_that_are_named_are_those_of_the_word() -> None:
    (said,) = (said for name, _, said in steps() if name == "What does the model read?")
    word, pieces = re.findall(r"\*([^*]+)\*", said)[0], re.findall(r"“([^”]+)”", said)
    assert "".join(pieces) == word and len(pieces) == int(NUMBER.findall(said)[0])
