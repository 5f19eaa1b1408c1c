"""The search as a picture: lines of words, thick where the chosen candidate runs, with what was dropped as crumbs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common.assets import rem
from demo.common.markup import Html, join, tag
from demo.common.pieces import percent
from demo.translate.beginnings import NEAR, Beginning, Prefix, Tree, completed, grow
from demo.translate.translation import NOTHING_READ

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.decoding import DecodeResult, DecodeStep

LANE = 46
ROW = 26
GAP = 28
CHARACTER = 8.4
CRUMBS = 6
START = 40.0
"""Room for the lines that leave the beginning."""

NONE = "This strategy's trace makes no tree: its steps do not continue one another."


def draw(result: DecodeResult, chosen: int) -> Html:
    """The tree of a result, the path of hypothesis ``chosen`` marked.

    Whose paths else a word or a line is on stands in it, so that the page marks another (``assets/translate.js``).
    """
    steps = completed(result.steps, result.hypotheses)
    paths = [hypothesis.token_ids for hypothesis in result.hypotheses]
    grown = grow(steps, paths)
    if grown is None:
        return tag("p", NONE if result.source_tokens else NOTHING_READ, class_="caption")
    return _drawn(grown, _Marks(paths, chosen), grown.near)


def growing(steps: Sequence[DecodeStep], leader: Prefix) -> Html:
    """The tree of a search under way, the path of the hypothesis that leads marked."""
    grown = grow(steps, [leader])
    if grown is None:
        return tag("p", NONE, class_="caption")
    return _drawn(grown, _Marks([leader], 0), NEAR, "canvas growing")


class _Marks:
    """Which hypotheses, by their places in ``paths``, begin with what; and whether the chosen one is among them."""

    def __init__(self, paths: Sequence[Prefix], chosen: int) -> None:
        self.chosen = chosen
        self._of: defaultdict[Prefix, list[int]] = defaultdict(list)
        for place, path in enumerate(paths):
            for end in range(1, len(path) + 1):
                self._of[path[:end]].append(place)

    def on_path(self, prefix: Prefix) -> bool:
        """Whether the chosen hypothesis begins like this."""
        return self.chosen in self._of.get(prefix, ())

    def of(self, prefix: Prefix) -> str | None:
        """All that begin like this, for the page."""
        return " ".join(map(str, self._of[prefix])) if prefix in self._of else None


def _drawn(grown: Tree, marks: _Marks, lanes: int, kind: str = "canvas") -> Html:
    """The picture with its player, as high as so many lanes while it is folded."""
    lefts, widths = _columns(grown)
    total = lefts[-1] + widths[-1] + GAP
    nodes = [part for node in grown.drawn for part in _node(node, marks, lefts, widths)]
    # The chosen line last, so that it lies above the others.
    lines = [
        _line(grown, node, marks, lefts, widths) for node in sorted(grown.drawn, key=lambda n: marks.on_path(n.prefix))
    ]
    nodes += _crumbs([node for node in grown.roots if node.what.fate == "dropped"], 2, 4)
    near, height = lanes * LANE + 8, max(grown.lanes, lanes) * LANE + 8
    drawing = tag("svg", join(lines), viewBox=f"0 0 {total:.0f} {height}", aria_hidden="true",
                  style=f"width:{rem(total)};height:{rem(height)}")  # fmt: skip
    size = f"width:{rem(total)};--near:{rem(near)};--all:{rem(height)}"
    said = _summary(grown)
    picture = tag(
        "div", drawing, nodes, class_=kind, style=size, role="group", aria_label=said, data_chosen=marks.chosen
    )
    return join([_player(grown), tag("div", picture, class_="scroll"), tag("p", said, class_="caption")])


def _columns(grown: Tree) -> tuple[list[float], list[float]]:
    """Left edge and width of each column; index 0 stands for the beginning."""
    widths = [0.0] * (1 + max(node.column for node in grown.drawn))
    for node in grown.drawn:
        widths[node.column] = max(widths[node.column], len(node.name) * CHARACTER + 18)
    lefts, left = [0.0], START
    for width in widths[1:]:
        lefts.append(left)
        left += width + GAP
    return lefts, widths


def _place(node: Beginning) -> float:
    assert node.lane is not None
    return node.lane * LANE + 4


def _node(node: Beginning, marks: _Marks, lefts: list[float], widths: list[float]) -> list[Html]:
    left, top = lefts[node.column], _place(node)
    on_path = marks.on_path(node.prefix)
    kind = f"node {node.what.fate}" + (" chosen" if on_path else "") + (" far" if node.far else "")
    doubt = 1 - min(math.exp(node.what.log_prob), 1.0)
    style = f"left:{rem(left)};top:{rem(top)};--unsure:{doubt:.3f}"
    # One stop for the tab key; from there the arrow keys go on (assets/live.js).
    stop = 0 if on_path and node.column == 1 else None
    shown = tag("span", node.name, class_=kind, style=style, role="img", aria_label=_tip(node),
                tabindex=stop, data_step=node.step, data_of=marks.of(node.prefix))  # fmt: skip
    return [shown, *_crumbs(node.dropped, left + widths[node.column] + 2, top, node.far)]


def _crumbs(dropped: list[Beginning], left: float, top: float, far: bool = False) -> list[Html]:
    """What was dropped after a word, under the lines that leave it."""
    shown = [[node] for node in dropped[:CRUMBS]]
    if len(dropped) > CRUMBS:
        shown[-1] = dropped[CRUMBS - 1 :]  # the last dot stands for all that is left
    return [
        tag("i", class_="crumb far" if far else "crumb", role="img", aria_label=_tips(gone), data_step=gone[0].step,
            style=f"left:{rem(left + 9 * (i % 3))};top:{rem(top + ROW - 4 + 9 * (i // 3))}")
        for i, gone in enumerate(shown)
    ]  # fmt: skip


def _line(grown: Tree, node: Beginning, marks: _Marks, lefts: list[float], widths: list[float]) -> Html:
    parent = grown.nodes.get(node.prefix[:-1])
    end, to = lefts[node.column], _place(node) + ROW / 2
    if parent is None:
        start, leave, from_ = 2.0, 6.0, ROW / 2 + 4
    else:
        start = lefts[parent.column] + len(parent.name) * CHARACTER + 14
        leave, from_ = lefts[parent.column] + widths[parent.column], _place(parent) + ROW / 2
    bend = (leave + end) / 2
    curve = f"M{start:.1f} {from_:.1f}H{leave:.1f}C{bend:.1f} {from_:.1f} {bend:.1f} {to:.1f} {end:.1f} {to:.1f}"
    kind = " ".join(name for name, holds in (("chosen", marks.on_path(node.prefix)), ("far", node.far)) if holds)
    return tag("path", d=curve, class_=kind or None, data_step=node.step, data_of=marks.of(node.prefix))


def _tips(dropped: list[Beginning]) -> str:
    more = [f"{node.name} {percent(math.exp(node.what.log_prob))}" for node in dropped[1:]]
    return _tip(dropped[0]) + (f" · and {len(more)} more: {', '.join(more)}" if more else "")


def _tip(node: Beginning) -> str:
    what = node.what
    return (
        f"{node.name} · P {percent(math.exp(what.log_prob))} · log P so far {what.total_log_prob:.2f} · "
        f"score {what.score:.2f} · {what.fate}: {what.reason}"
    )


def _summary(grown: Tree) -> str:
    fates = [node.what.fate for node in grown.nodes.values()]
    said = (
        f"{fates.count('kept')} beginnings kept, {fates.count('finished')} finished, {fates.count('dropped')} dropped"
    )
    if grown.folded:
        said += f"; {grown.folded} far from the winner are folded away"
    if grown.left_out:
        said += f"; {grown.left_out} still farther are not drawn"
    return f"{said}. Dots are what was dropped; point at anything, or tap it, for its numbers."


def _player(grown: Tree) -> Html:
    steps = max(node.step for node in grown.nodes.values()) + 1
    fold = tag("button", f"Unfold {grown.folded}", type="button", class_="fold", aria_expanded="false",
               data_other="Fold again")  # fmt: skip
    return tag(
        "div",
        tag("button", "Play", type="button", class_="play"),
        tag("input", type="range", min=1, max=steps, value=steps, class_="steps", aria_label="Steps shown"),
        tag("span", f"step {steps} of {steps}", class_="at"),
        [fold] if grown.folded else [],
        class_="player",
    )
