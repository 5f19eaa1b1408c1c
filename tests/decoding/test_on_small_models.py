"""The searches on small random encoder-decoders against every target there is, each scored by the fused pass."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from seq2seq_core.data.batches import pad_sources
from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    ExactConfig,
    GreedyConfig,
    Request,
    SampleConfig,
    Source,
    StochasticBeamConfig,
    run,
)
from seq2seq_core.models import Model, ModelConfig, make_model
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.models.transformer.config import TransformerConfig
from seq2seq_core.types import SpecialTokens

SPECIALS = SpecialTokens()
EOS, LIMIT = SPECIALS.eos, 4
WORDS = (4, 5)  # besides EOS; with PAD, UNK and BOS, a vocabulary of 6
SOURCES = [[4], [4, 4, 5, 4], [5, 4]]


SIZES = {"vocab_size": 6, "embedding_size": 6, "encoder_size": 4, "decoder_size": 8, "dropout": 0.0}
SHAPES: dict[str, ModelConfig] = {
    "general": RecurrentConfig(**SIZES, attention="general", cell="lstm"),  # type: ignore[arg-type]
    "none": RecurrentConfig(**SIZES, attention="none", cell="gru"),  # type: ignore[arg-type]
    "transformer": TransformerConfig(vocab_size=6, width=8, heads=2, feed_forward=12, dropout=0.0),
}


def random_model(seed: int, shape: str) -> Model:
    torch.manual_seed(seed)
    model = make_model(SHAPES[shape]).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.mul_(3.0)  # sharper than fresh weights, so that searches can go wrong
    return model


def search(model: Model, config: Config) -> list[DecodeResult]:
    source, lengths = pad_sources(SOURCES, SPECIALS)
    request = Request(
        step_fn=model.step,
        state=model.start(source, lengths),
        sources=tuple(Source(text="", tokens=("x",) * (len(ids) + 1), index=i) for i, ids in enumerate(SOURCES)),
        config=config,
        specials=SPECIALS,
        device=torch.device("cpu"),
        pieces=lambda ids: [str(i) for i in ids],
        text=lambda ids: " ".join(map(str, ids)),
    )
    return run(request)


def every_target(model: Model, sentence: int) -> dict[tuple[int, ...], float]:
    """log P of each target that ends by itself or at the limit, from one call with teacher forcing."""
    targets = [(*words, EOS) for n in range(LIMIT) for words in product(WORDS, repeat=n)]
    targets += list(product(WORDS, repeat=LIMIT))
    width = max(map(len, targets))
    given = torch.tensor([[SPECIALS.bos, *t, *[SPECIALS.pad] * (width - len(t))][:width] for t in targets])
    source, lengths = pad_sources([SOURCES[sentence]] * len(targets), SPECIALS)
    log_probs = torch.log_softmax(model(source, lengths, given), dim=-1)
    return {t: sum(float(log_probs[row, i, token]) for i, token in enumerate(t)) for row, t in enumerate(targets)}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES)
def test_against_every_target_there_is(seed: int, shape: str) -> None:
    model = random_model(seed, shape)
    exact = search(model, ExactConfig(max_new_tokens=LIMIT, max_forward_calls=10_000, max_seconds=600))
    beams = {
        width: search(
            model,
            BeamConfig(
                num_beams=width,
                num_return_sequences=width,
                max_new_tokens=LIMIT,
                length_penalty_type="none",
                early_stopping="never",
            ),
        )
        for width in (1, 2, 40)
    }
    others = [
        search(model, GreedyConfig(max_new_tokens=LIMIT)),
        search(model, SampleConfig(max_new_tokens=LIMIT, num_return_sequences=5)),
        search(model, StochasticBeamConfig(max_new_tokens=LIMIT, num_beams=5)),
        *beams.values(),
    ]
    for sentence in range(len(SOURCES)):
        known = every_target(model, sentence)
        best = max(known.values())
        assert exact[sentence].proven is True
        assert exact[sentence].hypotheses[0].log_prob == pytest.approx(best, abs=1e-4)
        everything = beams[40][sentence].hypotheses
        assert {h.token_ids for h in everything} == set(known)
        assert everything[0].log_prob == pytest.approx(best, abs=1e-4)
        assert beams[1][sentence].hypotheses[0].token_ids == others[0][sentence].hypotheses[0].token_ids
        for results in others:
            for hypothesis in results[sentence].hypotheses:
                assert hypothesis.log_prob == pytest.approx(known[hypothesis.token_ids], abs=1e-4, rel=1e-5)
                assert hypothesis.log_prob <= best + 1e-4
        for results in beams.values():
            scores = [hypothesis.score for hypothesis in results[sentence].hypotheses]
            assert scores == sorted(scores, reverse=True)
            assert len({hypothesis.token_ids for hypothesis in results[sentence].hypotheses}) == len(scores)
