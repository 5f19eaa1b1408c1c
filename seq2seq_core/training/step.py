"""One update of the weights."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from seq2seq_core.data.batches import Batch
from seq2seq_core.training.loss import sequence_loss


@dataclass(frozen=True)
class StepMetrics:
    """What one update gave; tensors, so that reading them is the caller's choice of when to wait for the device.

    loss: the training loss in nats per piece, label smoothing included.
    gradient_norm: before clipping, of all processes together.
    tokens: target pieces predicted by this process.
    """

    loss: Tensor
    gradient_norm: Tensor
    tokens: Tensor


def precision(device: torch.device, bf16: bool) -> torch.autocast:
    """Mixed precision (Micikevicius et al. 2018, arXiv 1710.03740) where it is asked for: products in bfloat16.

    Accelerate's own would turn the logits, an update's largest tensor, into float32, and their gradient back.
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=bf16)


def train_step(
    model: nn.Module,
    batch: Batch,
    optimizer: torch.optim.Optimizer,
    accelerator: Accelerator,
    *,
    pad: int,
    label_smoothing: float,
    clip: float,
    teacher_forcing: float,
    bf16: bool = False,
    weight: float = 1.0,
) -> StepMetrics:
    """Forward, backward, clip, update on one batch.

    weight: of this process's loss, where the gradient is the mean over several; a batch of weight 0 is not counted.
    """
    with precision(batch.source.device, bf16):
        logits = model(batch.source, batch.lengths, batch.target_in, teacher_forcing)
    loss = sequence_loss(logits, batch.target_out, pad=pad, label_smoothing=label_smoothing)
    accelerator.backward(loss * weight)
    norm = accelerator.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return StepMetrics(
        loss=loss.detach(),
        gradient_norm=torch.as_tensor(norm).detach(),
        tokens=(batch.target_out != pad).sum() * (weight > 0),
    )
