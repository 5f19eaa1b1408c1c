"""A strategy's settings as widgets, made from the metadata of its config's fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping, Sequence
from typing import Any

import gradio as gr

from demo.common import drawer
from demo.common.examples import FIRST_STRATEGY
from demo.common.languages import Languages
from demo.common.strategy import summary
from demo.common.wiring import Updates
from seq2seq_core.decoding import STRATEGIES, options

Field = dataclasses.Field[Any]

START = {"num_return_sequences": 5}
"""What the page begins with where that is not the core's default: there should be candidates to compare."""

IN_FRONT = 4
"""How many of a strategy's own settings show at once, beside the seed; the rest are under "More settings", as is what
even greedy search has."""


def reads(known: Languages) -> dict[str, Any]:
    """What a box in which a sentence is typed is given for a model's source language: its name, code and direction."""
    return {
        "label": known.source,
        "html_attributes": gr.InputHTMLAttributes(lang=known.source_code),
        "rtl": known.reads_right_to_left,
    }


def reads_lines(known: Languages, english: str) -> dict[str, Any]:
    """An update of a box for a person's own texts, a line each: whose language it is in, and what could stand there.

    Args:
        known: of the model that is to read them.
        english: what is shown in the empty box for a model that reads English sentences.
    """
    shown = english if known.reads_english else "\n".join(known.examples)
    box = {name: value for name, value in reads(known).items() if name != "label"}
    update: dict[str, Any] = gr.update(**box, placeholder=shown)
    return update


class Controls:
    """One widget for each setting that any strategy has; only those of the chosen strategy show.

    Strategies with the same setting share its widget, so that changing strategy keeps what can be kept.
    """

    def __init__(self, shown: str, *, ids: str = "setting", without: Container[str] = ()) -> None:
        """Builds the widgets where it is called, with those of the strategy ``shown`` visible.

        Args:
            shown: a key of ``STRATEGIES``.
            ids: what the widgets' ids on the page begin with.
            without: settings, by name, that have no widget here.
        """
        self._fields: dict[tuple[Any, ...], Field] = {}
        in_front, plain = set(), {field.name for field in options(STRATEGIES["greedy"].Config)}
        for strategy in STRATEGIES.values():
            fields = {_key(field): field for field in options(strategy.Config) if field.name not in without}
            own = [key for key, field in fields.items() if field.name not in plain]
            in_front |= {*own[:IN_FRONT], *(key for key in own if fields[key].name == "seed")}
            self._fields |= fields
        shown_keys, widgets = self._keys(shown), dict[tuple[Any, ...], gr.components.Component]()
        with gr.Column(elem_classes="settings"):
            for key in [key for key in self._fields if key in in_front]:
                widgets[key] = _widget(self._fields[key], key in shown_keys, ids)
        with gr.Accordion("More settings", open=False, elem_classes="more"), gr.Column(elem_classes="settings"):
            for key in [key for key in self._fields if key not in in_front]:
                widgets[key] = _widget(self._fields[key], key in shown_keys, ids)
        self.widgets = [widgets[key] for key in self._fields]

    def _keys(self, strategy: str) -> set[tuple[Any, ...]]:
        return {_key(field) for field in options(STRATEGIES[strategy].Config)}

    def visibility(self, strategy: str) -> Updates:
        """Shows only this strategy's widgets."""
        keys = self._keys(strategy)
        return {widget: gr.update(visible=key in keys) for key, widget in zip(self._fields, self.widgets, strict=True)}

    def restored(self, strategy: str, settings: Mapping[str, object]) -> Updates:
        """Shows this strategy's widgets at these settings; what is not named is at the core's default, as in a link."""
        keys, updates = self._keys(strategy), self.visibility(strategy)
        for (key, field), widget in zip(self._fields.items(), self.widgets, strict=True):
            if key in keys:
                value, more = settings.get(field.name, field.default), dict[str, Any]()
                # A slider ends before the setting does, and Gradio refuses what is beyond.
                if isinstance(widget, gr.Slider) and field.name in settings:
                    more["maximum"] = max(widget.maximum, value)
                updates[widget] = gr.update(visible=True, value=value, **more)
        return updates

    def moved(self, strategy: str, settings: Mapping[str, object]) -> Updates:
        """The widgets of these settings of a strategy, at these values; all others stay."""
        updates = self.restored(strategy, settings)
        return {widget: updates[widget] for widget in self.named(strategy, settings)}

    def named(self, strategy: str, names: Container[str]) -> list[gr.components.Component]:
        """The widgets of the strategy's settings of these names."""
        keys = self._keys(strategy)
        pairs = zip(self._fields.items(), self.widgets, strict=True)
        return [widget for (key, field), widget in pairs if key in keys and field.name in names]

    def said(self, strategy: str, values: Sequence[object], now: Mapping[str, object] | None = None) -> list[object]:
        """The widgets' values, None for those that this strategy has not; ``now`` names some that changed since."""
        keys = self._keys(strategy) if strategy in STRATEGIES else set()
        pairs = zip(self._fields.items(), values, strict=False)
        return [(now or {}).get(field.name, value) if key in keys else None for (key, field), value in pairs]

    def settings(self, strategy: str, values: Sequence[object]) -> dict[str, object]:
        """The widgets' values as this strategy's settings by name.

        Two sliders may disagree, and the core would refuse: what the config says to be at most another setting is, and
        ``lowered`` says so.
        """
        chosen = self._chosen(strategy, values)
        return chosen | {field.name: most for field, most in _above(strategy, chosen)}

    def lowered(self, strategy: str, values: Sequence[object]) -> str:
        """What to tell a person of settings that another one does not let be as high as they were set; "" if none."""
        chosen = self._chosen(strategy, values)
        labels = {field.name: field.metadata["label"] for field in options(STRATEGIES[strategy].Config)}
        return " ".join(
            f"{labels[field.name]} is {most}, not {chosen[field.name]}; "
            f"{labels[field.metadata['at_most']].lower()} allows no more."
            for field, most in _above(strategy, chosen)
        )

    def _chosen(self, strategy: str, values: Sequence[object]) -> dict[str, object]:
        keys = self._keys(strategy)
        # not strict: over the network there may be fewer values than widgets, and the core has a default for each
        pairs = zip(self._fields.items(), values, strict=False)
        return {field.name: value for (key, field), value in pairs if key in keys}


def _above(strategy: str, chosen: Mapping[str, object]) -> list[tuple[Field, int | float]]:
    """The settings that are above another one that they must not exceed, each with that one's value."""
    found = []
    for field in options(STRATEGIES[strategy].Config):
        value, most = chosen.get(field.name), chosen.get(field.metadata["at_most"])
        if isinstance(value, int | float) and isinstance(most, int | float) and value > most:
            found.append((field, most))
    return found


def _key(field: Field) -> tuple[Any, ...]:
    return (
        field.name,
        field.default,
        *sorted((name, meta) for name, meta in field.metadata.items() if name != "at_most"),
    )


def _widget(field: Field, visible: bool, ids: str) -> gr.components.Component:
    meta, value = field.metadata, START.get(field.name, field.default)
    common: dict[str, Any] = {
        "label": meta["label"],
        "info": meta["help"],
        "value": value,
        "visible": visible,
        "interactive": True,
        "elem_id": f"{ids}-{field.name}",
        "elem_classes": "setting",
        "min_width": 200,
    }
    if meta["choices"]:
        return gr.Dropdown([(str(choice).lower(), choice) for choice in meta["choices"]], filterable=False, **common)
    if isinstance(value, bool):
        return gr.Checkbox(**common)
    if isinstance(value, str):
        return gr.Textbox(lines=1, max_lines=1, max_length=meta["max"], **common)
    top = meta["soft_max"] or meta["max"]
    whole = isinstance(field.default, int)
    step = meta["step"] or (1 if whole else 0.01)
    return gr.Slider(minimum=meta["min"], maximum=top, step=step, buttons=[], **common)


def choices(names: Sequence[str], ids: str) -> dict[str, Any]:
    """The card in which model, strategy and settings are chosen, where of each text only the best translation counts.

    Args:
        names: of the models, the first one chosen.
        ids: what the widgets' ids on the page begin with.

    Returns:
        model, strategy, summary and controls, by these names.
    """
    with gr.Column(elem_classes=drawer.LOOKS, elem_id=f"{ids}-how", scale=6):
        gr.HTML(drawer.head(), elem_classes=drawer.HEAD, apply_default_css=False)
        model = gr.Dropdown(list(names), value=names[0], label="Model", filterable=False)
        labels = [(entry.called, name) for name, entry in STRATEGIES.items()]
        chosen = gr.Radio(
            labels, value=FIRST_STRATEGY, label="Strategy", elem_classes="pills", elem_id=f"{ids}-strategy"
        )
        about = gr.HTML(summary(STRATEGIES[FIRST_STRATEGY].summary), apply_default_css=False)
        controls = Controls(FIRST_STRATEGY, ids=ids, without=("num_return_sequences",))
    return {"model": model, "strategy": chosen, "summary": about, "controls": controls}
