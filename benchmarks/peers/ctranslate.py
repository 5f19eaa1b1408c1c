"""The same model of Marian's architecture, converted for CTranslate2 and decoded by it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from benchmarks.peers.marian import EOS, UNK
from benchmarks.peers.task import ForcedTask


@torch.no_grad()
def converted(model: Any, folder: Path, quantization: str | None) -> Any:
    """A translator of CTranslate2 on one thread. quantization: int8, or None for float32."""
    import ctranslate2
    from ctranslate2.converters.transformers import MarianMTLoader

    pieces = {number: f"p{number}" for number in range(model.config.vocab_size)}
    pieces |= {EOS: "</s>", UNK: "<unk>", model.config.pad_token_id: "<pad>"}
    tokenizer = SimpleNamespace(
        eos_token="</s>", unk_token="<unk>", get_vocab=lambda: {piece: number for number, piece in pieces.items()}
    )
    spec = MarianMTLoader()(model, tokenizer)
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir()
    spec.save(str(folder))
    kind = "int8_float32" if quantization == "int8" else "float32"
    return ctranslate2.Translator(str(folder), device="cpu", compute_type=kind, inter_threads=1, intra_threads=1)


class Translating:
    """``translate_batch()``, forced to the task's lengths; EOS is not among what it gives back."""

    def __init__(self, translator: Any, task: ForcedTask, vocabulary: int) -> None:
        self.translator, self.task = translator, task
        self.pieces = [[*(f"p{number}" for number in row), "</s>"] for row in task.ids(vocabulary, reserved=2)]

    def __call__(self) -> None:
        """Decodes, and checks that all was said."""
        found = self.translator.translate_batch(
            self.pieces,
            beam_size=self.task.width,
            min_decoding_length=self.task.target,
            max_decoding_length=self.task.target,
        )
        self.task.check([one.hypotheses[0] for one in found])
