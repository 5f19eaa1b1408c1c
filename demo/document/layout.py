"""What stands where in the Document view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from demo.common import cards, drawer, question
from demo.common.assets import ASSETS
from demo.common.cards import heading
from demo.common.controls import Controls, choices
from demo.common.languages import UNKNOWN
from demo.common.markup import Html, tag
from demo.common.wiring import KEPT
from demo.document import table
from demo.document.asked import DOUBTFUL_FIRST, FILE, FILE_ORDER, PASTED, SIZE
from demo.document.state import DocumentTurn
from demo.service import DOCUMENT_FORMATS, DOCUMENT_LIMITS, MAX_UNIT, Service

LIMITS = f"At most {SIZE}, {DOCUMENT_LIMITS.units:,} texts of up to {MAX_UNIT:,} characters each."
PASTE = f"Each line is a text of its own; empty ones stay. {LIMITS}"
COLUMN = "By its heading, or its number from 1."
EXAMPLE = "Dear Ann,\n\nthe dog has eaten the letter. Could you send it again?"
DOWNLOADS = {"same": "Document, as it came", "tsv": "TSV, all texts", "json": "JSON, everything"}

VIEW = "document"
"""How the page calls this view where it compares what is shown with what is asked now."""

ANSWER = question.of(VIEW)

PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")
CHOOSER = (ASSETS / "file.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """The components that events read and write.

    heading: what the view does. read: what is in the file.
    chooser: where a file is chosen; upload: holds it on its way to a handler.
    present: holds the ``DocumentRun`` that is shown. turn: holds a ``DocumentTurn``.
    """

    heading: gr.HTML
    kind: gr.Radio
    text: gr.Textbox
    chooser: gr.HTML
    read: gr.HTML
    column: gr.Textbox
    run: gr.Button
    stop: gr.Button
    status: gr.HTML
    model: gr.Dropdown
    strategy: gr.Radio
    summary: gr.HTML
    controls: Controls
    order: gr.Radio
    table: gr.HTML
    downloads: gr.HTML
    earlier: gr.HTML
    upload: gr.JSON
    file: gr.JSON
    press: gr.JSON
    present: gr.State
    turn: gr.State

    @property
    def results(self) -> list[gr.blocks.Block]:
        """What a run writes."""
        return [self.status, self.table, self.present, self.earlier]

    @property
    def question(self) -> list[gr.components.Component]:
        """What a document's translation hangs on, beside the file, which the chooser names."""
        return [self.kind, self.text, self.column, self.model, self.strategy, *self.controls.widgets]


html = partial(gr.HTML, apply_default_css=False)


def lay_out(service: Service) -> DocumentView:
    """Builds the components where it is called."""
    with gr.Row(elem_classes="evidence"):
        asking = _source()
        choosing = choices(service.names, "document")
    with gr.Column(elem_classes=f"card {ANSWER}", elem_id="document-texts"):
        html(heading("Texts", "press one to open it in Translate"))
        # Hidden until there is a table by assets/document.css: one that Gradio hides may miss what comes first.
        orders = [("As in the document", FILE_ORDER), ("Doubtful first", DOUBTFUL_FIRST)]
        order = gr.Radio(
            orders, value=FILE_ORDER, label="Order", show_label=False, container=False, elem_classes="pills",
            elem_id="document-order",
        )  # fmt: skip
        texts = html(table.empty(UNKNOWN), js_on_load=PRESSED, elem_id="document-table")
        downloads = html(cards.downloads(DOWNLOADS), js_on_load=PRESSED, elem_id="document-downloads")
    earlier = html(elem_id="document-earlier", elem_classes="bar-below")
    return DocumentView(
        **asking, **choosing, earlier=earlier, order=order, table=texts, downloads=downloads,
        upload=gr.JSON(visible="hidden"), file=gr.JSON(visible="hidden"), press=gr.JSON(visible="hidden"),
        present=gr.State(None, time_to_live=KEPT), turn=gr.State(DocumentTurn()),
    )  # fmt: skip


def _source() -> dict[str, Any]:
    """The card in which a text is pasted or a file chosen; assets/document.css shows what is wanted of both."""
    with gr.Column(elem_classes="card ask", elem_id="document", scale=10):
        title = html(table.heading(UNKNOWN))
        kinds = [("Pasted text", PASTED), ("File", FILE)]
        kind = gr.Radio(kinds, value=PASTED, label="Document", elem_classes="pills", elem_id="document-kind")
        text = gr.Textbox(label="Text", info=PASTE, placeholder=EXAMPLE, lines=9, max_lines=16, elem_id="document-text")
        chooser = html(_chooser(), js_on_load=CHOOSER, elem_id="document-file")
        read = html(elem_id="document-read")
        column = gr.Textbox(
            label=table.column(UNKNOWN), info=COLUMN, max_length=200, visible=False, elem_id="document-column"
        )
        with gr.Row(elem_classes="actions"):
            run = gr.Button(UNKNOWN.verb, variant="primary", elem_id="document-run")
            stop = gr.Button("Stop", elem_id="document-stop")
            html(drawer.opener("document-how"), elem_classes=drawer.OPENS)
        status = html(elem_id="document-status")
    return {
        "heading": title, "kind": kind, "text": text, "chooser": chooser, "read": read, "column": column, "run": run,
        "stop": stop, "status": status,
    }  # fmt: skip


def _chooser() -> Html:
    formats = ", ".join(DOCUMENT_FORMATS)
    box = tag(
        "input", type="file", id="document-input", accept=formats, data_limit=DOCUMENT_LIMITS.size,
        aria_describedby="document-limits",
    ).removesuffix("</input>")  # fmt: skip
    label = tag("label", "File", for_="document-input")
    said = tag("p", f"{formats}. {LIMITS}", id="document-limits", class_="caption")
    return tag("div", label, said, Html(box), class_="file")
