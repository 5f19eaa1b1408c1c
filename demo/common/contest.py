"""Several strategies, and perhaps models, on the same sentence: what to run, from whatever came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from demo.common.contestant import Contestant, contestant
from demo.common.languages import NEUTRAL
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
PAIR = "One comparison is of one pair of languages: {} {} {}, and {} {}. Choose models of the same pair."
RANKED = "Only what is measured against a reference, and milliseconds, are ranked."
SAME_PIECES = (
    "The models share a vocabulary, so log P is over the same pieces; yet it is each model's own opinion, and the "
    f"surer one need not be the better. {RANKED}"
)
OWN_PIECES = (
    "The models have different vocabularies, so log P, score and t are of different pieces and not on one scale. "
    f"{RANKED}"
)
CUT = f"Of the reference, only the first {MAX_CHARACTERS:,} characters were read."


@dataclass(frozen=True)
class Contest:
    """A valid wish: one sentence under several strategies, in the order of their cards.

    model: of the cards that have none of their own.
    reference: what a good translation is; "" = none was given.
    seed: of all strategies that draw at random.
    note: what its author should know of how it was read; "" = nothing.
    scale: what can be compared where there are several models; "" = all is of one.
    exact: exact matches are a measure of this task, as the models' cards say.
    """

    cards: tuple[Contestant, ...]
    requests: tuple[Asked, ...]
    model: str
    reference: str
    seed: int
    note: str
    scale: str = ""
    exact: bool = False


def contestants(cards: object) -> tuple[Contestant, ...]:
    """Valid cards from ``Contestant``s, or from mappings with "strategy" and, as wished, "settings", "name", "model".

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
    """A valid contest on the first sentence of what came in.

    Args:
        service: what decodes.
        text: as typed.
        model: for the cards that have none of their own.
        cards: as ``contestants`` takes them.
        seed: for the cards whose settings name none.
        reference: a good translation; "" = none.

    Raises:
        InputError: something in it cannot be used, or the models are not of one pair of languages.
    """
    checked = contestants(cards)
    config = configure(STRATEGIES["sample"], {"seed": seed})
    assert isinstance(config, SampleConfig)
    models = [card.model or (model if isinstance(model, str) else "") for card in checked]
    scale = _scale(service, models)
    asked = service.text_request(text, models[0], "greedy", {})
    first, requests = asked.sentences[0], []
    for card, its in zip(checked, models, strict=True):
        decoding = service.decoding(its, card.strategy, seeded(card, config.seed))
        requests.append(replace(decoding, text=first.text, index=first.index))
    if not isinstance(reference, str | None):
        raise InputError("Give the reference as text.", "reference")
    target = one_line(reference)
    if len(asked.sentences) > 1 and target.text:
        raise InputError(ONE_REFERENCE, "reference")
    read = ONE.format(first.text) if len(asked.sentences) > 1 else asked.note
    note = f"{read} {CUT if target.note else ''}".strip()
    exact = any(map(service.scored_by_exact, models))
    return Contest(checked, tuple(requests), str(model), target.text, config.seed, note, scale, exact)


def seeded(card: Contestant, seed: int) -> dict[str, Any]:
    """The settings of a card, with the comparison's seed where it draws at random and names none."""
    known = {option.name for option in options(STRATEGIES[card.strategy].Config)}
    return {**({"seed": seed} if "seed" in known else {}), **card.settings}


def _scale(service: Service, models: Sequence[str]) -> str:
    """What can be compared across these models; "" for a single one.

    Raises:
        InputError: they are not of one pair of languages.
    """
    names = tuple(dict.fromkeys(models))
    if len(names) == 1:
        return ""
    known = [(name, service.languages(name)) for name in names]
    for verb, side in (("reads", "source"), ("writes", "target")):
        said = [(name, language) for name, each in known if (language := getattr(each, side)) not in NEUTRAL]
        for name, language in said:
            if language != said[0][1]:
                raise InputError(PAIR.format(said[0][0], verb, said[0][1], name, language))
    return SAME_PIECES if service.same_pieces(names) else OWN_PIECES


def _contestant(card: object, place: int) -> Contestant:
    given = vars(card) if isinstance(card, Contestant) else card
    if not isinstance(given, Mapping) or not {"strategy"} <= set(given) <= {"strategy", "settings", "name", "model"}:
        raise InputError(
            f'Strategy {place} must be an object with "strategy" and, if you like, "settings", "name" and "model".'
        )
    strategy, settings, name, model = (given.get(key) for key in ("strategy", "settings", "name", "model"))
    if not isinstance(strategy, str) or strategy not in STRATEGIES:
        raise InputError(f"Choose one of the strategies: {', '.join(STRATEGIES)}.")
    if not isinstance(settings, Mapping | None):
        raise InputError(f'Give the settings of strategy {place} as an object, for example {{"num_beams": 5}}.')
    if not isinstance(model, str | None):
        raise InputError(f"Give the model of strategy {place} by its name.")
    try:
        config = configure(STRATEGIES[strategy], settings or {})
    except InputError as error:
        raise InputError(f"Strategy {place}: {error}") from error
    made = contestant(strategy, model or "", **{option: getattr(config, option) for option in settings or {}})
    return replace(made, name=one_line(name).text[:MAX_NAME].strip() or made.name)


def one_line(text: object) -> Cleaned:
    """A name or a reference as typed, on one line and cut where it is too long; "" where there is nothing in it."""
    try:
        return clean(text)
    except InputError:
        return Cleaned("")
