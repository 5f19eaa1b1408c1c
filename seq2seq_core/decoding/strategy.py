"""What a strategy is and what it gives back: the contract between ``decode`` and the files in ``strategies``."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from seq2seq_core.decoding.config import Config
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.result import Hypothesis
from seq2seq_core.decoding.request import Request
from seq2seq_core.types import FloatArray, StateT

RanksBy = Literal["score", "utility"]
"""What the hypotheses of a result are ranked by: "score": ``Hypothesis.parts.score``; "utility": the expected utility,
which the parts do not give."""


@dataclass(frozen=True)
class Outcome:
    """What a strategy says of one sentence; ``decode`` adds source, config, steps, time and device.

    Fields: see those of the same name in ``DecodeResult``.
    """

    hypotheses: tuple[Hypothesis, ...]
    forward_calls: int
    proven: bool | None = None
    details: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    utilities: FloatArray | None = None
    candidates: tuple[str, ...] = ()


Search = Generator[int, None, list[Outcome]]
"""A search under way: yields after each step how many sentences it was taken for; returns an outcome for each of B."""

SettingsT = TypeVar("SettingsT", bound=Config)
_GivenT = TypeVar("_GivenT", bound=Config, contravariant=True)


class SearchFn(Protocol[_GivenT]):
    """Runs a strategy."""

    def __call__(self, request: Request[StateT, _GivenT], recorder: Recorder | None) -> Search:
        """The search for all sentences of the request; it tells ``recorder``, where there is one, of each step."""
        ...


@dataclass(frozen=True, kw_only=True)
class Strategy(Generic[SettingsT]):
    """A registered strategy.

    name: on the command line and in JSON.
    label: the field's term for it.
    everyday: what it does in everyday words, which a person reads before the term; "" = the term alone.
    summary: one sentence for --help and the app.
    Config: its settings.
    search: runs it.
    ranks_by: what its hypotheses are ranked by.
    rows: the setting that says how many rows of a sentence are decoded at once; "" = one row.
    keeps: the most bytes that it keeps of a sentence beside what each step of these rows takes, under these settings,
        with or without a trace.
    """

    name: str
    label: str
    summary: str
    Config: type[SettingsT]
    search: SearchFn[SettingsT]
    everyday: str = ""
    ranks_by: RanksBy = "score"
    rows: str = ""
    keeps: Callable[[Any, bool], int] = lambda config, trace: 0

    @property
    def called(self) -> str:
        """The everyday name with the term beside it, as a list of strategies shows them."""
        return f"{self.everyday} ({self.label[:1].lower()}{self.label[1:]})" if self.everyday else self.label

    @property
    def explained(self) -> str:
        """What it does: in everyday words, if there are any, and in a sentence."""
        return f"{self.everyday}. {self.summary}" if self.everyday else self.summary

    def rows_of(self, config: Any) -> int:
        """How many rows of each sentence are decoded at once under these settings."""
        return int(getattr(config, self.rows)) if self.rows else 1

    def configure(self, values: Mapping[str, Any]) -> SettingsT:
        """This strategy's config with these values for those of its fields that they name."""
        known = {name: value for name, value in values.items() if name in self.Config.__dataclass_fields__}
        return self.Config(**known)


AnyStrategy = Strategy[Any]
"""A strategy in the registry, whose settings are known only to itself."""
