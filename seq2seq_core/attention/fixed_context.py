"""No attention: the decoder sees one fixed vector (Cho et al. 2014, arXiv 1406.1078; Sutskever et al. 2014)."""

from __future__ import annotations

from torch import Tensor

from seq2seq_core.attention.base import Attention, EncodedSource
from seq2seq_core.types import Steer


class FixedContext(Attention):
    """Gives every step the same context c, whatever it asks: Cho et al. 2014, equation 2 (h_t = f(h_t-1, y_t-1, c))."""

    name = "none"
    label = "none: one fixed context vector, fed to the decoder at each step"
    reference = "Cho et al. 2014"
    reads = "nothing"

    def forward(self, query: Tensor, source: EncodedSource, steer: Steer | None = None) -> tuple[Tensor, Tensor | None]:
        """The fixed context, repeated for each of the Q queries: [B, Q, M]; no weights."""
        return source.context[:, None, :].expand(-1, query.size(1), -1), None
