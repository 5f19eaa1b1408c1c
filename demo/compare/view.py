"""Compare: what would another strategy have said, and at what price?"""

from __future__ import annotations

import gradio as gr
from gradio.context import Context

from demo.common.wiring import DECODING, EACH, LAST, SAVE, UNSEEN, Entrants, hearing, listening, told, typed_again
from demo.compare.editing import Editing
from demo.compare.events import CompareEvents
from demo.compare.layout import VIEW, CompareView, lay_out
from demo.compare.show import Display
from demo.service import Service

TO_EDITOR = """() => {
  if (!["edit", "add"].includes(window.pressedKind)) return;
  document.querySelector("#editor input:checked")?.focus();
}"""

WHICH_CARD = """() => {
  const all = [...document.querySelectorAll("#board [data-kind=edit]")];
  window.closedCard = all.findIndex((edit) => edit.ariaExpanded === "true");
}"""
TO_CARD = "() => document.querySelectorAll('#board [data-kind=edit]')[window.closedCard]?.focus()"


def build(service: Service) -> Entrants:
    """The view's components and events; returns what a view below it may run."""
    view = lay_out(service)
    display = Display(service, view)
    editing = Editing(service, view, display)
    loaded = _wire(view, CompareEvents(service, view, display, editing), editing)
    return Entrants(view.model, view.seed, view.cards, loaded)


def _wire(view: CompareView, events: CompareEvents, editing: Editing) -> gr.events.Dependency:
    """Returns the event after which the tab is as the page's address asks."""
    asking = {"inputs": [view.desk, listening(VIEW, view.asked)], "outputs": [view.status, *view.results]}
    run, heard = DECODING | told(VIEW) | asking, hearing(VIEW, view.asked)
    dealt = [view.cards, *view.results, *view.editor.shown]
    page, editor, desk = Context.root_block, view.editor, view.desk
    assert page is not None, "a tab is built inside a Blocks context"
    restored = [*view.asked, editor.model, view.cards, *view.results]
    loaded = page.load(events.restore, desk, restored, **LAST)
    linked = loaded.then(**heard).then(events.run_linked, **run)
    # A reference that comes in the midst of that run has left its status at a step for ever.
    linked.then(**typed_again(view.sentence, view.reference))
    entered = [view.sentence.submit, view.reference.submit, view.run.click, editor.run.click, editor.name.submit]
    gr.on(entered, **heard).then(events.run, **run)
    view.stop.click(events.stop, desk, None, **EACH)
    view.model.input(events.model, [view.sentence, view.model], [view.sentence, view.reference], **LAST)
    view.presets.select(events.preset, [desk, view.model], [*dealt, view.status], **EACH)
    pressed = view.board.select(events.press, desk, dealt, **EACH)
    pressed.then(None, None, None, js=TO_EDITOR, **UNSEEN)
    saved = view.board.select(events.export, desk, [view.file, view.status], **EACH)
    saved.then(inputs=view.file, **SAVE)
    editor.done.click(None, None, None, js=WHICH_CARD, **UNSEEN)
    editor.done.click(events.close, desk, dealt, **EACH).then(None, None, None, js=TO_CARD, **UNSEEN)
    editor.strategy.input(editing.switch, [desk, editor.strategy], dealt, **LAST)
    editor.model.input(editing.choose, [desk, editor.model], dealt, **LAST)
    editor.setting.input(editing.span, [desk, editor.setting], [editor.setting, *editor.ends], **LAST)
    editor.sweep.click(editing.sweep, [desk, editor.setting, *editor.ends], dealt, **EACH)
    # Not input, which misses what is pasted or rubbed out.
    editor.name.change(editing.rename, [desk, editor.name], [view.cards, *view.results], **LAST)
    changed = [widget.input for widget in editor.controls.widgets]
    gr.on(
        changed, editing.set, [desk, editor.name, *editor.controls.widgets],
        [view.cards, *view.results, editor.name, editor.problem], **LAST,
    )  # fmt: skip
    view.reference.change(events.refer, [desk, view.reference], view.results, **LAST)
    view.again.click(events.time_again, desk, [view.timing, *view.results], **DECODING)
    view.against.input(events.against, [desk, view.against], view.plot, **LAST)
    return loaded
