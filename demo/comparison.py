"""Several strategies on the same sentence: what to run, and the figures to set beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from demo.controls import configure
from demo.presets import Contestant, contestant
from demo.service import Request, Service, sentence_quality, utility_matrix
from demo.text_input import MAX_CHARACTERS, Cleaned, InputError, clean
from seq2seq_core.decoding import STRATEGIES, DecodeResult, SampleConfig, options

MAX_CARDS = 8
MAX_NAME = 60
CUT = f"Of the reference, only the first {MAX_CHARACTERS:,} characters were read."
MOST_SHOWN = 100
"""Translations of one result, beside its best, that are measured one by one."""

MOST_COMPARED = 20
"""Different texts of one result that are compared with each other: the comparisons grow with the square."""


@dataclass(frozen=True)
class Contest:
    """A valid wish: one sentence under several strategies, in the order of their cards.

    reference: what a good translation is; "" = none was given.
    seed: of all strategies that draw at random.
    note: what its author should know of how it was read; "" = nothing.
    """

    cards: tuple[Contestant, ...]
    requests: tuple[Request, ...]
    reference: str
    seed: int
    note: str


@dataclass(frozen=True)
class Spread:
    """How much the several translations of one result differ.

    number, distinct: translations, and different texts among them.
    texts: each text with how often it came, most frequent first, then in the order of the result.
    log_probs: least, mean and greatest log P, in nats.
    chrf: mean chrF, 0 to 100, of each translation with each other as reference (100 = all the same); of the first
        ``MOST_COMPARED`` different texts.
    """

    number: int
    distinct: int
    texts: tuple[tuple[str, int], ...]
    log_probs: tuple[float, float, float]
    chrf: float

    @property
    def duplicates(self) -> int:
        """Translations that say what another one said before."""
        return self.number - self.distinct


@dataclass(frozen=True)
class Figures:
    """One strategy's row: its best translation and what it cost.

    log_prob: of the best translation, in nats.
    score: what the strategy ranked it by; not comparable between strategies.
    length: t, its tokens, EOS counted.
    forward_calls: calls of the decoder, one for all rows that are alive.
    milliseconds: wall time of decoding.
    chrf, bleu: against the reference, 0 to 100; None without one.
    spread: None where there is one translation only.
    """

    text: str
    log_prob: float
    score: float
    length: int
    forward_calls: int
    milliseconds: float
    chrf: float | None = None
    bleu: float | None = None
    spread: Spread | None = None


def contestants(cards: object) -> tuple[Contestant, ...]:
    """Valid cards from ``Contestant``s, or from mappings with "strategy" and, if wished, "settings" and "name".

    Raises:
        InputError: one cannot be used, or there are none or too many.
    """
    if not isinstance(cards, list | tuple):
        raise InputError('Give the strategies as a list, for example [{"strategy": "greedy"}].')
    if not cards:
        raise InputError("Add a strategy to compare first.")
    if len(cards) > MAX_CARDS:
        raise InputError(f"Compare at most {MAX_CARDS} strategies at once; these are {len(cards)}.")
    return tuple(_contestant(card, place) for place, card in enumerate(cards, start=1))


def prepare(
    service: Service, text: object, model: object, cards: object, *, seed: object = 0, reference: object = ""
) -> Contest:
    """A valid contest from whatever came in. A seed that a card's own settings name goes before ``seed``.

    Raises:
        InputError: something in it cannot be used.
    """
    checked = contestants(cards)
    config = configure(STRATEGIES["sample"], {"seed": seed})
    assert isinstance(config, SampleConfig)
    requests = []
    for card in checked:
        known = {option.name for option in options(STRATEGIES[card.strategy].Config)}
        seeded = {"seed": config.seed} if "seed" in known else {}
        requests.append(service.request(text, model, card.strategy, {**seeded, **card.settings}))
    if not isinstance(reference, str | None):
        raise InputError("Give the reference translation as text.")
    target = one_line(reference)
    note = f"{requests[0].note} {CUT if target.note else ''}".strip()
    return Contest(checked, tuple(requests), target.text, config.seed, note)


def figures(result: DecodeResult, reference: str = "") -> Figures:
    """The row of one result; its best translation against ``reference`` where there is one."""
    best = result.hypotheses[0]
    quality = sentence_quality(best.text, reference) if reference else None
    return Figures(
        text=best.text,
        log_prob=best.log_prob,
        score=best.score,
        length=best.parts.length,
        forward_calls=result.forward_calls,
        milliseconds=result.seconds * 1000,
        chrf=quality.chrf if quality else None,
        bleu=quality.bleu if quality else None,
        spread=spread(result) if len(result.hypotheses) > 1 else None,
    )


def spread(result: DecodeResult) -> Spread:
    """How much the translations of one result differ; it must have two or more."""
    texts, log_probs = [h.text for h in result.hypotheses], [h.log_prob for h in result.hypotheses]
    counts = Counter(texts)
    return Spread(
        number=len(texts),
        distinct=len(counts),
        texts=tuple(counts.most_common()),
        log_probs=(min(log_probs), fmean(log_probs), max(log_probs)),
        chrf=_likeness(list(counts.items())[:MOST_COMPARED]),
    )


def cloud(result: DecodeResult, reference: str) -> list[float]:
    """chrF against ``reference`` of the translations after the best one, of at most ``MOST_SHOWN`` of them."""
    return [sentence_quality(h.text, reference).chrf for h in result.hypotheses[1 : MOST_SHOWN + 1]]


def _likeness(counts: Sequence[tuple[str, int]]) -> float:
    """Mean chrF of all ordered pairs of two translations, each text as often as it came."""
    matrix = utility_matrix([text for text, _ in counts], "chrf")
    total = sum(count for _, count in counts)
    pairs = sum(
        float(matrix[i, j]) * ours * (theirs - (i == j))
        for i, (_, ours) in enumerate(counts)
        for j, (_, theirs) in enumerate(counts)
    )
    return pairs / (total * (total - 1)) if total > 1 else 100.0


def _contestant(card: object, place: int) -> Contestant:
    given = vars(card) if isinstance(card, Contestant) else card
    if not isinstance(given, Mapping) or not {"strategy"} <= set(given) <= {"strategy", "settings", "name"}:
        raise InputError(f'Strategy {place} must be an object with "strategy" and, if you like, "settings" and "name".')
    strategy, settings, name = (given.get(key) for key in ("strategy", "settings", "name"))
    if not isinstance(strategy, str) or strategy not in STRATEGIES:
        raise InputError(f"Choose one of the strategies: {', '.join(STRATEGIES)}.")
    if not isinstance(settings, Mapping | None):
        raise InputError(f'Give the settings of strategy {place} as an object, for example {{"num_beams": 5}}.')
    try:
        config = configure(STRATEGIES[strategy], settings or {})
    except InputError as error:
        raise InputError(f"Strategy {place}: {error}") from error
    made = contestant(strategy, **{option: getattr(config, option) for option in settings or {}})
    return Contestant(one_line(name).text[:MAX_NAME].strip() or made.name, strategy, made.settings)


def one_line(text: object) -> Cleaned:
    """A name or a reference as typed, on one line and cut where it is too long; "" where there is nothing in it."""
    try:
        return clean(text)
    except InputError:
        return Cleaned("")
