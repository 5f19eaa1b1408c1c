"""The filters of sampling as sliders over the open word: what they make of it shows while they move.

The distribution is the whole vocabulary's, the filters are the core's in the core's order, and the seed is held: which
piece it would draw is said with each move. Nothing is decoded before somebody asks. assets/shaping.js listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.markup import Html, tag

if TYPE_CHECKING:
    from demo.translate.filters import FilterControl

HOW = (
    "Move a filter, and see at once what it makes of the next piece at the open word; they apply in this order. The "
    "seed is held, and nothing is decoded before you ask."
)


def draw(controls: Sequence[FilterControl], sampled: bool) -> Html:
    """A slider for each filter and a box for words and the seed, and what decodes with them; nothing without any.

    Decoding with them is sampling. Where the result is not ``sampled`` that is another strategy: the button says so,
    and can be pressed once something was moved.
    """
    if not controls:
        return Html()
    said = "Decode with these" if sampled else "Decode by sampling with these"
    go = tag("button", said, type="button", data_kind="decode", class_="go", data_sampled=sampled, disabled=not sampled)
    back = tag("button", "As they were", type="button", data_kind="back")
    return tag(
        "div", tag("p", HOW, class_="caption"), tag("div", map(_control, controls), class_="filters"),
        tag("div", go, back, class_="presses"), class_="shaping",
    )  # fmt: skip


def _control(control: FilterControl) -> Html:
    value = control.now if isinstance(control.now, str) else f"{control.now:g}"
    off = control.off if isinstance(control.off, str) else f"{control.off:g}"
    place = f"shaping-{control.name}"
    known = {"data_setting": control.name, "data_off": off, "value": value, "id": place, "aria_label": control.label}
    shown: Html | str = ""
    if control.least is None:
        box = tag("input", type="text", maxlength=control.most, **known)
    elif not control.step:
        box = tag("input", type="number", min=control.least, max=control.most, step=1, **known)
    else:
        shown = tag("output", value)
        ends = {"min": f"{control.least:g}", "max": f"{control.most:g}", "step": "any"}
        box = tag("input", type="range", data_step=f"{control.step:g}", **ends, **known)
    name = tag("span", control.label, class_="name")
    bare = Html(box.removesuffix("</input>"))
    # Without an id of the input, the label would be that of the output, which comes first.
    return tag("label", name, shown, bare, for_=place, title=control.help, class_=None if value == off else "on")
