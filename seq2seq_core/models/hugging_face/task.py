"""What a model of ``transformers`` is for: the prefix of its task, its languages, and what its card says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seq2seq_core.models.hugging_face.place import Place
from seq2seq_core.text.languages import language_code, language_name
from seq2seq_core.types import CoreError

_PAIR = re.compile(r"(?:^|-)opus-mt(?:-tc)?(?:-(?:big|base|tiny))?-([a-z]{2,3})-([a-z]{2,3})$")
_TRANSLATION = re.compile(r"translation_(\w+?)_to_(\w+)$")

SIDES = {"summarization": ("Text", "Summary"), "translation": ("Source", "Translation"), "": ("Text", "Output")}
"""Headings of the two sides where no language says more."""


@dataclass(frozen=True)
class Purpose:
    """What is done, and in which languages.

    kind: translation, summarization, or "" where nothing tells.
    prefix: what stands before each text.
    source, target: languages in the model's own codes, "" where they are not known.
    """

    kind: str
    prefix: str
    source: str
    target: str

    def card(self, place: Place) -> dict[str, Any]:
        """What metrics.json would say of it."""
        names = [language_name(code) for code in (self.source, self.target)]
        codes = [language_code(code) for code in (self.source, self.target)]
        translates = self.kind == "translation" and all(names)
        sides = names if translates else SIDES[self.kind]
        title = f"{names[0]} to {names[1]}, {place.name}" if translates else place.name
        card: dict[str, Any] = {"name": place.name, "title": title, "task": self.kind or "text to text"}
        card |= {"source_language": sides[0], "target_language": sides[1]}
        card |= {key: code for key, code in zip(("source_code", "target_code"), codes, strict=True) if code}
        return card


def purpose_of(place: Place, config: Mapping[str, Any], languages: tuple[str, str]) -> Purpose:
    """The task that is meant.

    Args:
        place: with the manner that was asked for.
        config: its config.json.
        languages: what the tokenizer says of the two sides, "" where it says nothing.

    Raises:
        CoreError: the config has no such task.
    """
    manner, tasks = place.manner, config.get("task_specific_params") or {}
    if manner.task and manner.task not in tasks:
        there = ", ".join(tasks) or "none: write ?prefix=… instead"
        raise CoreError(f"{place.whole_name} names no task {manner.task!r}; its tasks: {there}")
    chosen = manner.task or (next(iter(tasks)) if len(tasks) == 1 else "")
    prefix = manner.prefix or str((tasks.get(chosen) or {}).get("prefix", ""))
    source, target = _languages(place, chosen, languages)
    return Purpose(_kind(place, chosen, prefix, config, (source, target)), prefix, source, target)


def _languages(place: Place, task: str, told: tuple[str, str]) -> tuple[str, str]:
    """Of what was asked for, else of the task, else of the tokenizer, else of the name."""
    manner, by_task, by_name = place.manner, _TRANSLATION.match(task), _PAIR.search(place.name)
    found = (by_task or by_name).groups() if by_task or by_name else ("", "")  # type: ignore[union-attr]
    if by_task:
        told = ("", "")
    return manner.source or told[0] or found[0], manner.target or told[1] or found[1]


def _kind(place: Place, task: str, prefix: str, config: Mapping[str, Any], languages: tuple[str, str]) -> str:
    if task.startswith("summarization") or prefix.startswith("summarize") or config.get("model_type") == "pegasus":
        return "summarization"
    code = [language_code(each) for each in languages]
    return "translation" if all(code) and code[0] != code[1] else ""
