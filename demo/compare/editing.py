"""The editor of one card: its strategy, its settings, its name."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.common import strategy
from demo.common.contest import contestants
from demo.common.contestant import Contestant, contestant, defaults, named
from demo.common.controls import Controls
from demo.common.settings import configure
from demo.common.text_input import InputError
from demo.compare import board as compare
from demo.compare.desk import Desk
from demo.compare.show import UNCHANGED, Updates, show
from demo.service import Service


class Editing:
    """What opens the editor, and what a person does in it."""

    def __init__(self, service: Service, controls: Controls) -> None:
        self._service = service
        self._controls = controls
        self.size = 6 + len(controls.widgets)

    def show(self, desk: Desk) -> Updates:
        """The editor with the card that is open, or away; in the order of ``Editor.shown``."""
        if desk.opened is None:
            return [gr.update(visible=False), *[gr.skip()] * (self.size - 1)]
        card = desk.cards[desk.opened]
        generated = named(card.strategy, card.settings)
        name = gr.update(value="" if card.name == generated else card.name, placeholder=generated)
        summary = strategy.summary(self._service.strategies[card.strategy].summary)
        widgets = self._controls.restored(card.strategy, {**defaults(card.strategy), **card.settings}).values()
        return [gr.update(visible=True), compare.opened(desk.opened), "", name, card.strategy, summary, *widgets]

    def switch(self, desk: Any, name: Any) -> Updates:
        """Another strategy; settings that it has too stay as they are."""
        if desk.opened is None or not isinstance(name, str) or name not in self._service.strategies:
            return [gr.skip()] * (1 + len(UNCHANGED) + self.size)
        old, entry = desk.cards[desk.opened], self._service.strategies[name]
        common = {setting: old.settings[setting] for setting in defaults(name) if setting in old.settings}
        try:
            configure(entry, common)
        except InputError:
            common = {}
        desk.change(contestant(name, **common))
        return [desk.cards, *show(desk, self._service), *self.show(desk)]

    def rename(self, desk: Any, typed: Any) -> Updates:
        """Another name; none gives the one that the settings make."""
        if desk.opened is None:
            return [gr.skip()] * (1 + len(UNCHANGED))
        old = desk.cards[desk.opened]
        (card,) = contestants([Contestant(typed if isinstance(typed, str) else "", old.strategy, old.settings)])
        if card == old:  # the box also changes when the editor opens
            return [gr.skip()] * (1 + len(UNCHANGED))
        desk.change(card)
        return [desk.cards, *show(desk, self._service)]

    def set(self, desk: Any, typed: Any, *values: Any) -> Updates:
        """Other settings or another name."""
        if desk.opened is None:
            return [gr.skip()] * (3 + len(UNCHANGED))
        old = desk.cards[desk.opened]
        settings = self._controls.settings(old.strategy, values)
        try:
            (card,) = contestants([{"strategy": old.strategy, "settings": settings, "name": typed}])
        except InputError as error:
            return [gr.skip(), *UNCHANGED, gr.skip(), compare.problem(str(error).removeprefix("Strategy 1: "))]
        desk.change(card)
        name = gr.update(placeholder=named(card.strategy, card.settings))
        return [desk.cards, *show(desk, self._service), name, ""]
