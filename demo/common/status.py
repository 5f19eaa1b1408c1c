"""One quiet line on what happened: how it was decoded, on what, how long it took; or what went wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.markup import Html, tag
from demo.common.text_input import InputError

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult

DEVICES = {"cpu": "CPU", "mps": "Apple GPU", "cuda": "CUDA GPU"}


def device_name(device: str) -> str:
    """A device as people call it."""
    kind, _, number = device.partition(":")
    return f"{DEVICES.get(kind, kind)} {number}".strip()


def done(
    result: DecodeResult, label: str, note: str, *,
    given: int = 0, held: bool = False, back: bool = False, link: str = "", button: str = "Translate",
) -> Html:  # fmt: skip
    """After a translation, or what else the model writes.

    Args:
        result: what came of it.
        label: the strategy's.
        note: what its author should know.
        given: pieces at its beginning that were chosen rather than found.
        held: they are as they were before a weight was moved, which nobody need have chosen.
        back: whether what the model found by itself can be shown again.
        link: a query that shows it again.
        button: what has the model write anew.
    """
    facts = [
        label,
        *([] if result.proven is None else [proof(result.proven)]),
        _count(result.forward_calls, "step"),
        f"{result.rows_decoded:,} rows × steps",
        f"{result.seconds * 1000:,.0f} ms",
        device_name(result.device),
        *([] if result.precision == "float32" else [result.precision]),
    ]
    if given:
        how = "as it was before the weight you moved" if held else "as you chose"
        note = f"{note} Its beginning, {_count(given, 'piece')}, is {how}; press {button} to lift that.".strip()
    if back:
        button = tag("button", "Go back", type="button", data_kind="back", title="What the model chose by itself")
        note = tag("span", note, " ", button)
    # assets/app.js puts it into the address bar as well.
    again = [tag("a", "link to this", href=link, class_="state")] if link else []
    asked = bool(result.source_tokens)  # else there was nothing for the model to read
    return noted("done", told([*(facts if asked else []), *again]), note)


def proof(proven: bool) -> str:
    """What exact search knows of what it found."""
    return "the most probable of all" if proven else "not proven to be the most probable: out of budget"


def busy(step: int = 0, sentence: int = 1, of: int = 1, doing: str = "Translating", link: str = "") -> Html:
    """While it decodes, at a step of a sentence of a text; ``link`` is a query that asks for it."""
    where = ", ".join([*([f"sentence {sentence} of {of}"] if of > 1 else []), *([f"step {step}"] if step else [])])
    return line("busy", f"{doing} … {where}".strip(), *_addressed(link))


def stopped(step: int = 0, noun: str = "translation", button: str = "Translate", link: str = "") -> Html:
    """After Stop, at a step that is still shown unless it is 0; ``link`` is a query that asks for it again."""
    seen = f"Stopped at step {step}: {noun} and tree show how far it came." if step else "Stopped."
    return line("stopped", f"{seen} Press {button} to start again.", *_addressed(link))


def _addressed(link: str) -> Sequence[Html]:
    """For the address bar alone, before there is anything that a copied link would show."""
    return [tag("a", href=link, class_="state", hidden=True)] if link else []


def error(message: str) -> Html:
    """One sentence on what to change."""
    return line("error", message)


def wrong(error: InputError) -> Html:
    """The same, which the page also shows beside the field that it speaks of (assets/beside.js)."""
    return line("error", str(error), field=error.field)


def failed(button: str = "Translate") -> Html:
    """After Gradio itself could not run a request, or would not; ``button`` is the one that asks again."""
    return error(f"The app did not take this request. Nothing is lost: press {button} again.")


def by_button(line: Html, button: str) -> str:
    """Statements of a script of the page that return a line of this module in the words of the task.

    Args:
        line: in those of translation.
        button: id of what has the model write, which says the verb (``Languages.doing`` has the same rule).
    """
    return (
        f"const verb = document.getElementById({json.dumps(button)}).textContent.trim(); return "
        f"{json.dumps(line)}.replace('Translating', verb.replace(/e$/, '') + 'ing').replace('Translate', verb);"
    )


def line(kind: str, *children: str, field: str = "") -> Html:
    """Of this kind: done, busy, stopped or error, which is read out at once. field: of the page, that it speaks of."""
    role = "alert" if kind == "error" else "status"
    return tag("p", *children, class_=f"status {kind}", role=role, data_field=field or None)


def noted(kind: str, text: str, note: str = "") -> Html:
    """The same with a note below, where there is one."""
    return line(kind, text, *([tag("span", note, class_="note")] if note else []))


def told(facts: Sequence[str]) -> Html:
    """Facts side by side."""
    return tag("span", [tag("span", fact) for fact in facts], class_="facts")


def duration(seconds: float) -> str:
    """About how long something takes, in seconds or minutes."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
