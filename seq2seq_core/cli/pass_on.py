"""``push`` and ``export-onnx`` pass a model on."""

from __future__ import annotations

import argparse
from pathlib import Path

from seq2seq_core.cli.flags import Commands, refuse_a_team


def add(commands: Commands) -> None:
    """The commands with their flags."""
    push = commands.add_parser(
        "push",
        help="put a checkpoint on the Hugging Face Hub",
        description="Puts a checkpoint of this project on the Hub, with its card. From then on hf:USER/NAME loads it "
        "wherever a model is named.",
    )
    push.add_argument("checkpoint", type=Path, metavar="DIR", help="say runs/my-model/checkpoint")
    push.add_argument("repository", metavar="USER/NAME", help="made where it is not there yet")
    push.add_argument("--private", action="store_true", help="make it so that nobody else sees it")
    push.set_defaults(command=_push)

    export = commands.add_parser(
        "export-onnx",
        help="write a model as two ONNX graphs, to run without PyTorch",
        description="Writes the encoder and one step of the decoder as ONNX graphs, beside the tokenizer; docs/onnx.md "
        "runs them in 40 lines.",
    )
    export.add_argument("--checkpoint", required=True, metavar="DIR", help="a model of this project, or hf:USER/NAME")
    export.add_argument("--output", type=Path, required=True, metavar="DIR", help="made where it is not there yet")
    export.set_defaults(command=_export_onnx)


def _push(flags: argparse.Namespace) -> None:
    from seq2seq_core.push import push

    refuse_a_team("push")
    address = push(flags.checkpoint, flags.repository, private=flags.private)
    print(f"{address}\nTo use it: python -m seq2seq_core translate --checkpoint hf:{flags.repository}")


def _export_onnx(flags: argparse.Namespace) -> None:
    from seq2seq_core.checkpoint import open_checkpoint
    from seq2seq_core.onnx_export import export_onnx

    refuse_a_team("export-onnx")
    _, checkpoint = open_checkpoint(flags.checkpoint)
    for path in export_onnx(checkpoint, flags.output):
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
