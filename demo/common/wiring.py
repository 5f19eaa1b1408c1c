"""How the tabs call their handlers: what Gradio leaves to whoever wires them.

Gradio's own ``trigger_mode``, "once", forgets what a person does while the handler still runs for what was done before:
of two candidates pressed quickly one after the other, the first would stay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.context import Context

from demo.common.gpu import BORROWED

Updates = dict[gr.blocks.Block, object]
"""What a handler gives back: a new value, or a change, of each component named; all others stay as they are."""

UNCHANGED: Updates = gr.skip()
"""All components of a handler stay as they are. Without a word, Gradio would empty them: a generator says this too,
where it ends because another took its turn and has said nothing so far."""

KEPT = 3600
"""Seconds for which what is a person's own is kept after they last did something with it."""

UNSEEN: dict[str, Any] = {"show_progress": "hidden", "show_progress_on": [], "api_visibility": "private"}
"""A listener in the page.

Showing progress on nothing at all spares Gradio telling each output on the page how far each event is: a click paints
50 ms sooner (``python -m benchmarks.app_speed``).
"""

LAST: dict[str, Any] = UNSEEN | {"concurrency_limit": 8, "trigger_mode": "always_last"}
"""A handler that reads widgets: of what is done while it runs, the last counts."""

EACH: dict[str, Any] = UNSEEN | {"concurrency_limit": 8, "trigger_mode": "multiple"}
"""A handler that is told what was pressed: every time counts, in any order."""


def newest(buttons: str) -> dict[str, Any]:
    """A handler of a list of buttons (assets/pressed.js): of what is pressed while it runs, the last counts.

    Its last input becomes what the button says of itself. As an event's data that would be lost on a press that had to
    wait; and several handlers at a time, as with ``EACH``, may be answered in any order.

    Args:
        buttons: the list's id on the page.
    """
    return LAST | {"js": f"(...inputs) => [...inputs.slice(0, -1), pressed['{buttons}']]"}


SEARCHES, DOCUMENTS = "decode", "document"
"""What Gradio is told to count together: handlers that decode, and those that do so for minutes."""

SEARCHING: dict[str, Any] = {"concurrency_id": SEARCHES, "concurrency_limit": 2 if BORROWED else 32}
"""How many requests decode at a time. Each only waits for the thread that decodes for all (``demo.service.groups``),
unless it borrows a GPU for itself."""

DECODING: dict[str, Any] = UNSEEN | SEARCHING | {"trigger_mode": "multiple"}
"""A handler that decodes; it ends the one before by itself (``demo.common.turn``)."""

LONG: dict[str, Any] = DECODING | {"concurrency_id": DOCUMENTS, "concurrency_limit": 4}
"""A handler that decodes for minutes: so many are under way at a time, beside the others, and take turns."""

SAVE: dict[str, Any] = UNSEEN | {"fn": None, "outputs": None, "js": "(file) => saveFile(file)"}
"""A listener that saves the file in its input."""


def listening(view: str, widgets: Sequence[gr.components.Component]) -> gr.JSON:
    """Lets the page itself know what a view's widgets say, whenever one changes (``demo.common.question``).

    Returns:
        What carries all of it, as a list, to a handler that is ``told`` it.
    """
    page = Context.root_block
    assert page is not None, "a view is built inside a Blocks context"
    changed = [widget.change for widget in widgets if hasattr(widget, "change")]
    gr.on([page.load, *changed], **hearing(view, widgets))
    return gr.JSON([getattr(widget, "value", None) for widget in widgets], visible="hidden")


def hearing(
    view: str, widgets: Sequence[gr.components.Component], shown: gr.components.Component | None = None, then: str = ""
) -> dict[str, Any]:
    """A listener in the page alone, which knows from then on what a view's widgets say now.

    Whoever is ``told`` it follows with ``then``: two listeners of one event may overtake each other.

    Args:
        view: as the page calls it.
        widgets: those that the view is ``listening`` to.
        shown: what becomes what ``then`` returns.
        then: statements of the page's script.
    """
    # "said" is heard by assets/earlier.js, which may come later than the first of these.
    script = f"(...said) => {{ (window.said ??= {{}})['{view}'] = said; dispatchEvent(new Event('said')); {then} }}"
    return UNSEEN | {"fn": None, "inputs": list(widgets), "outputs": shown, "js": script}


def told(view: str) -> dict[str, Any]:
    """A handler whose last input becomes the list of all that a view's widgets said when the page last heard them.

    As inputs of its own the widgets would all be told by Gradio how far each later event is: with the 40 of Translate
    an event took the page 50 ms longer (``python -m benchmarks.app_speed``).
    """
    return {"js": f"(...inputs) => [...inputs.slice(0, -1), window.said['{view}']]"}


def typed_again(*boxes: gr.Textbox) -> dict[str, Any]:
    """A listener in the page alone, after which boxes say what was typed before a lost connection (assets/typed.js).

    For the event after which they say what the page's address asks for; below whatever sends that off.
    """
    return UNSEEN | {"fn": None, "js": f"() => putBack({json.dumps([box.elem_id for box in boxes])})"}


@dataclass(frozen=True)
class Entrants:
    """The components in which a person chose what is to be compared, for a view that runs the same on something else.

    cards: holds a tuple of ``Contestant``.
    loaded: the event after which these three are what the page's address asks for.
    """

    model: gr.Dropdown
    seed: gr.Number
    cards: gr.State
    loaded: gr.events.Dependency


def query_of(request: gr.Request) -> dict[str, str]:
    """What the address asks for by which the page was opened, all of it text that an answer can hold."""
    query: dict[object, object] = dict(request.query_params)
    said = {name: value for name, value in query.items() if isinstance(name, str) and isinstance(value, str)}
    return {_sound(name): _sound(value) for name, value in said.items()}


def _sound(text: str) -> str:
    """Half of a character, which Python can hold and nobody can send on, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
