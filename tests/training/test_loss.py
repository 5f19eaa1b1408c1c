"""The loss against its definition and against PyTorch's own, value and gradient."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 (the name everyone uses)

from seq2seq_core.training import loss as module
from seq2seq_core.training.loss import sequence_loss


def test_loss_by_hand() -> None:
    logits = torch.tensor([[[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [9.0, 9.0, 9.0]]])
    target = torch.tensor([[1, 2, 0]])  # the last is padding
    log_probs = torch.log_softmax(logits, dim=-1)
    expected = -(log_probs[0, 0, 1] + log_probs[0, 1, 2]) / 2
    torch.testing.assert_close(sequence_loss(logits, target, pad=0), expected)
    uniform = -log_probs[0, :2].mean()
    smoothed = 0.9 * expected + 0.1 * uniform
    torch.testing.assert_close(sequence_loss(logits, target, pad=0, label_smoothing=0.1), smoothed)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("chunk", [1, 3 * 11, 10**6])
def test_value_and_gradient_are_those_of_pytorch(
    monkeypatch: pytest.MonkeyPatch, smoothing: float, dtype: torch.dtype, chunk: int
) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    random = torch.Generator().manual_seed(3)
    logits = torch.randn(4, 5, 11, generator=random).mul(3).to(dtype).requires_grad_()
    target = torch.randint(0, 11, (4, 5), generator=random)
    target[1, 3:] = 0
    expected = F.cross_entropy(
        logits.float().flatten(0, 1), target.flatten(), ignore_index=0, label_smoothing=smoothing
    )
    (gradient,) = torch.autograd.grad(2 * expected, logits)
    ours = logits.clone()
    loss = sequence_loss(ours, target, pad=0, label_smoothing=smoothing)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(2 * loss, logits)[0], gradient)
    assert (gradient[1, 3:] == 0).all() and (gradient[0] != 0).any()


def test_the_gradient_lies_where_the_logits_were_and_is_taken_once() -> None:
    logits = torch.randn(2, 3, 7, requires_grad=True).clone()
    before = logits.detach().clone()
    loss = sequence_loss(logits, torch.ones(2, 3, dtype=torch.long), pad=0)
    assert torch.equal(logits, before)
    loss.backward(retain_graph=True)
    assert not torch.equal(logits, before)
    with pytest.raises(RuntimeError, match="logits are gone"):
        loss.backward()
