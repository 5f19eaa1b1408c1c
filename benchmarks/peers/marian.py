"""A model of Marian's architecture with random weights, as many as one of ours has, decoded by ``transformers``."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.peers.task import ForcedTask

UNK, EOS = 1, 0
"""As Marian's vocabularies have them; PAD is the last piece."""


def marian_model(parameters: int, vocabulary: int) -> Any:
    """Three layers that encode and two that decode, as wide as makes the number of weights come nearest.

    For 6 million weights and 6,000 pieces that is a width of 256, which is what people choose for such sizes.
    """
    from transformers import MarianConfig, MarianMTModel

    def built(width: int, device: str) -> Any:
        config = MarianConfig(
            vocab_size=vocabulary + 1, d_model=width, encoder_layers=3, decoder_layers=2, encoder_attention_heads=4,
            decoder_attention_heads=4, encoder_ffn_dim=4 * width, decoder_ffn_dim=4 * width, pad_token_id=vocabulary,
            eos_token_id=EOS, forced_eos_token_id=EOS, decoder_start_token_id=vocabulary, max_position_embeddings=512,
            activation_function="relu", scale_embedding=True,
        )  # fmt: skip
        with torch.device(device):
            return MarianMTModel(config).eval()

    sizes = {width: built(width, "meta").num_parameters() for width in range(64, 769, 64)}
    torch.manual_seed(1)
    return built(min(sizes, key=lambda width: abs(sizes[width] - parameters)), "cpu")


class Generating:
    """``generate()``, forced to the task's lengths."""

    def __init__(self, model: Any, task: ForcedTask) -> None:
        self.model, self.task = model, task
        pad = model.config.pad_token_id
        self.ids = torch.tensor([[*row, EOS] for row in task.ids(pad, reserved=2)])

    @torch.inference_mode()
    def __call__(self) -> None:
        """Decodes, and checks that all was said."""
        found = self.model.generate(
            input_ids=self.ids,
            attention_mask=torch.ones_like(self.ids),
            num_beams=self.task.width,
            do_sample=False,
            min_new_tokens=self.task.target,
            max_new_tokens=self.task.target,
        )
        self.task.check([row[1:] for row in found.tolist()])
