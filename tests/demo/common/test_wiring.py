import json

import gradio as gr

from demo.common.wiring import query_of


def test_of_an_address_only_text_that_can_be_sent_on_is_read() -> None:
    asked = {"text": "ein \ud83d Wort", "m\udfff": "x", "view": "why-not", "idea": None, "emoji": "🙂"}
    read = query_of(gr.Request(query_params=asked))
    assert read == {"text": "ein ? Wort", "m?": "x", "view": "why-not", "emoji": "🙂"}
    json.dumps(read, ensure_ascii=False).encode()
