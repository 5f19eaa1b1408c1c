"""The whole encoder-decoder."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from seq2seq_core.attention import ATTENTIONS
from seq2seq_core.models.base import Model, ModelConfig, describe_embeddings, make_embeddings
from seq2seq_core.models.precision import PRECISIONS, choose, here, usable
from seq2seq_core.models.products import with_modules
from seq2seq_core.models.recurrent.cells import recurrent_dropout
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.models.recurrent.decoder import Decoder, RecurrentState
from seq2seq_core.models.recurrent.encoder import Encoder
from seq2seq_core.models.recurrent.packed import packed_encoder
from seq2seq_core.types import SpecialTokens, Steer, StepOutput


class Seq2Seq(Model[RecurrentState]):
    """A recurrent encoder-decoder, over one joint vocabulary or one for each side.

    Tied embeddings are one matrix for source, target and output (Press & Wolf 2017, arXiv 1608.05859, three-way), and
    for target and output alone where the source has a vocabulary of its own.
    Where dropout falls: see ``RecurrentConfig``.
    """

    Config: ClassVar[type[ModelConfig]] = RecurrentConfig
    tags = ("rnn",)
    tells_embeddings = True
    tells_states = True

    config: RecurrentConfig

    def __init__(self, config: RecurrentConfig, specials: SpecialTokens | None = None) -> None:
        super().__init__(config, specials)
        self.target_embedding, self.source_embedding = make_embeddings(
            config, config.embedding_size, self.specials, tied=config.tie_embeddings
        )
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.output = nn.Linear(config.embedding_size, config.vocab_size)
        nn.init.zeros_(self.output.bias)
        if config.tie_embeddings:
            self.output.weight = self.target_embedding.weight
        self.dropout = nn.Dropout(config.dropout)
        self.word_dropout = nn.Dropout1d(config.word_dropout)

    @property
    def has_attention(self) -> bool:
        """Whether hypotheses carry attention."""
        return self.decoder.attention.reads != "nothing"

    @property
    def can_steer(self) -> bool:
        """Whether there is attention to make another of."""
        return self.has_attention

    def describe(self) -> dict[str, str]:
        """Rows of the model card."""
        config, mechanism = self.config, ATTENTIONS[self.config.attention]
        directions = "both directions" if config.bidirectional else "one direction"
        feeding = ", input feeding" if config.input_feeding else ""
        matrices = describe_embeddings(config, tied=config.tie_embeddings)
        return {
            "Encoder": f"{config.encoder_layers} x {config.cell.upper()}, {config.encoder_size} units, {directions}",
            "Decoder": f"{config.decoder_layers} x {config.cell.upper()}, {config.decoder_size} units",
            "Attention": f"{mechanism.label} ({mechanism.reference}){feeding}",
            "Embeddings": f"{config.embedding_size}, {matrices}",
        }

    def start(self, source: Tensor, lengths: Tensor) -> RecurrentState:
        """Encodes source pieces [B, S] with real lengths [B] (on the CPU): the state before the first step."""
        return self.start_from(self.embed(source), lengths)

    def embed(self, source: Tensor) -> Tensor:
        """As ``Model.embed``."""
        return self._embed(self.source_embedding, source)

    def start_from(self, embedded: Tensor, lengths: Tensor) -> RecurrentState:
        """As ``Model.start_from``."""
        return self.decoder.start(self.encoder(embedded, lengths))

    def step(self, last_tokens: Tensor, state: RecurrentState) -> StepOutput[RecurrentState]:
        """The ``StepFn`` of this model: logits of the next piece after ``last_tokens`` [N]."""
        return self.step_steered(last_tokens, state, None)

    def step_steered(
        self, last_tokens: Tensor, state: RecurrentState, steer: Steer | None
    ) -> StepOutput[RecurrentState]:
        """As ``Model.step_steered``; None leaves attention as it is."""
        vectors, attention, state = self.decoder.step(self._embed(self.target_embedding, last_tokens), state, steer)
        return StepOutput(logits=self.output(vectors), attention=attention, state=state)

    def precision(self, wanted: str) -> str:
        """As ``Model.precision``."""
        there = here() if usable(self.output.weight) else ("float32",)
        return choose(wanted, there, *self.output.weight.shape)

    def prepared(self, precision: str = "float32") -> Seq2Seq:
        """As ``Model.prepared``: with packed weights, where this device has them."""
        if not usable(self.output.weight):
            return self
        made = PRECISIONS[precision]
        return with_modules(
            self,
            encoder=with_modules(self.encoder, rnn=packed_encoder(self.encoder.rnn)),
            decoder=self.decoder.packed(made.recurrent),
            output=made.output(self.output.weight, self.output.bias),
        )

    def forward(self, source: Tensor, lengths: Tensor, target: Tensor, teacher_forcing: float = 1.0) -> Tensor:
        """Logits [B, T, V] of every target position in training.

        Args:
            source: [B, S].
            lengths: [B], on the CPU.
            target: [B, T], the pieces before each position: BOS first.
            teacher_forcing: probability that a position is given the reference rather than the model's own last
                choice.
        """
        rate = self.config.recurrent_dropout
        with recurrent_dropout(self.encoder.rnn, rate), recurrent_dropout(self.decoder.rnn, rate):
            if teacher_forcing < 1.0:
                return self.forward_sampled(target, self.start(source, lengths), teacher_forcing)
            return self.output(self.decoder_states(source, lengths, target))

    def decoder_states(self, source: Tensor, lengths: Tensor, target: Tensor) -> Tensor:
        """As ``Model.decoder_states``: the attentional vectors (Luong et al. 2015, equation 5)."""
        return self.decoder(self._embed(self.target_embedding, target), self.start(source, lengths))

    def _embed(self, embedding: nn.Embedding, pieces: Tensor) -> Tensor:
        """[..., E] from piece ids [...]; in training some units are dropped, and some pieces as a whole."""
        embedded = embedding(pieces)
        return self.dropout(self.word_dropout(embedded)) if self.training else embedded
