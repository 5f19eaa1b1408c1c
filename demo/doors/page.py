"""The page as Gradio's Blocks, where every call of a handler passes, whoever makes it: queue, direct route, MCP."""

from __future__ import annotations

import inspect
import logging
from typing import Any

import gradio as gr
from gradio.components.api_component import Api

from demo.common.text_input import InputError

OURS = "Something went wrong on our side; try another request."
BROWSER = "This is done in the browser alone; there is nothing to ask for here."
FILES = "A file cannot be given here: this app fetches none, and the Document view sends its bytes with the press."

LONGEST = 300
"""Characters of a sentence; Gradio's own may repeat all that was sent."""


def one_sentence(text: object) -> str:
    """What can be sent and shown, on one line, of whatever somebody or something said."""
    plain = " ".join(str(text).encode("utf-8", "replace").decode("utf-8").split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]} …"


def refusal(sentence: object) -> gr.Error:
    """What Gradio hands to whoever called, and prints nowhere."""
    return gr.Error(one_sentence(sentence), print_exception=False)


def holds_file(value: Any) -> bool:
    """Whether something in it would be taken for a file, which Gradio opens or fetches before a handler is called."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            meta = part.get("meta")
            if isinstance(meta, dict) and "_type" in meta:
                return True
            left.extend(part.values())
        elif isinstance(part, list | tuple):
            left.extend(part)
    return False


def with_defaults(block_fn: Any, inputs: list[Any]) -> list[Any]:
    """The arguments of an endpoint with those that were left out at the end, where all of these have a default: what is
    new at its end must not break a program that gives the others by place."""
    if not block_fn.inputs or not all(isinstance(block, Api) for block in block_fn.inputs):
        return inputs
    left_out = list(inspect.signature(block_fn.fn).parameters.values())[len(inputs) :]
    if any(parameter.default is parameter.empty for parameter in left_out):
        return inputs
    return [*inputs, *(parameter.default for parameter in left_out)]


class Page(gr.Blocks):  # type: ignore[misc]
    """Whatever goes wrong in a call reaches the caller as one sentence, and the log as one line."""

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], *args: Any, **kwargs: Any) -> Any:
        """The arguments as their components read them.

        Raises:
            gr.Error: they are too few or too many, hold a file, or are nothing that a component could have sent; or
                nothing is done on this side.
        """
        if block_fn.fn is None:
            raise refusal(BROWSER)
        inputs = with_defaults(block_fn, inputs)
        if len(inputs) != len(block_fn.inputs):
            own = sum(block.stateful for block in block_fn.inputs)
            raise refusal(f"This takes {len(block_fn.inputs) - own} arguments, not {len(inputs) - own}.")
        try:
            if holds_file(inputs):
                raise refusal(FILES)
            return await super().preprocess_data(block_fn, inputs, *args, **kwargs)
        except gr.Error as error:
            raise refusal(error.message) from None
        except Exception as error:
            logging.warning("an argument was refused", exc_info=error)
            raise refusal("An argument is of the wrong kind; /gradio_api/info says what each is.") from None

    async def process_api(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Runs a handler.

        Raises:
            gr.Error: it did not come to an end, or what was pressed holds a file; with one sentence.
        """
        pressed = kwargs.get("event_data")
        try:
            if pressed is not None and holds_file(pressed._data):  # Gradio would look for it on this machine
                raise refusal(FILES)
            answer: dict[str, Any] = await super().process_api(*args, **kwargs)
            return answer
        except gr.Error as error:
            raise refusal(error.message) from None
        except InputError as error:
            raise refusal(error) from None
        except Exception as error:
            logging.error("a request failed", exc_info=error)  # without the person's text
            raise refusal(OURS) from None
