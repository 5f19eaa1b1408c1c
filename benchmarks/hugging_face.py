"""How long beam search takes here beside ``generate()`` on the same model of ``transformers``.

    python -m benchmarks.hugging_face
    python -m benchmarks.hugging_face --checkpoint hf:Helsinki-NLP/opus-mt-en-de --rounds 5

Without --checkpoint the model is random, of the sizes of opus-mt: 6 + 6 layers, 512 units, 58,101 pieces. Every
translation has as many tokens, so that both do the same work. Both take turns, and the least processor time of each
counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from transformers import MarianConfig, MarianMTModel, PreTrainedModel

from seq2seq_core.decoding import BeamConfig, Request, Source, run
from seq2seq_core.models.hugging_face.attention import NAME
from seq2seq_core.models.hugging_face.model import HuggingFaceConfig, HuggingFaceModel
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import SpecialTokens

BEAMS, TOKENS, PIECES = 5, 24, 20


def random_model() -> HuggingFaceModel:
    """Of the sizes of opus-mt."""
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=58101, d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8,
        decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048, max_position_embeddings=512,
        pad_token_id=58100, eos_token_id=0, bos_token_id=0, decoder_start_token_id=58100, forced_eos_token_id=None,
        scale_embedding=True,
    )  # fmt: skip
    shape = HuggingFaceConfig(vocab_size=config.vocab_size, kind="marian")
    specials = SpecialTokens(pad=58100, unk=1, bos=58100, eos=0, banned=())
    return HuggingFaceModel(MarianMTModel(config).eval().requires_grad_(False), shape, specials).eval()


def ours(model: HuggingFaceModel, source: Tensor) -> None:
    """Beam search of ours, the trace off."""
    lengths = torch.full((len(source),), source.size(1))
    with torch.inference_mode():
        state = model.start(source, lengths)
    tokens = ("x",) * source.size(1)
    run(
        Request(
            step_fn=model.step, state=state, sources=tuple(Source("", tokens, place) for place in range(len(source))),
            config=BeamConfig(num_beams=BEAMS, max_new_tokens=TOKENS, min_new_tokens=TOKENS),
            specials=model.specials, device=source.device, pieces=lambda ids: ["x"] * len(ids),
            text=lambda ids: " ".join(map(str, ids)),
        )
    )  # fmt: skip


def theirs(model: PreTrainedModel, source: Tensor) -> None:
    """``generate()`` with its own attention."""
    with torch.inference_mode():
        model.generate(
            input_ids=source, attention_mask=torch.ones_like(source), num_beams=BEAMS, do_sample=False,
            max_new_tokens=TOKENS, min_new_tokens=TOKENS, length_penalty=1.0, early_stopping=False,
        )  # fmt: skip


def least(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The least processor seconds of each way, in turns."""
    took = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            way()
            took[name] = min(took[name], time.process_time() - start)
    return took


def main() -> None:
    """Prints a line for each batch size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", metavar="MODEL", help="say hf:Helsinki-NLP/opus-mt-en-de")
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    model = Translator.load(flags.checkpoint, "cpu").model if flags.checkpoint else random_model()
    assert isinstance(model, HuggingFaceModel), "name a model of transformers"

    def with_attention(kind: str, way: Callable[[], Any]) -> Callable[[], Any]:
        def done() -> None:
            model.model.set_attn_implementation(kind)
            way()

        return done

    print(f"{BEAMS} beams, {TOKENS} tokens from {PIECES} pieces, {torch.get_num_threads()} threads; processor seconds")
    for batch in (1, 16):
        source = torch.randint(2, 1000, (batch, PIECES))
        ways = {
            "ours": with_attention(NAME, lambda source=source: ours(model, source)),
            "generate()": with_attention("sdpa", lambda source=source: theirs(model.model, source)),
        }
        took = least(ways, flags.rounds)
        told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in took.items())
        print(f"batch {batch:>2}: {told}; ratio {took['ours'] / took['generate()']:.2f}")


if __name__ == "__main__":
    main()
