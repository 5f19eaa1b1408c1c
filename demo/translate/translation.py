"""The translation, each piece tinted by how unsure the model was of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag
from demo.common.pieces import END, END_SIGN, NO_WORDS, Unit, percent, words

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult

NOTHING_READ = "There is nothing in this for the model to read, so it was not asked: the text comes back as it is."


def draw(result: DecodeResult, index: int, given: int = 0, lang: str | None = None) -> Html:
    """Hypothesis ``index`` as words of language ``lang``; its first ``given`` tokens were not the model's choice.

    Below it the whole text, where parts of the source were put back into it. What held nothing to read is as it was.
    """
    hypothesis = result.hypotheses[index]
    if not result.source_tokens:
        return tag("p", hypothesis.text, class_="translation", lang=lang, dir="auto")
    shown = [_word(word, given) for word in words(hypothesis.tokens, hypothesis.token_log_probs)]
    if not shown:
        shown = [tag("span", NO_WORDS, class_="nothing")]
    end = ""
    if hypothesis.tokens and hypothesis.tokens[-1] == END:
        last = len(hypothesis.tokens) - 1
        unit = Unit(END_SIGN, last, last, hypothesis.token_log_probs[-1], starts_word=True)
        end = tag("span", _unit(unit, "end of sentence"), class_="word end")
    elif not hypothesis.finished:
        end = tag("span", "… cut at the length limit", class_="cut")
    said = tag("p", join([*shown, end], " "), class_="translation", lang=lang, dir="auto")
    return join([said, _whole(hypothesis.text, lang)]) if hypothesis.restored else said


def _whole(text: str, lang: str | None) -> Html:
    """The translation as it is given back, where the model left out what is not translated."""
    label = tag("span", "With what is kept as it is:", class_="note")
    return tag("p", label, " ", tag("span", text, lang=lang, dir="auto"), class_="whole-kept")


def draft(tokens: Sequence[str], lang: str | None = None) -> Html:
    """The beginning that leads at this moment, while the search still runs."""
    return tag("p", spelled(tokens), class_="translation draft", lang=lang, dir="auto")


def spelled(tokens: Sequence[str]) -> str:
    """Tokens as words."""
    return " ".join("".join(unit.text for unit in word) for word in words(tokens, [0.0] * len(tokens)))


def waiting() -> Html:
    """What stands there before the first result."""
    lines = [tag("span", class_="skeleton", style=f"width:{width}%") for width in (92, 64)]
    return tag("p", lines, class_="translation", aria_label="The first output is on its way")


def _word(word: list[Unit], given: int) -> Html:
    return tag("span", [_unit(unit, unit.text, unit.last < given) for unit in word], class_="word")


def _unit(unit: Unit, name: str, given: bool = False) -> Html:
    doubt = 1 - min(unit.probability, 1.0)
    kind = "unit given" if given else "unit"
    title = f"{name} · P {percent(unit.probability)}"
    places = {"data_first": unit.first, "data_last": unit.last}  # by which assets/same_word.js finds it elsewhere
    return tag("span", unit.text, class_=kind, style=f"--unsure:{doubt:.3f}", title=title, **places)
