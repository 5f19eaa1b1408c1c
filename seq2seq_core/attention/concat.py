"""Concat attention (Luong et al. 2015, arXiv 1508.04025, equation 8, "concat")."""

from __future__ import annotations

from seq2seq_core.attention.bahdanau import BahdanauAttention


class ConcatAttention(BahdanauAttention):
    """score(s, h) = v . tanh(W [s; h]), s the decoder's state after the step.

    W [s; h] is W_s s + W_h h, so the score is Bahdanau's; what differs is the state that asks.
    """

    name = label = "concat"
    reference = "Luong et al. 2015"
    reads = "current_state"
