"""Every combination of cell, attention, layers and directions: one function, however it is computed."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from seq2seq_core.models import Seq2Seq
from seq2seq_core.models.recurrent.cells import recurrent_dropout
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.training.loss import sequence_loss
from seq2seq_core.types import CoreError

LENGTHS = torch.tensor([7, 4, 5])

SMALL = RecurrentConfig(vocab_size=30, embedding_size=10, encoder_size=6, decoder_size=12, dropout=0.0)

CONFIGS = [
    dataclasses.replace(SMALL, cell=cell, attention=attention, **rest)
    for cell in ("lstm", "gru")
    for attention, rest in [
        ("none", {"encoder_layers": 1, "decoder_layers": 3}),
        ("bahdanau", {"decoder_layers": 2}),
        ("dot", {"input_feeding": True}),
        ("dot", {"bidirectional": False, "encoder_size": 12}),
        ("general", {"encoder_layers": 3}),
        ("general", {"tie_embeddings": False}),
        ("concat", {"input_feeding": True, "decoder_layers": 2}),
    ]
]


def ident(config: RecurrentConfig) -> str:
    return f"{config.cell}-{config.attention}-{config.encoder_layers}-{config.decoder_layers}-{config.input_feeding:d}"


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    source = torch.randint(4, 30, (3, 7), generator=generator)
    for row, length in enumerate(LENGTHS):
        source[row, length:] = 0
    target = torch.randint(4, 30, (3, 6), generator=generator)
    target[:, 0] = 2
    return source, target


def model_of(config: RecurrentConfig) -> Seq2Seq:
    torch.manual_seed(0)
    return Seq2Seq(config).eval()


@pytest.mark.parametrize("config", CONFIGS, ids=ident)
def test_a_step_at_a_time_is_all_at_once(config: RecurrentConfig) -> None:
    model, (source, target) = model_of(config), batch()
    at_once = model(source, LENGTHS, target)
    state, steps = model.start(source, LENGTHS), []
    for tokens in target.unbind(1):
        output = model.step(tokens, state)
        state = output.state
        steps.append(output.logits)
        assert (output.attention is None) == (config.attention == "none")
    torch.testing.assert_close(torch.stack(steps, 1), at_once, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("config", CONFIGS, ids=ident)
@torch.inference_mode()
def test_packed_weights_change_nothing(config: RecurrentConfig) -> None:
    model, (source, target) = model_of(config), batch()
    before = set(model.state_dict())
    prepared = model.prepared()
    assert prepared is not model and set(model.state_dict()) == before
    for lengths, pieces in ((LENGTHS, source), (torch.tensor([4, 4, 4]), source[:, :4])):
        state, packed_state = model.start(pieces, lengths), prepared.start(pieces, lengths)
        for tokens in target.unbind(1):
            plain, packed = model.step(tokens, state), prepared.step(tokens, packed_state)
            state, packed_state = plain.state, packed.state
            torch.testing.assert_close(packed.logits, plain.logits, atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(packed.attention, plain.attention, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("config", CONFIGS, ids=ident)
def test_the_same_recurrent_weights_are_dropped_at_every_step(config: RecurrentConfig) -> None:
    model, (source, target) = model_of(dataclasses.replace(config, recurrent_dropout=0.5)), batch()
    whole = model(source, LENGTHS, target)
    model.train()
    torch.manual_seed(1)
    at_once = model(source, LENGTHS, target)
    torch.manual_seed(1)
    with recurrent_dropout(model.encoder.rnn, 0.5), recurrent_dropout(model.decoder.rnn, 0.5):
        state, steps = model.start(source, LENGTHS), []
        for tokens in target.unbind(1):
            output = model.step(tokens, state)
            state = output.state
            steps.append(output.logits)
    torch.testing.assert_close(torch.stack(steps, dim=1), at_once)
    assert not torch.allclose(at_once, whole)
    at_once.sum().backward()
    for rnn in (model.encoder.rnn, model.decoder.rnn):
        gradient = rnn.weight_hh_l0.grad
        assert gradient is not None and 0.3 < (gradient == 0).float().mean() < 0.7
    torch.testing.assert_close(model.eval()(source, LENGTHS, target), whole)


def test_word_dropout_drops_whole_pieces() -> None:
    model, (source, _) = model_of(dataclasses.replace(SMALL, word_dropout=0.5)), batch()
    model.train()
    for pieces in (source.clamp(min=1), torch.arange(1, 30)):  # a sequence, and one step of many rows
        vectors = model._embed(model.source_embedding, pieces)
        gone = (vectors == 0).all(dim=-1)
        assert 0.1 < gone.float().mean() < 0.9
        torch.testing.assert_close(vectors[~gone], 2 * model.source_embedding(pieces)[~gone])


@pytest.mark.parametrize("config", CONFIGS, ids=ident)
def test_padding_changes_nothing(config: RecurrentConfig) -> None:
    model, (source, target) = model_of(config), batch()
    together = model(source, LENGTHS, target)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = model(source[row : row + 1, :length], LENGTHS[row : row + 1], target[row : row + 1])
        torch.testing.assert_close(together[row : row + 1], alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("config", CONFIGS, ids=ident)
def test_beams_of_a_sentence_share_its_memory_and_follow_their_rows(config: RecurrentConfig) -> None:
    model, (source, _) = model_of(config), batch()
    start = model.start(source, LENGTHS)
    beams = start.select(torch.tensor([0, 0, 1, 1, 2, 2]))
    assert beams.source.memory is start.source.memory
    output = model.step(torch.tensor([5, 6, 7, 8, 9, 10]), beams)
    # Sentence 1 is dropped, the beams of the others change places.
    rows, sentences = torch.tensor([1, 0, 5, 4]), torch.tensor([0, 2])
    after = model.step(torch.tensor([11, 12, 13, 14]), output.state.select(rows, sentences))
    for row, (sentence, first, second) in enumerate([(0, 6, 11), (0, 5, 12), (2, 10, 13), (2, 9, 14)]):
        one = sentence, sentence + 1
        state = model.start(source[slice(*one)], LENGTHS[slice(*one)])
        state = model.step(torch.tensor([first]), state).state
        alone = model.step(torch.tensor([second]), state)
        torch.testing.assert_close(after.logits[row], alone.logits[0], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("config", CONFIGS, ids=ident)
def test_one_batch_can_be_overfitted_and_every_weight_learns(config: RecurrentConfig) -> None:
    model, (source, target) = model_of(config).train(), batch()
    wanted = torch.cat([target[:, 1:], torch.full((3, 1), 3)], dim=1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(120):
        loss = sequence_loss(model(source, LENGTHS, target), wanted, pad=0)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            still = [name for name, p in model.named_parameters() if p.grad is None or p.grad.abs().sum() == 0]
            assert not still, still
        optimizer.step()
    assert loss < 0.1


def test_scheduled_sampling_at_its_ends() -> None:
    """Ratio 0 feeds the model its own choices: the logits are those of greedy decoding."""
    model, (source, target) = model_of(SMALL), batch()
    free = model(source, LENGTHS, target, teacher_forcing=0.0)
    state, given = model.start(source, LENGTHS), target[:, 0]
    for position in range(target.size(1)):
        output = model.step(given, state)
        torch.testing.assert_close(free[:, position], output.logits, atol=1e-5, rtol=1e-4)
        state, given = output.state, output.logits.argmax(-1)
    nearly = model(source, LENGTHS, target, teacher_forcing=1.0 - 1e-12)
    torch.testing.assert_close(nearly, model(source, LENGTHS, target), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("changes", [{"input_feeding": True, "attention": "bahdanau"}, {"attention": "dot"}])
def test_shapes_that_cannot_be_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(CoreError):
        dataclasses.replace(SMALL, decoder_size=13, **changes)  # type: ignore[arg-type]
