"""A tiny randomly initialised encoder-decoder of ``transformers``, and the adapter that makes it a step function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import BartConfig, BartForConditionalGeneration

from seq2seq_core.decoding import Config, DecodeResult, Request, Source, run
from seq2seq_core.types import SpecialTokens, StepOutput, Ways

SPECIALS = SpecialTokens(pad=0, unk=1, bos=2, eos=3)
VOCABULARY = 13
LENGTHS = (5, 1, 3, 4)
"""Pieces of each source sentence."""


class Ids:
    """Texts are ids parted by blanks, each a word of its own."""

    goes_on = left_open = frozenset[int]()

    def ways(self, text: str) -> Ways:
        ids = [int(part) for part in text.split()]
        edges = tuple((place + 1 if place else 0, token, place + 2) for place, token in enumerate(ids))
        return Ways(edges, (0, 0, *range(1, len(ids) + 1)))


@dataclass(frozen=True)
class BartState:
    """Encoder memory [B, S, H] and mask [B, S]; every row's target so far [N, t]. No cache: simple is right."""

    memory: Tensor
    mask: Tensor
    targets: Tensor

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> BartState:
        memory, mask = (self.memory, self.mask) if sentences is None else (self.memory[sentences], self.mask[sentences])
        return BartState(memory, mask, self.targets[rows])


class TinyBart:
    """The model, four ragged source sentences, and both ways to decode them."""

    def __init__(self, seed: int, *, eos_bias: float = 1.0) -> None:
        torch.manual_seed(seed)
        config = BartConfig(
            vocab_size=VOCABULARY, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
            decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=64,
            init_std=0.4, pad_token_id=SPECIALS.pad, bos_token_id=SPECIALS.bos, eos_token_id=SPECIALS.eos,
            decoder_start_token_id=SPECIALS.bos, forced_eos_token_id=None,
        )  # fmt: skip
        self.model = BartForConditionalGeneration(config).eval()
        self.model.final_logits_bias[0, SPECIALS.eos] = eos_bias
        width = max(LENGTHS)
        self.mask = torch.tensor([[position < length for position in range(width)] for length in LENGTHS])
        self.ids = torch.randint(4, VOCABULARY, (len(LENGTHS), width)) * self.mask

    def theirs(self, **settings: Any) -> Any:
        """``generate()``, kept from PAD, UNK and BOS as ours always is."""
        return self.model.generate(
            input_ids=self.ids, attention_mask=self.mask.long(), return_dict_in_generate=True, output_scores=True,
            suppress_tokens=[*SPECIALS.never_generated], **settings,
        )  # fmt: skip

    @torch.inference_mode()
    def ours(self, config: Config) -> list[DecodeResult]:
        """Our own decoding of the same sentences by the same model."""
        memory = self.model.model.encoder(input_ids=self.ids, attention_mask=self.mask.long()).last_hidden_state
        request = Request(
            step_fn=self.step,
            state=BartState(memory, self.mask, torch.zeros(len(LENGTHS), 0, dtype=torch.long)),
            sources=tuple(Source("", ("x",) * length, index) for index, length in enumerate(LENGTHS)),
            config=config, specials=SPECIALS, device=torch.device("cpu"),
            pieces=lambda ids: [str(token) for token in ids], text=lambda ids: " ".join(map(str, ids)), lexicon=Ids(),
        )  # fmt: skip
        return run(request)

    def step(self, last: Tensor, state: BartState) -> StepOutput[BartState]:
        targets = torch.cat((state.targets, last.unsqueeze(1)), 1)
        each = len(targets) // len(state.memory)
        output = self.model(
            encoder_outputs=(state.memory.repeat_interleave(each, 0),),
            attention_mask=state.mask.repeat_interleave(each, 0).long(),
            decoder_input_ids=targets,
        )
        return StepOutput(output.logits[:, -1], None, BartState(state.memory, state.mask, targets))


def trimmed(sequence: Tensor) -> tuple[int, ...]:
    """Generated ids of one of their sequences: without the start token and what follows EOS."""
    ids = sequence.tolist()[1:]
    return tuple(ids[: ids.index(SPECIALS.eos) + 1] if SPECIALS.eos in ids else ids)
