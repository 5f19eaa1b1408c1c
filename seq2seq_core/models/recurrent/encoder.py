"""The encoder: a stack of recurrent layers over the source, one or both directions."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq_core.models.recurrent.cells import make_rnn, usable_kernels
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.types import EncoderOutput


class Encoder(nn.Module):
    """Reads embedded source pieces; bridges its final states to the decoder's initial ones."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.rnn = make_rnn(
            config.cell,
            input_size=config.embedding_size,
            hidden_size=config.encoder_size,
            layers=config.encoder_layers,
            bidirectional=config.bidirectional,
            dropout=config.dropout,
        )
        self.bridge = Bridge(config)

    def forward(self, embedded: Tensor, lengths: Tensor) -> EncoderOutput:
        """Encodes B sentences.

        Padding changes nothing: sentences of unequal lengths are packed. Where all are of one length (the batches of
        training), the fused call on the padded tensor is exact too, and twice as fast on a CPU.

        Args:
            embedded: [B, S, E].
            lengths: [B], int64 on the CPU, the real pieces of each sentence.
        """
        longest = embedded.size(1)
        with usable_kernels(embedded.device):
            if int(lengths.min()) == longest:
                memory, final = self.rnn(embedded)
            else:
                packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
                outputs, final = self.rnn(packed)
                memory, _ = pad_packed_sequence(outputs, batch_first=True, total_length=longest)
        states = final if isinstance(final, tuple) else (final,)
        directions = 2 if self.rnn.bidirectional else 1
        # [L * directions, B, H] -> [B, L, directions * H]: a layer's directions side by side
        joined = [
            state.unflatten(0, (self.rnn.num_layers, directions)).permute(2, 0, 1, 3).flatten(2) for state in states
        ]
        positions = torch.arange(longest, device=embedded.device)
        mask = positions[None, :] < lengths.to(embedded.device)[:, None]
        return EncoderOutput(memory=memory, mask=mask, state=self.bridge(joined), context=joined[0][:, -1])


class Bridge(nn.Module):
    """A learnt map from the encoder's final states to the initial state of every decoder layer, for h and for c.

    h_0 = tanh(W h_enc) as in Bahdanau et al. 2015, appendix A.2.2; the LSTM's cell c, which is not bounded, stays
    without the tanh. A decoder with fewer layers starts from the encoder's upper ones; a decoder layer beyond the
    encoder's top one starts from that.
    """

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        offset = max(config.encoder_layers - config.decoder_layers, 0)
        self.from_layer = [min(i + offset, config.encoder_layers - 1) for i in range(config.decoder_layers)]
        self.hidden = self._maps(config)
        self.cell = self._maps(config) if config.cell == "lstm" else None

    def forward(self, states: list[Tensor]) -> tuple[Tensor, ...]:
        """From h (and c) of the encoder, each [B, L_enc, M], to those of the decoder, each [B, L, H]."""
        hidden = torch.tanh(self._map(self.hidden, states[0]))
        return (hidden,) if self.cell is None else (hidden, self._map(self.cell, states[1]))

    def _map(self, maps: nn.ModuleList, state: Tensor) -> Tensor:
        layers = zip(self.from_layer, maps, strict=True)
        return torch.stack([linear(state[:, layer]) for layer, linear in layers], dim=1)

    @staticmethod
    def _maps(config: RecurrentConfig) -> nn.ModuleList:
        return nn.ModuleList(nn.Linear(config.memory_size, config.decoder_size) for _ in range(config.decoder_layers))
