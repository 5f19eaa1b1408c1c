"""The encoder: a stack of recurrent layers over the source, one or both directions."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq_core.config import ModelConfig
from seq2seq_core.models.recurrent import make_rnn
from seq2seq_core.types import EncoderOutput


class Encoder(nn.Module):
    """Reads embedded source pieces; bridges its final states to the decoder's initial ones."""

    def __init__(self, config: ModelConfig) -> None:
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
    without the tanh. A decoder layer beyond the encoder's top one starts from that top layer.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.encoder_layers = config.encoder_layers
        parts = 2 if config.cell == "lstm" else 1
        self.maps = nn.ModuleList(
            nn.ModuleList(nn.Linear(config.memory_size, config.decoder_size) for _ in range(config.decoder_layers))
            for _ in range(parts)
        )

    def forward(self, states: list[Tensor]) -> tuple[Tensor, ...]:
        """From h (and c) of the encoder, each [B, L_enc, M], to those of the decoder, each [B, L, H]."""
        bridged = []
        for maps, state in zip(self.maps, states, strict=True):
            # A decoder with fewer layers starts from the encoder's upper ones.
            offset = max(self.encoder_layers - len(maps), 0)
            layers = [layer(state[:, min(i + offset, self.encoder_layers - 1)]) for i, layer in enumerate(maps)]
            bridged.append(torch.stack(layers, dim=1))
        bridged[0] = torch.tanh(bridged[0])
        return tuple(bridged)
