"""Uses a project to which the toys were added, as people do, and prints what came of it as JSON."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import gradio as gr

from demo.api.endpoints import Endpoints
from demo.app import build
from demo.common.languages import Languages
from demo.service import Service
from demo.translate import show
from demo.translate.layout import lay_out
from demo.translate.state import Shown, ShownText
from seq2seq_core.training import Trainer, load_recipe, train
from tests.tiny import MODEL_TABLE, write_recipe

MODELS = {"near": f'{MODEL_TABLE}\nattention = "nearness"', "bag": 'family = "bag"\nvocab_size = 320\nwidth = 4'}


def trained(name: str, table: str) -> Path:
    """The checkpoint of a run of one update, beside the others."""
    folder = Path("work") / name
    folder.mkdir(parents=True)
    recipe = write_recipe(folder.resolve(), model=table)
    assert [event.step for event in train(load_recipe(recipe), on_ready=Trainer.stop)] == [1]
    return Path(shutil.copytree(folder / "run" / "checkpoint", Path("checkpoints") / name))


def card_of(service: Service) -> str:
    """What the toy card says of a translation."""
    with gr.Blocks():
        view = lay_out(service)
    request = service.text_request("3 May 2021", "dates", "second", {"choice": 1}).sentences[0]
    *_, result = service.run(request)
    shown: Any = ShownText((Shown(request, result, Languages()),))  # type: ignore[arg-type]
    return str(show.everything(view, shown, False)[view.parts["pieces-read"].html])


def main() -> None:
    """Trains, serves, asks."""
    cards = {name: (trained(name, table) / "README.md").read_text("utf-8") for name, table in MODELS.items()}
    service = Service(Path("checkpoints"), "cpu")
    page: Any = build(service).get_config_file()
    endpoints = Endpoints(service)
    said = {
        name: endpoints.translate("3 May 2021", "second", {"choice": 1, "max_new_tokens": 5}, name)
        for name in ("near", "bag")
    }
    banned = endpoints.translate("3 May 2021", "second", {"choice": 1}, "dates")["hypotheses"][0]["token_ids"][0]
    without = endpoints.translate("3 May 2021", "second", {"choice": 1, "banned_token": banned}, "dates", True)
    json.dump(
        {
            "cards": cards,
            "components": [part["props"] for part in page["components"]],
            "models": endpoints.models(),
            "said": said,
            "banned": banned,
            "without": without,
            "card": card_of(service),
        },
        sys.stdout,
        default=str,
    )


if __name__ == "__main__":
    main()
