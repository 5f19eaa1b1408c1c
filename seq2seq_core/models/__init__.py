"""Recurrent encoder-decoders."""

from seq2seq_core.models.seq2seq import Seq2Seq, sequence_loss

__all__ = ["Seq2Seq", "sequence_loss"]
