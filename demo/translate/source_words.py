"""The source's words above the translation: what was looked at for a word is marked here, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from demo.common.attention import in_all
from demo.common.markup import Html, tag
from demo.common.pieces import END_SIGN, runs

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult


def draw(result: DecodeResult, index: int, lang: str | None = None) -> Html:
    """A button for each word of the source, with what hypothesis ``index`` gave it in all; nothing without attention.

    assets/same_word.js marks them, and makes them one stop of the keyboard.
    """
    attention = result.hypotheses[index].attention
    if attention is None or not result.source_tokens:
        return Html()
    words = runs(result.source_tokens)
    got = in_all(np.asarray(attention), words)
    buttons = [
        tag(
            "button", word.text, type="button", class_="source-word" + (" end" if word.text == END_SIGN else ""),
            tabindex=0 if place == 0 else -1, data_from=word.first, data_to=word.last,
            title=f"{word.text} · looked at {value:.2f} in all, by {len(attention)} pieces",
        )
        for place, (word, value) in enumerate(zip(words, got, strict=True))
    ]  # fmt: skip
    return tag(
        "div", buttons, class_="source-words", role="group", aria_label="Words of the source", lang=lang, dir="auto"
    )
