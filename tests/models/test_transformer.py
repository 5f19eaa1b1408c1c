"""The Transformer: one function however it is computed, the same as PyTorch's own layers, and nothing looks ahead."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from seq2seq_core.checkpoint import load_checkpoint, save_checkpoint
from seq2seq_core.decoding import STRATEGIES, BeamConfig
from seq2seq_core.models import Transformer
from seq2seq_core.models.transformer.config import TransformerConfig
from seq2seq_core.models.transformer.transformer import DecoderLayer, EncoderLayer, MultiHeadAttention
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import load_recipe, train
from seq2seq_core.training.events import ValidationEvent
from seq2seq_core.training.loss import sequence_loss
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS, TRANSFORMER_TABLE, tiny_tokenizer, tiny_transformer, write_recipe

LENGTHS = torch.tensor([7, 4, 5])

SMALL = TransformerConfig(vocab_size=30, width=12, heads=3, feed_forward=20, dropout=0.0)

CONFIGS = [
    SMALL,
    dataclasses.replace(SMALL, encoder_layers=1, decoder_layers=4, heads=1, tie_embeddings=False),
    dataclasses.replace(SMALL, encoder_layers=4, decoder_layers=1, heads=12, width=24, feed_forward=7),
]
each = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.encoder_layers}-{config.decoder_layers}")


def batch() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    source = torch.randint(4, 30, (3, 7), generator=generator)
    for row, length in enumerate(LENGTHS):
        source[row, length:] = 0
    target = torch.randint(4, 30, (3, 6), generator=generator)
    target[:, 0] = 2
    return source, target


def model_of(config: TransformerConfig) -> Transformer:
    torch.manual_seed(0)
    return Transformer(config).eval()


def stepwise(model: Transformer, source: Tensor, lengths: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, V] and attention [B, T, S], a step at a time."""
    state, logits, attention = model.start(source, lengths), [], []
    for tokens in target.unbind(1):
        output = model.step(tokens, state)
        assert output.attention is not None
        state = output.state
        logits.append(output.logits)
        attention.append(output.attention)
    return torch.stack(logits, 1), torch.stack(attention, 1)


@each
def test_a_step_at_a_time_is_all_at_once(config: TransformerConfig) -> None:
    """Also with packed weights, in inference mode, where other kernels work; padding gets no attention."""
    model, (source, target) = model_of(config), batch()
    at_once = model(source, LENGTHS, target)
    assert at_once.requires_grad
    names = set(model.state_dict())
    prepared = model.prepared()
    assert prepared is not model and set(model.state_dict()) == names
    for used in (model, prepared):
        with torch.inference_mode():
            logits, attention = stepwise(used, source, LENGTHS, target)
        torch.testing.assert_close(logits, at_once, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(attention.sum(-1), torch.ones(3, 6))
        for row, length in enumerate(LENGTHS):
            assert attention[row, :, length:].eq(0).all() and attention[row, :, :length].gt(0).all()


@each
def test_what_comes_later_changes_nothing(config: TransformerConfig) -> None:
    model, (source, target) = model_of(config), batch()
    before = model(source, LENGTHS, target)
    for position in range(1, 6):
        changed = target.clone()
        changed[:, position] = (target[:, position] + 1) % 26 + 4
        after = model(source, LENGTHS, changed)
        torch.testing.assert_close(after[:, :position], before[:, :position])
        assert not torch.allclose(after[:, position], before[:, position])
        with torch.no_grad():  # the fused call
            torch.testing.assert_close(model(source, LENGTHS, changed), after.detach(), atol=1e-5, rtol=1e-4)


@each
def test_padding_changes_nothing_and_a_batch_is_one_by_one(config: TransformerConfig) -> None:
    model, (source, target) = model_of(config), batch()
    together, weights = stepwise(model, source, LENGTHS, target)
    for row, length in enumerate(LENGTHS.tolist()):
        one = slice(row, row + 1)
        alone, seen = stepwise(model, source[one, :length], LENGTHS[one], target[one])
        torch.testing.assert_close(together[one], alone, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(weights[one, :, :length], seen, atol=1e-5, rtol=1e-4)


@each
def test_beams_of_a_sentence_share_its_keys_and_follow_their_rows(config: TransformerConfig) -> None:
    model, (source, _) = model_of(config), batch()
    start = model.start(source, LENGTHS)
    beams = start.select(torch.tensor([0, 0, 1, 1, 2, 2]))
    assert beams.source is start.source and beams.mask is start.mask
    output = model.step(torch.tensor([5, 6, 7, 8, 9, 10]), beams)
    # Sentence 1 is dropped, the beams of the others change places.
    rows, sentences = torch.tensor([1, 0, 5, 4]), torch.tensor([0, 2])
    after = model.step(torch.tensor([11, 12, 13, 14]), output.state.select(rows, sentences))
    again = model.step(torch.tensor([11, 12, 13, 14]), output.state.select(rows, sentences))
    assert torch.equal(after.logits, again.logits)  # a step changes no state
    for row, (sentence, first, second) in enumerate([(0, 6, 11), (0, 5, 12), (2, 10, 13), (2, 9, 14)]):
        one = slice(sentence, sentence + 1)
        state = model.step(torch.tensor([first]), model.start(source[one], LENGTHS[one])).state
        alone = model.step(torch.tensor([second]), state)
        torch.testing.assert_close(after.logits[row], alone.logits[0], atol=1e-5, rtol=1e-4)


def test_attention_is_equation_1_in_each_head() -> None:
    torch.manual_seed(1)
    attention, asking, memory = MultiHeadAttention(6, 2), torch.randn(2, 3, 6), torch.randn(2, 4, 6)
    queries, keys_values = attention.query(asking), attention.keys_values(memory)
    keys, values = keys_values[..., :6], keys_values[..., 6:]
    mask = torch.tensor([[1, 1, 0, 1], [1, 1, 1, 1]], dtype=torch.bool)
    expected, shares = torch.zeros(2, 3, 6), torch.zeros(2, 2, 3, 4)
    for sentence in range(2):
        for head, units in enumerate((slice(0, 3), slice(3, 6))):
            for position in range(3):
                scores = [
                    (queries[sentence, position, units] @ keys[sentence, i, units]).item() / math.sqrt(3)
                    if mask[sentence, i] else -math.inf
                    for i in range(4)
                ]  # fmt: skip
                raised = [math.exp(score) for score in scores]
                for i in range(4):
                    shares[sentence, head, position, i] = raised[i] / sum(raised)
                    expected[sentence, position, units] += raised[i] / sum(raised) * values[sentence, i, units]
    read, weights = attention(asking, attention.remember(memory), mask[:, None, None], weigh=True)
    torch.testing.assert_close(read, attention.output(expected))
    torch.testing.assert_close(weights, shares)
    with torch.no_grad():
        fused, none = attention(asking, attention.remember(memory), mask[:, None, None])
    torch.testing.assert_close(fused, read.detach())
    assert none is None


def lend(attention: MultiHeadAttention, theirs: nn.MultiheadAttention) -> None:
    """Gives PyTorch's attention our weights."""
    theirs.in_proj_weight.copy_(torch.cat((attention.query.weight, attention.keys_values.weight)))
    theirs.in_proj_bias.copy_(torch.cat((attention.query.bias, attention.keys_values.bias)))
    theirs.out_proj.load_state_dict(attention.output.state_dict())


@torch.no_grad()
def test_layers_are_those_of_pytorch() -> None:
    """With its normalisation first; all weights are drawn, so that none is left out by being 0 or 1."""
    torch.manual_seed(2)
    sizes = {"d_model": 12, "nhead": 3, "dim_feedforward": 20, "dropout": 0.0, "batch_first": True, "norm_first": True}
    encoder, decoder = EncoderLayer(SMALL), DecoderLayer(SMALL)
    their_encoder, their_decoder = nn.TransformerEncoderLayer(**sizes), nn.TransformerDecoderLayer(**sizes)
    for parameter in (*encoder.parameters(), *decoder.parameters()):
        parameter.normal_(std=0.5)
    lend(encoder.attention, their_encoder.self_attn)
    lend(decoder.attention, their_decoder.self_attn)
    lend(decoder.source_attention, their_decoder.multihead_attn)
    for ours, theirs in ((encoder, their_encoder), (decoder, their_decoder)):
        theirs.linear1.load_state_dict(ours.feed_forward.inner.state_dict())
        theirs.linear2.load_state_dict(ours.feed_forward.outer.state_dict())
        theirs.norm1.load_state_dict(ours.before_attention.state_dict())
    their_encoder.norm2.load_state_dict(encoder.before_feed_forward.state_dict())
    their_decoder.norm2.load_state_dict(decoder.before_source.state_dict())
    their_decoder.norm3.load_state_dict(decoder.before_feed_forward.state_dict())

    source, target = torch.randn(2, 5, 12), torch.randn(2, 4, 12)
    real = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], dtype=torch.bool)
    memory = encoder(source, real[:, None, None])
    theirs = their_encoder(source, src_key_padding_mask=~real)
    torch.testing.assert_close(memory[real], theirs[real], atol=1e-5, rtol=1e-4)
    causal = torch.ones(4, 4, dtype=torch.bool).tril()
    kept = decoder.source_attention.remember(memory)
    ours, said, weights = decoder(target, kept[:, :, :, :0], kept, real[:, None, None], causal, True)
    expected = their_decoder(target, memory, tgt_mask=~causal, memory_key_padding_mask=~real)
    torch.testing.assert_close(ours, expected, atol=1e-5, rtol=1e-4)
    normed = their_decoder.norm2(target + their_decoder._sa_block(their_decoder.norm1(target), ~causal, None))
    _, seen = their_decoder.multihead_attn(normed, memory, memory, key_padding_mask=~real)
    torch.testing.assert_close(weights, seen, atol=1e-5, rtol=1e-4)
    assert said.shape == (2, 2, 3, 4, 4)


def test_pieces_are_scaled_and_positions_are_sines_and_cosines() -> None:
    model, pieces = model_of(SMALL), torch.tensor([[5, 6, 7]])
    with torch.inference_mode():  # what decoding made must be of use in training, too
        shifted = model._placed(model._scaled(model.target_embedding, pieces), 9)
    found = model._placed(model._scaled(model.target_embedding, pieces))
    found.sum().backward()
    for first, vectors in ((0, found), (9, shifted)):
        for place, piece in enumerate(pieces[0]):
            for unit in range(0, 12, 2):
                angle = (first + place) / 10_000 ** (unit / 12)
                scaled = model.target_embedding.weight[piece, unit : unit + 2] * math.sqrt(12)
                expected = scaled + torch.tensor([math.sin(angle), math.cos(angle)])
                torch.testing.assert_close(vectors[0, place, unit : unit + 2], expected)


@each
def test_one_batch_can_be_overfitted_and_every_weight_learns(config: TransformerConfig) -> None:
    model, (source, target) = model_of(config).train(), batch()
    wanted = torch.cat([target[:, 1:], torch.full((3, 1), 3)], dim=1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(120):
        loss = sequence_loss(model(source, LENGTHS, target), wanted, pad=0)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            still = [name for name, p in model.named_parameters() if p.grad is None or p.grad.abs().sum() == 0]
            assert not still, still
        optimizer.step()
    assert loss < 0.1


def test_its_own_choices_are_those_of_greedy_decoding_and_can_be_learnt_from() -> None:
    model, (source, target) = model_of(SMALL), batch()
    free = model(source, LENGTHS, target, teacher_forcing=0.0)
    free.sum().backward()  # no cache is written over that a gradient needs
    state, given = model.start(source, LENGTHS), target[:, 0]
    for position in range(target.size(1)):
        output = model.step(given, state)
        torch.testing.assert_close(free[:, position], output.logits, atol=1e-5, rtol=1e-4)
        state, given = output.state, output.logits.argmax(-1)
    nearly = model(source, LENGTHS, target, teacher_forcing=1.0 - 1e-12)
    torch.testing.assert_close(nearly, model(source, LENGTHS, target), atol=1e-5, rtol=1e-4)


def test_dropout_is_of_training_alone() -> None:
    model, (source, target) = model_of(dataclasses.replace(SMALL, dropout=0.5)), batch()
    whole = model(source, LENGTHS, target)
    torch.testing.assert_close(whole, model_of(SMALL)(source, LENGTHS, target))
    assert not torch.allclose(model.train()(source, LENGTHS, target), whole)


def test_tied_embeddings_are_one_matrix() -> None:
    tied, untied = model_of(SMALL), model_of(dataclasses.replace(SMALL, tie_embeddings=False))
    assert tied.output.weight is tied.source_embedding.weight is tied.target_embedding.weight
    counts = [sum(parameter.numel() for parameter in model.parameters()) for model in (tied, untied)]
    assert counts[1] - counts[0] == 2 * 30 * 12
    before = tied.output.weight[5].clone()
    tied(*batch()[:1], LENGTHS, batch()[1]).logsumexp(-1).sum().backward()
    torch.optim.SGD(tied.parameters(), lr=0.1).step()
    assert not tied.source_embedding.weight[5].equal(before) and tied.prepared().output is not tied.output


@each
def test_each_head_of_each_layer_can_be_looked_at(config: TransformerConfig) -> None:
    """What a step tells is the mean of them all; none looks ahead; the look leaves the model as it was."""
    model, (source, target) = model_of(config), batch()
    names = list(model.state_dict())
    said = torch.cat((target[:1, 1:], torch.tensor([[3]])), 1)  # what was generated after BOS
    _, attention = stepwise(model, source[:1], LENGTHS[:1], target[:1])
    for used in (model, model.prepared()):
        assert used.has_heads
        seen = used.look(source[:1], said)
        assert seen.cross.shape == (config.decoder_layers, config.heads, 6, 7)
        assert seen.encoder.shape == (config.encoder_layers, config.heads, 7, 7)
        assert seen.decoder.shape == (config.decoder_layers, config.heads, 6, 6)
        for weights in (seen.cross, seen.encoder, seen.decoder):
            assert weights.sum(-1) == pytest.approx(1.0, abs=1e-5)
        assert not seen.decoder[..., *torch.triu_indices(6, 6, 1).numpy()].any() and seen.encoder.all()
        for step in range(6):
            mean = attention[0, step].detach().numpy()
            assert seen.cross[:, :, step].mean((0, 1)) == pytest.approx(mean, abs=1e-5)
    assert list(model.state_dict()) == names


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"width": 13}, r"^width must be even, and a multiple of heads = 3; 13 is not$"),
        ({"width": 14}, r"^width must be even, and a multiple of heads = 3; 14 is not$"),
        ({"width": 9}, r"^width must be even, and a multiple of heads = 3; 9 is not$"),
        ({"width": 10**7}, r"^width must be from 1 to 1000000, not 10000000$"),
        ({"heads": 0}, r"^heads must be from 1 to 1000000, not 0$"),
        ({"feed_forward": -1}, r"^feed_forward must be from 1 to 1000000, not -1$"),
        ({"encoder_layers": 65}, r"^encoder_layers must be from 1 to 64, not 65$"),
        ({"decoder_layers": 0}, r"^decoder_layers must be from 1 to 64, not 0$"),
        ({"dropout": 1.0}, r"^dropout must be from 0.0 to 0.95, not 1.0$"),
        ({"vocab_size": 10**9}, r"^vocab_size must be from 1 to 1000000, not 1000000000$"),
    ],
)
def test_shapes_that_cannot_be_are_refused(changes: dict[str, int], said: str) -> None:
    with pytest.raises(CoreError, match=said):
        dataclasses.replace(SMALL, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transformer")
    save_checkpoint(folder, tiny_transformer(tiny_tokenizer()))
    return folder


def test_loaded_is_what_was_saved_and_the_card_counts_its_weights(saved: Path) -> None:
    expected = tiny_transformer(tiny_tokenizer()).model
    loaded = load_checkpoint(saved).model
    assert loaded.config == expected.config
    weights = dict(expected.named_parameters())
    assert weights.keys() == dict(loaded.named_parameters()).keys()
    for name, parameter in loaded.named_parameters():
        assert parameter.equal(weights[name].half().float()), name
    width, inner, pieces = 16, 24, 320
    attention, norm = 4 * (width * width + width), 2 * width
    feed_forward = 2 * width * inner + inner + width
    encoder, decoder = attention + feed_forward + 2 * norm, 2 * attention + feed_forward + 3 * norm
    count = 2 * encoder + 2 * decoder + 2 * norm + pieces * (width + 1)
    assert sum(parameter.numel() for parameter in loaded.parameters()) == count
    card = (saved / "README.md").read_text("utf-8")
    assert (
        "- transformer" in card and "| Encoder | 2 Transformer layers, 16 units, 2 heads, feed-forward of 24 |" in card
    )
    assert f"| Size | {count / 1e6:.1f} million weights, {2 * count / 1e6:.1f} MB in half precision |" in card


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"width": 10**6}, "does not fit its config.json: .* is 16 and not 1000000"),  # terabytes
        ({"width": 10**6, "heads": 10**6, "feed_forward": 10**6, "encoder_layers": 64}, "does not fit its config.json"),
        ({"decoder_layers": 3}, "does not fit its config.json: .* is missing"),
        ({"tie_embeddings": False}, "does not fit its config.json: .* is missing"),
        ({"heads": 3}, r"width must be even, and a multiple of heads = 3; 16 is not"),
        ({"heads": "2"}, r"model\.heads must be of type int, not '2'"),
        ({"cell": "gru"}, r"unknown setting model\.cell"),
        ({"family": "recurrent"}, r"unknown setting model\.\w+"),
    ],
)
def test_a_config_that_is_not_that_of_the_weights_is_refused(
    saved: Path, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    save_checkpoint(tmp_path, tiny_transformer(tiny_tokenizer()))
    told = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(told | {"model": told["model"] | changes}))
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    del metrics["sha256"]
    (tmp_path / "metrics.json").write_text(json.dumps(metrics))
    with pytest.raises(CoreError, match=said) as refusal:
        load_checkpoint(tmp_path)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_runs(saved: Path, name: str) -> None:
    """And a batch is what each of its sentences is alone, with attention over every piece of the source."""
    translator = Translator.load(saved, "cpu")
    assert translator.has_attention and translator.precision == "float32"
    config = STRATEGIES[name].Config(max_new_tokens=6)
    texts = ["one two.", "three.", "nine eight."]
    results = translator.translate(texts, config, trace=name != "exact")
    for text, result in zip(texts, results, strict=True):
        best = result.hypotheses[0]
        assert best.attention is not None
        assert best.attention.shape == (len(best.token_ids), len(result.source_tokens))
        assert best.attention.sum(-1) == pytest.approx(1.0, abs=1e-5)
        if name not in ("sample", "mbr", "stochastic-beam"):  # whose draws depend on a sentence's place
            alone = translator.translate(text, config)[0].hypotheses[0]
            assert alone.token_ids == best.token_ids and alone.log_prob == pytest.approx(best.log_prob, abs=1e-4)


def test_a_state_that_grows_is_part_of_what_a_request_may_take(saved: Path) -> None:
    translator = Translator.load(saved, "cpu")
    model = translator.model
    state = model.start(torch.full((1, 3), 5), torch.tensor([3]))
    assert sum(part.nbytes for part in model.step(torch.tensor([2]), state).state.said) == model.bytes_a_step
    texts, beam = ["one two."], BeamConfig(num_beams=5, max_new_tokens=40)
    grown = translator.cost(texts, beam).bytes
    model.config = dataclasses.replace(model.config, decoder_layers=1)
    assert grown - translator.cost(texts, beam).bytes == 3 * 5 * 40 * 2 * 16 * 4


def test_a_recipe_trains_it(tmp_path: Path) -> None:
    recipe = load_recipe(
        write_recipe(
            tmp_path, model=TRANSFORMER_TABLE, epochs=25, learning_rate=0.01, label_smoothing=0.0, validate_every=50
        ),
    )
    validations = [event for event in train(recipe) if isinstance(event, ValidationEvent)]
    assert validations[-1].perplexity < 1.1 < validations[0].perplexity
    translator = Translator.load(recipe.folder / "checkpoint", device="cpu")
    results = translator.translate([source for source, _ in PAIRS])
    right = sum(r.hypotheses[0].text == target for r, (_, target) in zip(results, PAIRS, strict=True))
    assert right >= 95
