"""What stands where in the Models view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradio as gr

from demo.about_models.curves import MEASURES
from demo.common.assets import ASSETS
from demo.common.cards import downloads, heading
from demo.common.examples import EXAMPLES
from demo.common.markup import tag

PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")
DOWNLOADS = {"html": "HTML, everything", "json": "JSON, everything", "csv": "CSV, the curves"}
ADD = (
    "Add one: train it (python -m seq2seq_core train RECIPE.toml), or start the app with --checkpoints FOLDER, also as "
    "transformers saves it, or --checkpoints hf:USER/NAME; several: repeat it."
)

html = partial(gr.HTML, apply_default_css=False)


@dataclass(frozen=True, kw_only=True)
class ModelsView:
    """The components that events read and write.

    present: holds the name of the model that is shown.
    """

    listed: gr.HTML
    status: gr.HTML
    title: gr.HTML
    card: gr.HTML
    over: gr.Dropdown
    measure: gr.Radio
    curves: gr.Plot
    picture: gr.HTML
    text: gr.Textbox
    pieces: gr.HTML
    lengths: gr.Plot
    told: gr.HTML
    downloads: gr.HTML
    file: gr.JSON
    present: gr.State


def lay_out() -> ModelsView:
    """Builds the components where it is called; what is in them comes with the models."""
    with gr.Row(elem_classes="evidence", elem_id="models"):
        with gr.Column(elem_classes="card", scale=4, min_width=240):
            html(heading("Models", "which, and how large"))
            listed = html(js_on_load=PRESSED, elem_id="models-list")
            html(tag("p", ADD, class_="caption"))
        with gr.Column(elem_classes="stacked", scale=11):
            with gr.Column(elem_classes="card"):
                title = html(elem_id="models-title")
                status = html(elem_id="models-status")
                card = html(elem_id="models-card")
                taken = html(downloads(DOWNLOADS), js_on_load=PRESSED, elem_id="models-downloads")
            with gr.Column(elem_classes="card"):
                html(heading("How it learnt", "thin: in training; thick: on the validation set"))
                with gr.Row(elem_classes="choosing"):
                    measure = gr.Radio(
                        [(name.partition(",")[0], key) for key, name in MEASURES.items()], value=next(iter(MEASURES)),
                        label="Curve", elem_classes="pills", elem_id="models-measure",
                    )  # fmt: skip
                    over = gr.Dropdown([("nothing", "")], value="", label="Laid over it", filterable=False)
                curves = gr.Plot(show_label=False, elem_id="models-curves", elem_classes="plain-figure")
                picture = html(elem_id="models-picture")
            with gr.Column(elem_classes="card"):
                html(heading("How it cuts words into pieces", "it reads and writes nothing else"))
                text = gr.Textbox(EXAMPLES[0], label="A text", lines=1, max_lines=6, elem_id="models-text")
                pieces = html(elem_id="models-pieces")
                html(heading("How long its pieces are", "all of its vocabulary, by letters"))
                lengths = gr.Plot(show_label=False, elem_id="models-lengths", elem_classes="plain-figure")
                told = html(elem_id="models-told")
    return ModelsView(
        listed=listed, status=status, title=title, card=card, over=over, measure=measure, curves=curves,
        picture=picture, text=text, pieces=pieces, lengths=lengths, told=told, present=gr.State(""),
        downloads=taken, file=gr.JSON(visible="hidden"),
    )  # fmt: skip
