"""Endpoints with stable names, for ``gradio_client`` and plain HTTP."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.service import Service
from demo.text_input import InputError
from seq2seq_core.decoding import DecodeResult


def register(service: Service) -> None:
    """Adds the endpoints to the Blocks it is called in."""

    def translate(
        text: str, strategy: str = "beam", settings: dict[str, Any] | None = None, model: str = "", trace: bool = False
    ) -> dict[str, Any]:
        """Translates one English sentence into German.

        Example:
            Client(url).predict("A dog runs.", "beam", {"num_beams": 5}, api_name="/translate")["text"]

        Args:
            text: the sentence; only its first 1,000 characters are translated.
            strategy: how to decode: "greedy", "beam", "sample" or any other that the app offers.
            settings: the strategy's settings by name, for example {"num_beams": 5, "length_penalty": 1.0}.
            model: name of a model; empty for the first one.
            trace: also return attention and every step of the search.

        Returns:
            The best translation as "text"; "note" on what was cut; and the whole result as the command line's
            --json gives it: "source", "source_tokens", "hypotheses", "strategy", "forward_calls", "seconds".
        """
        try:
            chosen = model or next(iter(service.working()), service.names[0])
            given = {} if settings is None else settings
            if not isinstance(given, dict):
                raise InputError('Give the settings as an object, for example {"num_beams": 5}.')
            request = service.request(text, chosen, strategy, given)
            result = next(event for event in service.run(request) if isinstance(event, DecodeResult))
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error
        best = result.hypotheses[0].text if result.hypotheses else ""
        return {"text": best, "note": request.note, **_plain(result, trace)}

    gr.api(translate, api_name="translate", concurrency_id="decode", concurrency_limit=2)


def _plain(result: DecodeResult, trace: bool) -> dict[str, Any]:
    plain = result.to_dict()
    if not trace:
        del plain["steps"]
        for hypothesis in plain["hypotheses"]:
            del hypothesis["attention"]
    return plain
