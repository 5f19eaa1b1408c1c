"""The same results on a GPU, where there is one."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    DiverseBeamConfig,
    ExactConfig,
    GreedyConfig,
    MbrConfig,
    Request,
    SampleConfig,
    Source,
    StochasticBeamConfig,
    run,
)
from seq2seq_core.decoding.search import model_step
from seq2seq_core.types import SpecialTokens, StepOutput

VOCABULARY, HIDDEN, SENTENCES = 40, 16, 9
SPECIALS = SpecialTokens()


class TinyState:
    """hidden: [N, H]. memory: [B, S, H]."""

    def __init__(self, hidden: Tensor, memory: Tensor) -> None:
        self.hidden, self.memory = hidden, memory

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> TinyState:
        return TinyState(self.hidden[rows], self.memory if sentences is None else self.memory[sentences])


class Tiny(nn.Module):
    """A recurrent decoder with dot attention, all random."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(4)
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN)
        self.cell = nn.GRUCell(HIDDEN, HIDDEN)
        self.output = nn.Linear(2 * HIDDEN, VOCABULARY)
        self.output.weight.data *= 4
        self.output.bias.data[SPECIALS.eos] += 2

    def step(self, last: Tensor, state: TinyState) -> StepOutput[TinyState]:
        hidden = self.cell(self.embedding(last), state.hidden)
        memory = state.memory.repeat_interleave(len(last) // len(state.memory), 0)
        attention = (memory @ hidden.unsqueeze(-1)).squeeze(-1).softmax(-1)
        context = (attention.unsqueeze(1) @ memory).squeeze(1)
        return StepOutput(self.output(torch.cat((hidden, context), -1)), attention, TinyState(hidden, state.memory))


def decode_on(device: str, config: Config) -> list[DecodeResult]:
    model = Tiny().to(device)
    memory = torch.randn(SENTENCES, 5, HIDDEN, generator=torch.Generator().manual_seed(2)).to(device)
    with torch.inference_mode():
        request = Request(
            step_fn=model.step, state=TinyState(memory[:, 0], memory),
            sources=tuple(Source("", ("x",) * 5, index) for index in range(SENTENCES)),
            config=config, specials=SPECIALS, device=torch.device(device), trace=True,
            pieces=lambda ids: [str(token) for token in ids], text=lambda ids: " ".join(map(str, ids)),
        )  # fmt: skip
        return run(request)


CONFIGS: list[Config] = [
    GreedyConfig(),
    BeamConfig(num_beams=4, num_return_sequences=4, coverage_penalty=0.2, no_repeat_ngram_size=2),
    BeamConfig(num_beams=5, early_stopping="never"),
    DiverseBeamConfig(),
    SampleConfig(num_return_sequences=5, top_k=10, typical_p=0.9),
    StochasticBeamConfig(),
    MbrConfig(num_candidates=8),
    ExactConfig(max_new_tokens=6),
]


@pytest.mark.cuda
@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)
def test_same_on_the_gpu(config: Config) -> None:
    for here, there in zip(decode_on("cpu", config), decode_on("cuda", config), strict=True):
        assert there.device == "cuda"
        assert [h.token_ids for h in there.hypotheses] == [h.token_ids for h in here.hypotheses]
        assert [h.score for h in there.hypotheses] == pytest.approx([h.score for h in here.hypotheses], abs=1e-3)
        assert there.forward_calls == here.forward_calls


@pytest.mark.parametrize("every", [2, 8])
@pytest.mark.parametrize("config", CONFIGS[:-1], ids=lambda config: type(config).__name__)
def test_looking_seldom_changes_nothing(config: Config, every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an accelerator does on any machine: the end is looked for only every few steps."""
    often = decode_on("cpu", config)
    monkeypatch.setattr(model_step, "check_every", lambda device: every)
    for one, other in zip(often, decode_on("cpu", config), strict=True):
        assert [h.token_ids for h in one.hypotheses] == [h.token_ids for h in other.hypotheses]
        assert [h.score for h in one.hypotheses] == pytest.approx([h.score for h in other.hypotheses], abs=1e-5)
        assert one.forward_calls == other.forward_calls and len(one.steps) == len(other.steps)
