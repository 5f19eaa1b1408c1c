"""What the model thinks of a translation that somebody expected, token by token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seq2seq_core.decoding import Config, DecodeResult, Hypothesis, ScoreConfig, StepRow
from seq2seq_core.pipeline import Translator


@dataclass(frozen=True)
class ExpectedToken:
    """One token of a given translation, read after those before it.

    token_id, token: its id and piece. log_prob: its log P under the model, in nats. rank: 1 = the model's first choice.
    entropy: of the model's distribution at this place, in nats. total_log_prob: log P up to and with it.
    preferred, preferred_log_prob: the piece that the model finds likeliest here, and its log P.
    """

    token_id: int
    token: str
    log_prob: float
    rank: int
    entropy: float
    total_log_prob: float
    preferred: str
    preferred_log_prob: float

    @property
    def lost(self) -> float:
        """Nats by which it is less likely than what the model would rather have said here; 0 at rank 1."""
        return 0.0 if self.rank == 1 else self.preferred_log_prob - self.log_prob


@dataclass(frozen=True, eq=False)
class Expected:
    """A given translation, forced upon the model.

    hypothesis: with log P, parts and attention; its score is normalised as that of the search it is held against.
    tokens: one for each piece, the end included.
    own_log_prob: log P in the tokenizer's own pieces, if another way to cut the text is likelier than they are.
    """

    hypothesis: Hypothesis
    tokens: tuple[ExpectedToken, ...]
    own_log_prob: float

    @property
    def spelling(self) -> float:
        """Nats that the tokenizer's own pieces lose against the pieces used here; 0 where they are the same."""
        return self.hypothesis.log_prob - self.own_log_prob


def normalisation_of(config: Config) -> ScoreConfig:
    """How a search of these settings normalises a score; not at all where it knows no normalisation."""
    names = ("length_penalty_type", "length_penalty", "coverage_penalty")
    return ScoreConfig(**{name: getattr(config, name) for name in names if hasattr(config, name)})


def expected_of(
    translator: Translator, source: str, target: str, config: ScoreConfig, segmentations: int = 0
) -> Expected:
    """Forces ``target`` upon the model, in the likeliest of up to ``segmentations`` ways to cut it, or its own.

    Raises:
        CoreError: coverage has a weight and the model has no attention.
    """
    [own] = translator.score((source, target), config, segmentations=segmentations)
    first, *others = own.hypotheses
    best = max((first, *others[:1]), key=lambda hypothesis: hypothesis.log_prob)
    made = forced(translator, source, best.token_ids, config)
    return made if best is first else replace(made, own_log_prob=first.log_prob)


def forced(translator: Translator, source: str, token_ids: Sequence[int], config: ScoreConfig) -> Expected:
    """What the model thinks of these pieces.

    Raises:
        CoreError: there are none, or coverage has a weight and the model has no attention.
    """
    [result] = translator.translate(source, config, prefix=token_ids, trace=True)
    return Expected(result.hypotheses[0], _tokens(result), result.hypotheses[0].log_prob)


def _tokens(result: DecodeResult) -> tuple[ExpectedToken, ...]:
    hypothesis, total, tokens = result.hypotheses[0], 0.0, []
    rows: Sequence[StepRow] = [step.rows[0] for step in result.steps]
    for place, row in enumerate(rows):
        total += hypothesis.token_log_probs[place]
        tokens.append(
            ExpectedToken(
                token_id=hypothesis.token_ids[place],
                token=hypothesis.tokens[place],
                log_prob=hypothesis.token_log_probs[place],
                rank=(hypothesis.ranks or ())[place],
                entropy=(hypothesis.entropies or ())[place],
                total_log_prob=total,
                preferred=row.top_tokens[0],
                preferred_log_prob=float(row.top_log_probs[0][0]),
            )
        )
    return tuple(tokens)
