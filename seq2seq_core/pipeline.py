"""Text in, ``DecodeResult`` out: the facade of the app, the command line and Python users.

from seq2seq_core.pipeline import Translator

translator = Translator.load("checkpoints/en-de-attention")
result = translator.translate(["A dog runs on the beach."])[0]
print(result.hypotheses[0].text, result.hypotheses[0].score)
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from seq2seq_core.checkpoint import Checkpoint, load_checkpoint
from seq2seq_core.data.batches import make_batch, pad_sources
from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    Hypothesis,
    ScoreParts,
    Source,
    Tick,
    decode,
    options,
    strategy_of,
)
from seq2seq_core.types import pick_device

BATCH_SIZE = 64


@dataclass(frozen=True)
class ForcedScore:
    """What the model thinks of a given target: log P of each piece, EOS included, and their sum."""

    source: str
    target: str
    tokens: tuple[str, ...]
    token_log_probs: tuple[float, ...]
    log_prob: float


class Translator:
    """A trained model with its tokenizer, on a device. Safe to share: nothing of a request is kept in it."""

    def __init__(self, checkpoint: Checkpoint, *, name: str, device: torch.device) -> None:
        self.name = name
        self.device = device
        self.metadata: dict[str, Any] = checkpoint.metadata
        self.tokenizer = checkpoint.tokenizer
        self.model = checkpoint.model.to(device).eval()

    @classmethod
    def load(cls, folder: str | Path, device: str = "auto") -> Translator:
        """The translator in a checkpoint folder.

        Args:
            folder: with config.json, model.safetensors and tokenizer.model.
            device: auto, cpu, cuda or mps.

        Raises:
            CoreError: the folder is no checkpoint of this project, or the device is not there.
        """
        folder = Path(folder)
        return cls(load_checkpoint(folder), name=folder.resolve().name, device=pick_device(device))

    @property
    def has_attention(self) -> bool:
        """Whether hypotheses carry attention."""
        return self.model.config.attention != "none"

    def translate(
        self,
        texts: Sequence[str],
        config: Config | None = None,
        *,
        trace: bool = False,
        batch_size: int = BATCH_SIZE,
        first_index: int = 0,
    ) -> list[DecodeResult]:
        """Translations in the order of ``texts``. An empty text gives one empty hypothesis.

        Args:
            texts: sentences.
            config: a strategy's settings; beam search of width 5 where None.
            trace: also record the steps.
            batch_size: sentences decoded together; it changes the speed, not the result.
            first_index: number of the first text in the person's whole input; seeds hang on it.
        """
        results: dict[int, DecodeResult] = {}
        config = config or BeamConfig()
        encoded = [self.tokenizer.encode(text) for text in texts]
        # Sentences of like length together: little padding, and they finish together.
        order = sorted((i for i, ids in enumerate(encoded) if ids), key=lambda i: len(encoded[i]))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            search = self._search(
                [texts[i] for i in chosen],
                [encoded[i] for i in chosen],
                [first_index + i for i in chosen],
                config,
                trace,
            )
            results |= zip(chosen, _drain(search), strict=True)
        return [results[i] if i in results else self._empty(text, config) for i, text in enumerate(texts)]

    def stream(
        self, text: str, config: Config | None = None, *, trace: bool = True
    ) -> Generator[Tick, None, DecodeResult]:
        """Translates one text step by step: yields after each step, returns the result. Close it to stop."""
        config = config or BeamConfig()
        ids = self.tokenizer.encode(text)
        if not ids:
            return self._empty(text, config)
        results = yield from self._search([text], [ids], [0], config, trace)
        return results[0]

    @torch.inference_mode()
    def score(self, pairs: Sequence[tuple[str, str]], *, batch_size: int = BATCH_SIZE) -> Iterator[ForcedScore]:
        """Forced decoding: log P of each given target under the model, EOS included, in the order of ``pairs``."""
        specials = self.tokenizer.specials
        for start in range(0, len(pairs), batch_size):
            chosen = pairs[start : start + batch_size]
            encoded = [(self.tokenizer.encode(source), self.tokenizer.encode(target)) for source, target in chosen]
            batch = make_batch(encoded, specials).to(self.device)
            logits = self.model(batch.source, batch.lengths, batch.target_in)
            log_probs = torch.log_softmax(logits.float(), dim=-1).gather(-1, batch.target_out[..., None]).squeeze(-1)
            for (source, target), (_, ids), row in zip(chosen, encoded, log_probs.tolist(), strict=True):
                tokens = [*ids, specials.eos]
                yield ForcedScore(
                    source=source,
                    target=target,
                    tokens=tuple(self.tokenizer.pieces(tokens)),
                    token_log_probs=tuple(row[: len(tokens)]),
                    log_prob=sum(row[: len(tokens)]),
                )

    def _search(
        self, texts: list[str], encoded: list[list[int]], indices: list[int], config: Config, trace: bool
    ) -> Generator[Tick, None, list[DecodeResult]]:
        """Decodes one batch."""
        specials = self.tokenizer.specials
        source, lengths = pad_sources(encoded, specials)
        with torch.inference_mode():
            state = self.model.start(source.to(self.device), lengths)
        return decode(
            self.model.step,
            state,
            [
                Source(text=text, tokens=tuple(self.tokenizer.pieces([*ids, specials.eos])), index=index)
                for text, ids, index in zip(texts, encoded, indices, strict=True)
            ],
            config=config,
            specials=specials,
            device=self.device,
            pieces=self.tokenizer.pieces,
            text=self.tokenizer.decode,
            trace=trace,
        )

    def _empty(self, text: str, config: Config) -> DecodeResult:
        """Of an empty text: one empty hypothesis, without asking the model."""
        nothing = Hypothesis(
            token_ids=(),
            tokens=(),
            token_log_probs=(),
            log_prob=0.0,
            score=0.0,
            text="",
            finished=True,
            attention=None,
            parts=ScoreParts(log_prob=0.0, length=0),
        )
        return DecodeResult(
            source=text,
            source_tokens=(),
            strategy=strategy_of(config).name,
            config={field.name: getattr(config, field.name) for field in options(config)},
            hypotheses=(nothing,),
            steps=(),
            forward_calls=0,
            seconds=0.0,
            device=str(self.device),
        )


def _drain(search: Generator[Tick, None, list[DecodeResult]]) -> list[DecodeResult]:
    """The results of a search that nobody watches."""
    while True:
        try:
            next(search)
        except StopIteration as done:
            results: list[DecodeResult] = done.value
            return results
