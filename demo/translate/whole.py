"""A text of several sentences: its whole translation, and which of them is looked into."""

from __future__ import annotations

from demo.common.markup import Html, join, tag
from demo.common.pieces import NO_WORDS
from demo.translate.state import Shown, ShownText

WAITING = "not translated"


def draw(present: ShownText) -> Html:
    """The whole translation, each sentence a button that chooses it; nothing where there is but one.

    Where a list's mark stands before the one sentence, there is something to show and nothing to choose.
    """
    if present.count == 1:
        return growing(present) if any(present.between) else Html("")
    pressed = [_pressable(each, place, place == present.at) for place, each in enumerate(present.sentences)]
    return join([_text(present, pressed), _moves(present)])


def growing(present: ShownText) -> Html:
    """The same while further sentences are translated: what is there."""
    return _text(present, [tag("span", _said(each)) for each in present.sentences])


def _text(present: ShownText, translated: list[Html]) -> Html:
    known = present.shown.languages
    waiting = [tag("span", source, class_="undone", lang=known.source_code, title=WAITING) for source in present.undone]
    # What stands between them is outside of what can be pressed, and as it was typed.
    parts = [part for pair in zip(present.between, [*translated, *waiting], strict=False) for part in pair]
    return tag("p", [*parts, present.between[-1]], class_="text", lang=known.target_code, dir="auto")


def _pressable(shown: Shown, place: int, chosen: bool) -> Html:
    return tag(
        "span", _said(shown), class_="sentence", role="button", data_kind="sentence", data_index=place,
        tabindex=0 if chosen else -1, aria_pressed=str(chosen).lower(),
    )  # fmt: skip


def _moves(present: ShownText) -> Html:
    """To the sentence before and the one after, and what the one looked into translates."""
    last, known = len(present.sentences) - 1, present.shown.languages
    place = tag("span", f"sentence {present.at + 1} of {present.count}", class_="place", role="status")
    source = tag("span", present.shown.request.text, class_="of", lang=known.source_code, dir="auto")
    return tag(
        "div",
        _move("previous", "←", present.at - 1 if present.at else None),
        place,
        _move("next", "→", present.at + 1 if present.at < last else None),
        source,
        class_="moves",
    )


def _move(kind: str, sign: str, place: int | None) -> Html:
    """A button to the sentence at ``place``; None: there is none, and the button keeps the focus but does nothing."""
    return tag(
        "button", tag("span", sign, aria_hidden="true"), type="button", data_kind=kind, data_index=place,
        aria_label=f"{kind.capitalize()} sentence", aria_disabled="true" if place is None else None,
    )  # fmt: skip


def _said(shown: Shown) -> str:
    return shown.result.hypotheses[shown.index].text or NO_WORDS
