"""What the browser sends of the Translate view, read once: whatever comes in, what goes on has a type."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from demo.common.press import listed, number, value, word
from demo.common.turn import Turn
from demo.translate.filters import Glance
from demo.translate.heads import ALIGNMENT, MEAN, OVER, Head
from demo.translate.link import TranslateLink
from demo.translate.scores import MAX_ALPHA
from demo.translate.state import WORDS, Shown, ShownText


@dataclass(frozen=True)
class Press:
    """What a button says of itself; None for what it does not say, or says as something else.

    kind: what it does. index: its number in its list.
    of: the candidate that it belongs to. at: the token.
    settings: where filters were moved to, by name; none where they are as they were.
    """

    kind: str | None = None
    index: int | None = None
    of: int | None = None
    at: int | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """The view's widgets and what is a person's own. What was not sent, or makes no sense, is as if nothing was done.

    text, model, strategy: as they were sent; the service says what is wrong with them.
    settings: what the widgets of ``Controls`` say, in their order.
    head: what is looked at of a model of many heads.
    share: of the slider that moves a weight; None for what it could not have sent.
    alpha, beta: of the ledger's sliders; None for what these could not have sent.
    """

    turn: Turn = field(default_factory=Turn)
    present: ShownText | None = None
    wish: TranslateLink = field(default_factory=TranslateLink)
    words: bool = False
    head: Head = field(default_factory=Head)
    live: bool = False
    text: str = ""
    model: str = ""
    strategy: str = ""
    settings: tuple[object, ...] = ()
    share: float | None = None
    alpha: float | None = None
    beta: float | None = None
    press: Press = field(default_factory=Press)
    glance: Glance = field(default_factory=Glance)

    @property
    def shown(self) -> Shown | None:
        """The sentence looked into."""
        return self.present.shown if self.present else None


def read(sent: Mapping[str, object]) -> Said:
    """What was sent, by the names that the components have in ``TranslateView``."""
    turn, present, wish, glance = (sent.get(name) for name in ("turn", "present", "wish", "glance"))
    text, model, strategy, *settings = _question(sent)
    return Said(
        turn=turn if isinstance(turn, Turn) else Turn(),
        present=present if isinstance(present, ShownText) else None,
        wish=wish if isinstance(wish, TranslateLink) else TranslateLink(),
        words=sent.get("unit") == WORDS,
        head=_head(sent.get("over"), sent.get("layer"), sent.get("head")),
        live=sent.get("live") is True,
        text=_text(text),
        model=_text(model),
        strategy=_text(strategy),
        settings=tuple(settings),
        share=_weight(sent.get("share"), 1.0),
        alpha=_weight(sent.get("alpha")),
        beta=_weight(sent.get("beta")),
        press=read_press(sent.get("press")),
        glance=glance if isinstance(glance, Glance) else Glance(),
    )


def read_press(said: object) -> Press:
    """What was pressed, as the page says it in a component's value or in an event's data."""
    settings = value(said, "settings")
    named = (
        {name: each for name, each in settings.items() if isinstance(name, str)} if isinstance(settings, dict) else {}
    )
    return Press(word(said, "kind"), number(said, "index"), number(said, "of"), number(said, "at"), named)


def _question(sent: Mapping[str, object]) -> list[object]:
    """The values of ``TranslateView.question``, told as one list, or the first three of them, each by its name."""
    if "told" in sent:
        return listed(sent["told"], 3)
    return [sent.get(name) for name in ("sentence", "model", "strategy")]


def _head(over: object, layer: object, head: object) -> Head:
    return Head(
        over if isinstance(over, str) and over in OVER else MEAN,
        layer if _is_place(layer) else MEAN,  # type: ignore[arg-type]
        head if _is_place(head) or head == ALIGNMENT else MEAN,  # type: ignore[arg-type]
    )


def _is_place(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _weight(value: object, most: float = MAX_ALPHA) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if isinstance(value, int | float) and usable and 0 <= value <= most else None
