"""The editor of one card: its model, its strategy, its settings, its name."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr

from demo.common import strategy
from demo.common.contest import contestants
from demo.common.contestant import Contestant, called, contestant, defaults, named, on_model
from demo.common.settings import configure
from demo.common.text_input import InputError
from demo.common.wiring import UNCHANGED, Updates
from demo.compare import board
from demo.compare.desk import Desk
from demo.compare.layout import CompareView
from demo.compare.show import Display
from demo.compare.sweep import offered, sweep, swept
from demo.service import Service


class Editing:
    """What opens the editor, and what a person does in it."""

    def __init__(self, service: Service, view: CompareView, display: Display) -> None:
        self._service = service
        self._view = view
        self._display = display

    def show(self, desk: Desk) -> Updates:
        """The editor with the card that is open, or away."""
        editor = self._view.editor
        card, place = desk.edited, desk.opened
        if card is None or place is None:
            return {editor.panel: gr.update(visible=False)}
        generated = named(card.strategy, card.settings, card.model)
        return {
            editor.panel: gr.update(visible=True),
            editor.title: board.opened(place),
            editor.problem: "",
            editor.name: gr.update(value="" if card.name == generated else card.name, placeholder=self._named(card)),
            editor.model: card.model,
            editor.strategy: card.strategy,
            editor.summary: strategy.summary(self._service.strategies[card.strategy].summary),
            **editor.controls.restored(card.strategy, card.settings),
            **self._offered(card.strategy, next(iter(swept(card.strategy)))),
        }

    def _offered(self, strategy: str, setting: str) -> Updates:
        """What a sweep of this setting begins with."""
        editor, choices = self._view.editor, [(label, name) for name, label in swept(strategy).items()]
        updates: Updates = {editor.setting: gr.update(choices=choices, value=setting)}
        return updates | dict(zip(editor.ends, offered(strategy, setting), strict=True))

    def span(self, desk: Desk, setting: object) -> Updates:
        """Another setting to sweep: the values that its slider spans."""
        card = desk.edited
        if card is None or not isinstance(setting, str) or setting not in swept(card.strategy):
            return UNCHANGED
        return self._offered(card.strategy, setting)

    def sweep(self, desk: Desk, setting: object, first: object, last: object, step: object) -> Updates:
        """Lays out the card at several values of one setting, in place of all cards."""
        card = desk.edited
        if card is None:
            return UNCHANGED
        try:
            cards = sweep(card, setting, first, last, step)
        except InputError as error:
            return {self._view.editor.problem: board.problem(str(error))}
        before = self._display.picture(desk)
        desk.deal(cards)
        return {self._view.cards: desk.cards, **self._display.since(before, desk), **self.show(desk)}

    def switch(self, desk: Desk, name: object) -> Updates:
        """Another strategy; settings that it has too stay as they are."""
        old = desk.edited
        if old is None or not isinstance(name, str) or name not in self._service.strategies:
            return UNCHANGED
        entry = self._service.strategies[name]
        common = {setting: old.settings[setting] for setting in defaults(name) if setting in old.settings}
        try:
            configure(entry, common)
        except InputError:
            common = {}
        return self._changed(desk, contestant(name, old.model, **common)) | self.show(desk)

    def choose(self, desk: Desk, model: object) -> Updates:
        """Another model for this card, or, as "", the comparison's."""
        old = desk.edited
        if old is None or not isinstance(model, str) or model not in ("", *self._service.names):
            return UNCHANGED
        return self._changed(desk, on_model(old, model)) | self.show(desk)

    def rename(self, desk: Desk, typed: object) -> Updates:
        """Another name; none gives the one that the settings make."""
        old = desk.edited
        if old is None:
            return UNCHANGED
        (card,) = contestants([replace(old, name=typed if isinstance(typed, str) else "")])
        return UNCHANGED if card == old else self._changed(desk, card)  # the box also changes when the editor opens

    def set(self, desk: Desk, typed: object, *values: object) -> Updates:
        """Other settings or another name."""
        old, editor = desk.edited, self._view.editor
        if old is None:
            return UNCHANGED
        settings = editor.controls.settings(old.strategy, values)
        try:
            (card,) = contestants([{**vars(old), "name": typed, "settings": settings}])
        except InputError as error:
            return {editor.problem: board.problem(str(error).removeprefix("Strategy 1: "))}
        name = gr.update(placeholder=self._named(card))
        return self._changed(desk, card) | {editor.name: name, editor.problem: ""}

    def _named(self, card: Contestant) -> str:
        """What the card is called where nobody types a name."""
        made = named(card.strategy, card.settings, card.model)
        return called(replace(card, name=made), self._service.title)

    def _changed(self, desk: Desk, card: Contestant) -> Updates:
        before = self._display.picture(desk)
        desk.change(card)
        return {self._view.cards: desk.cards, **self._display.since(before, desk)}
