"""What every mechanism owes: shapes, masked positions exactly 0, rows that sum to 1, gradients that flow."""

from __future__ import annotations

import pytest
import torch

from seq2seq_core.attention import ATTENTIONS, EncodedSource

B, Q, S, H = 3, 2, 5, 8
LENGTHS = torch.tensor([5, 1, 3])


def make(name: str) -> tuple[torch.nn.Module, torch.Tensor, EncodedSource]:
    torch.manual_seed(1)
    attention = ATTENTIONS[name](query_size=H, memory_size=H)
    memory = torch.randn(B, S, H, requires_grad=True)
    mask = torch.arange(S)[None] < LENGTHS[:, None]
    source = EncodedSource(memory=memory, keys=attention.keys(memory), mask=mask, context=torch.randn(B, H))
    return attention, torch.randn(B, Q, H, requires_grad=True), source


@pytest.mark.parametrize("name", [name for name in ATTENTIONS if name != "none"])
def test_attention_contract(name: str) -> None:
    attention, query, source = make(name)
    context, weights = attention(query, source)
    assert context.shape == (B, Q, H)
    assert weights.shape == (B, Q, S)
    assert (weights[~source.mask[:, None].expand(-1, Q, -1)] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(B, Q))
    torch.testing.assert_close(context, torch.einsum("bqs,bsh->bqh", weights, source.memory))
    context.square().sum().backward()
    for name, tensor in [("query", query), ("memory", source.memory), *attention.named_parameters()]:
        assert tensor.grad is not None and tensor.grad.abs().sum() > 0, name


@pytest.mark.parametrize("name", [name for name in ATTENTIONS if name != "none"])
def test_what_stands_at_padding_does_not_matter(name: str) -> None:
    attention, query, source = make(name)
    other = source.memory.detach().clone()
    other[~source.mask] = 99.0
    changed = EncodedSource(memory=other, keys=attention.keys(other), mask=source.mask, context=source.context)
    torch.testing.assert_close(attention(query, source)[0], attention(query, changed)[0])


def test_without_attention_every_query_gets_the_same_context() -> None:
    attention, query, source = make("none")
    context, weights = attention(query, source)
    assert weights is None
    for position in range(Q):
        torch.testing.assert_close(context[:, position], source.context)


def test_scores_by_hand() -> None:
    """Two source positions, worked out on paper from the equations of the papers."""
    memory = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]])
    query = torch.tensor([[[3.0, 1.0]]])
    dot = ATTENTIONS["dot"](query_size=2, memory_size=2)
    torch.testing.assert_close(dot.score(query, dot.keys(memory)), torch.tensor([[[3.0, 2.0]]]))

    general = ATTENTIONS["general"](query_size=2, memory_size=2)
    general.key_projection.weight.data = torch.tensor([[0.0, 1.0], [1.0, 0.0]])  # s . W h swaps h's units
    torch.testing.assert_close(general.score(query, general.keys(memory)), torch.tensor([[[1.0, 6.0]]]))

    additive = ATTENTIONS["bahdanau"](query_size=2, memory_size=2)
    additive.query_projection.weight.data = torch.eye(2)
    additive.query_projection.bias.data.zero_()
    additive.key_projection.weight.data = -torch.eye(2)
    additive.energy.weight.data = torch.tensor([[1.0, 2.0]])
    expected = torch.tanh(torch.tensor([[[[2.0, 1.0], [3.0, -1.0]]]])) @ torch.tensor([1.0, 2.0])
    torch.testing.assert_close(additive.score(query, additive.keys(memory)), expected)


def test_dot_refuses_unequal_widths() -> None:
    with pytest.raises(ValueError, match="as wide as"):
        ATTENTIONS["dot"](query_size=4, memory_size=6)
