"""Attention mechanisms by name. A new one is one file with ``score`` and one line here."""

from seq2seq_core.attention.bahdanau import BahdanauAttention
from seq2seq_core.attention.base import Attention, EncodedSource
from seq2seq_core.attention.concat import ConcatAttention
from seq2seq_core.attention.dot import DotAttention
from seq2seq_core.attention.fixed_context import FixedContext
from seq2seq_core.attention.general import GeneralAttention

ATTENTIONS: dict[str, type[Attention]] = {
    mechanism.name: mechanism
    for mechanism in (
        FixedContext,
        BahdanauAttention,
        DotAttention,
        GeneralAttention,
        ConcatAttention,
    )
}

__all__ = ["ATTENTIONS", "Attention", "EncodedSource"]
