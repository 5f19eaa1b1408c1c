"""Several strategies on the same sentence: what to run, from whatever came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demo.common.contestant import Contestant, contestant
from demo.common.settings import configure
from demo.common.text_input import MAX_CHARACTERS, Cleaned, InputError, clean
from demo.service import Asked, Service
from seq2seq_core.decoding import STRATEGIES, SampleConfig, options

MAX_CARDS = 8
MAX_NAME = 60
ONE = "A comparison looks at one sentence: of this text it took only the first, “{}”."
ONE_REFERENCE = (
    "A comparison looks at one sentence, and this text has several with one reference for all: give one of the "
    "sentences and its reference."
)
CUT = f"Of the reference, only the first {MAX_CHARACTERS:,} characters were read."


@dataclass(frozen=True)
class Contest:
    """A valid wish: one sentence under several strategies, in the order of their cards.

    reference: what a good translation is; "" = none was given.
    seed: of all strategies that draw at random.
    note: what its author should know of how it was read; "" = nothing.
    """

    cards: tuple[Contestant, ...]
    requests: tuple[Asked, ...]
    reference: str
    seed: int
    note: str


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
    """A valid contest on the first sentence of what came in. A seed that a card's settings name goes before ``seed``.

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
        asked = service.text_request(text, model, card.strategy, {**seeded, **card.settings})
        requests.append(asked.sentences[0])
    if not isinstance(reference, str | None):
        raise InputError("Give the reference translation as text.")
    target = one_line(reference)
    if len(asked.sentences) > 1 and target.text:
        raise InputError(ONE_REFERENCE)
    read = ONE.format(requests[0].text) if len(asked.sentences) > 1 else asked.note
    note = f"{read} {CUT if target.note else ''}".strip()
    return Contest(checked, tuple(requests), target.text, config.seed, note)


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
