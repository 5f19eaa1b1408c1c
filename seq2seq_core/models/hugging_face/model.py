"""An encoder-decoder of ``transformers`` as a ``Model``: its encoder once, then one token at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor
from transformers import PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from seq2seq_core.models.base import Model, ModelConfig
from seq2seq_core.models.hugging_face.attention import NAME, Attending
from seq2seq_core.models.hugging_face.state import CachedState
from seq2seq_core.types import CoreError, HeadAttention, SpecialTokens, StepOutput


@dataclass(frozen=True)
class HuggingFaceConfig(ModelConfig):
    """What is told of the shape of such a model; the rest stands in its own config.json.

    kind: ``model_type`` there, say marian. dtype: of its weights here.
    """

    family: ClassVar[str] = "hugging-face"

    kind: str = ""
    dtype: str = "float32"
    encoder_layers: int = 1
    decoder_layers: int = 1
    heads: int = 1
    width: int = 1


class HuggingFaceModel(Model[CachedState]):
    """Decodes with somebody else's model; it cannot be trained here.

    What ``generate()`` does to every model's scores before a search's own settings is part of the model here: a forced
    first token is all of the first step's distribution.
    """

    Config = HuggingFaceConfig
    tags = ("transformers",)
    tells_embeddings = True

    config: HuggingFaceConfig

    def __init__(
        self,
        model: PreTrainedModel,
        config: HuggingFaceConfig,
        specials: SpecialTokens,
        *,
        forced_first: int | None = None,
        alignment: tuple[tuple[int, int], ...] = (),
    ) -> None:
        """
        Args:
            model: which can attend as we want it to, see ``attention.NAME``.
            config: what is told of it.
            specials: BOS is the token that its decoder starts with.
            forced_first: the token that each translation begins with, as that of a language.
            alignment: layer and head of each that is known to align.
        """
        super().__init__(config, specials)
        model.set_attn_implementation(NAME)
        self.model = model
        self._forced_first, self._alignment = forced_first, alignment
        self._most: int | None = getattr(model.config, "max_position_embeddings", None)

    @property
    def has_attention(self) -> bool:
        """Always, as the mean over all layers and heads."""
        return True

    @property
    def has_heads(self) -> bool:
        """Always."""
        return True

    @property
    def bytes_a_step(self) -> int:
        """As ``Model.bytes_a_step``: keys and values of every layer."""
        return 2 * self.config.decoder_layers * self.config.width * self.model.dtype.itemsize

    def describe(self) -> dict[str, str]:
        """Rows of a model card."""
        config = self.config
        return {
            "Encoder": f"{config.encoder_layers} layers of {config.heads} heads, {config.width} units",
            "Decoder": f"{config.decoder_layers} layers of {config.heads} heads, {config.width} units",
            "Attention": "scaled dot products by head (Vaswani et al. 2017)",
            "Kind": f"{config.kind}, weights in {config.dtype}",
        }

    def precision(self, wanted: str) -> str:
        """As ``Model.precision``: weights are held, and products taken, in what the model's name asks for.

        Raises:
            CoreError: another was asked for.
        """
        if wanted in ("auto", "float32", self.config.dtype):
            return self.config.dtype
        raise CoreError(f"precision {wanted} cannot be had with this model; its name says it, as in ?dtype=bfloat16")

    def start(self, source: Tensor, lengths: Tensor) -> CachedState:
        """As ``Model.start``.

        Raises:
            CoreError: a source is longer than the model can read.
        """
        self._check_length(source.size(1), "reads", "the text")
        mask = self._mask(source.size(1), lengths)
        return CachedState(self._encode(Attending(mask, encodes=True), input_ids=source), mask)

    def embed(self, source: Tensor) -> Tensor:
        """As ``Model.embed``: as its encoder scales them, without their positions."""
        encoder = self.model.get_encoder()
        # Some kinds scale in their embedding itself, the others in the encoder, but not what is given as embeddings.
        scale: float = getattr(encoder, "embed_scale", 1.0)
        embedded: Tensor = encoder.get_input_embeddings()(source) * scale
        return embedded

    def start_from(self, embedded: Tensor, lengths: Tensor) -> CachedState:
        """As ``Model.start_from``."""
        self._check_length(embedded.size(1), "reads", "the text")
        mask = self._mask(embedded.size(1), lengths)
        return CachedState(self._encode(Attending(mask, encodes=True), inputs_embeds=embedded), mask)

    def step(self, last_tokens: Tensor, state: CachedState) -> StepOutput[CachedState]:
        """As ``Model.step``; attention is the mean over layers and heads.

        Raises:
            CoreError: the target is longer than the model can write.
        """
        self._check_length(state.length + 1, "writes", "the output")
        attending, cache = Attending(state.mask), state.cache()
        logits = self._decode(last_tokens.unsqueeze(1), state.memory, attending, cache)[:, -1]
        if self._forced_first is not None and not state.length:
            forced = torch.full_like(logits, float("-inf"))
            forced[:, self._forced_first] = 0.0
            logits = forced
        return StepOutput(logits, attending.mean, state.after(cache))

    def look(self, source: Tensor, target: Tensor) -> HeadAttention:
        """As ``Model.look``."""
        mask = self._mask(source.size(1), torch.tensor([source.size(1)]))
        encoding, decoding = Attending(mask, encodes=True, keeps=True), Attending(mask, keeps=True)
        memory = self._encode(encoding, input_ids=source)
        start = target.new_full((1, 1), self.specials.bos)
        self._decode(torch.cat((start, target[:, :-1]), 1), memory, decoding, CachedState(memory, mask).cache())
        across, within, encoder = (
            torch.cat(layers).float().cpu().numpy() for layers in (decoding.across, decoding.within, encoding.across)
        )
        return HeadAttention(across, encoder, within, self._alignment)

    def _encode(self, attending: Attending, **source: Tensor) -> Tensor:
        memory: Tensor = self.model.get_encoder()(**source, attending=attending).last_hidden_state
        return memory

    def _decode(self, tokens: Tensor, memory: Tensor, attending: Attending, cache: Any) -> Tensor:
        """Logits [N, T, V] after tokens [N, T]; the cache grows by them."""
        output = self.model(
            decoder_input_ids=tokens,
            encoder_outputs=BaseModelOutput(last_hidden_state=memory),
            past_key_values=cache,
            use_cache=True,
            attending=attending,
        )
        logits: Tensor = output.logits
        return logits

    def _mask(self, length: int, lengths: Tensor) -> Tensor:
        real = torch.arange(length) < lengths.unsqueeze(1)
        bias = torch.zeros(real.shape, dtype=self.model.dtype).masked_fill(~real, float("-inf"))
        return bias.view(len(lengths), 1, 1, -1).to(self.model.device)

    def _check_length(self, length: int, does: str, what: str) -> None:
        if self._most is not None and length > self._most:
            raise CoreError(f"the model {does} at most {self._most} pieces, and {what} has more; take a shorter text")
