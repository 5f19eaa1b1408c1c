"""What one person did in the Compare view: the cards, what was asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

from demo.common.contest import MAX_CARDS, Contest, seeded
from demo.common.contestant import Contestant, called
from demo.common.link import to_translate
from demo.common.question import PageQuestion
from demo.common.turn import Turn
from demo.compare.board import Board, ShownCard
from demo.compare.figures import Figures, figures, timed
from demo.compare.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from demo.common.languages import Languages
    from seq2seq_core.decoding import AnyStrategy, DecodeResult

COSTS = {"rows": "rows × steps", "forward_calls": "steps", "milliseconds": "milliseconds"}
"""What the plot can show log P against, and what that is called; first what does not depend on the machine."""

LIKENESS = {"chrf": "chrF"}
"""The same, where there is a reference and all cards are of one model."""

_LOCK = Lock()
"""While cards or results change: a comparison and a press run in two threads. One for all people: it is held for
a moment, and Gradio could not copy a lock of one's own."""


@dataclass(frozen=True)
class CardOutcome:
    """What one strategy gave, or in ``problem`` why it gave nothing.

    run: the turn in which it was decoded.
    """

    card: Contestant
    run: int
    result: DecodeResult | None = None
    figures: Figures | None = None
    problem: str = ""


@dataclass(frozen=True)
class FinishedCard:
    """A card with its place, its result and what was measured of it."""

    place: int
    card: Contestant
    result: DecodeResult
    figures: Figures

    @property
    def attends(self) -> bool:
        """Whether its model has attention."""
        return self.result.hypotheses[0].attention is not None


@dataclass
class Desk(Turn):
    """Changed in place, so that a comparison under way sees which cards were removed or added meanwhile.

    opened: place of the card in the editor.
    ids: of each card a number that stays with it, so that a press finds it wherever it lies by then.
    dealt: ids given so far.
    asked: the contest that the outcomes answer.
    busy: the card that is being decoded.
    axis: what the plot should show log P against, as chosen; None for what suits.
    wanted: the page was opened by a link that asks for this comparison.
    note: what of the link could not be had, to be said once.
    timings: how often timing again was asked for; the last counts.
    question: what the page's widgets said when the outcomes were asked for.
    referred: the reference, and the sentence with which it was first given.
    """

    cards: tuple[Contestant, ...] = next(iter(PRESETS.values()))
    opened: int | None = None
    ids: tuple[int, ...] = ()
    dealt: int = 0
    asked: Contest | None = None
    busy: Contestant | None = None
    axis: str | None = None
    wanted: bool = False
    note: str = ""
    timings: int = 0
    question: PageQuestion | None = None
    referred: tuple[str, str] = ("", "")
    outcomes: list[CardOutcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deal(self.cards, self.opened)

    @property
    def reference(self) -> str:
        """Of what was asked; "" where there is none."""
        return self.asked.reference if self.asked else ""

    @property
    def scale(self) -> str:
        """What can be compared across the models of what was asked; "" where there is one."""
        return self.asked.scale if self.asked else ""

    @property
    def shows(self) -> bool:
        """Whether a card that lies on the page shows what came of a run; a preset's may all be new."""
        return any(self.outcome(card) for card in self.cards)

    @property
    def measure(self) -> str | None:
        """What the plot shows of each card: log P, which only one model's are of, else chrF; None without either."""
        return "log_prob" if not self.scale else "chrf" if self.reference else None

    @property
    def axes(self) -> dict[str, str]:
        """What the plot can show the measure against."""
        return {**LIKENESS, **COSTS} if self.reference and not self.scale else COSTS

    @property
    def against(self) -> str:
        """What it does show."""
        return self.axis if self.axis in self.axes else next(iter(self.axes))

    def deal(self, cards: tuple[Contestant, ...], opened: int | None = None) -> None:
        """Lays out other cards."""
        with _LOCK:
            self.cards, self.opened = cards, opened
            self.ids = tuple(self._new_id() for _ in cards)

    def insert(self, place: int, card: Contestant) -> None:
        """A card more, before the one at ``place``."""
        with _LOCK:
            if self.opened is not None and self.opened >= place:
                self.opened += 1
            self.cards = (*self.cards[:place], card, *self.cards[place:])
            self.ids = (*self.ids[:place], self._new_id(), *self.ids[place:])

    def remove(self, place: int) -> None:
        """Takes a card away; the results of the others stay."""
        with _LOCK:
            self.opened = None if self.opened in (None, place) else self.opened - (self.opened > place)
            self.cards = (*self.cards[:place], *self.cards[place + 1 :])
            self.ids = (*self.ids[:place], *self.ids[place + 1 :])

    def open(self, place: int | None) -> None:
        """Another card in the editor, or none."""
        with _LOCK:
            self.opened = place

    @property
    def edited(self) -> Contestant | None:
        """The card in the editor."""
        with _LOCK:
            return None if self.opened is None else self.cards[self.opened]

    def change(self, card: Contestant) -> None:
        """Another card in place of the one in the editor, if there still is one."""
        with _LOCK:
            if self.opened is not None:
                self.cards = (*self.cards[: self.opened], card, *self.cards[self.opened + 1 :])

    def begin(self, contest: Contest) -> int:
        """A new run; returns its turn."""
        mine, text = self.take(), contest.requests[0].text
        if contest.reference != self.referred[0]:
            self.referred = contest.reference, text
        self._ask(contest)
        return mine

    @property
    def borrowed(self) -> str:
        """The sentence that the reference was given with, where another is asked about by now; else ""."""
        reference, text = self.referred
        return text if self.asked and reference and text != self.asked.requests[0].text else ""

    def end(self) -> None:
        """After a run: what it did not come to goes, since it answers what was asked before."""
        with _LOCK:
            self.busy = None
            self.outcomes = [outcome for outcome in self.outcomes if outcome.run == self.number]

    def forget(self) -> None:
        """Lets go the results, which are large; the cards stay as they lie on the page."""
        with _LOCK:
            self.asked, self.question, self.outcomes = None, None, []

    def due(self) -> Contestant | None:
        """The first card that this run has not come to."""
        return next((card for card in self.cards if not self._fresh(card)), None)

    def waits_for(self, card: Contestant, mine: int) -> bool:
        """Whether what this card gives in run ``mine`` is still wanted."""
        return self.number == mine != self.stopped and self.place(card) is not None

    def place(self, card: Contestant) -> int | None:
        """Where a card lies; None where it was taken away meanwhile."""
        cards = self.cards
        return cards.index(card) if card in cards else None

    def model_of(self, card: Contestant) -> str:
        """The model that the card is decoded with; "" where that is the comparison's, and nothing was asked yet."""
        return card.model or (self.asked.model if self.asked else "")

    def put(self, card: Contestant, result: DecodeResult | None, problem: str = "") -> None:
        """What a card gave in this run, in place of what it or its like gave before."""
        measured = figures(result, self.reference) if result else None
        with _LOCK:
            kept = [outcome for outcome in self.outcomes if not _alike(outcome.card, card)]
            self.outcomes = [*kept, CardOutcome(card, self.number, result, measured, problem)]

    def refer(self, reference: str) -> None:
        """Measures the results against another reference; nothing is decoded."""
        if self.asked is None:
            return
        self._ask(replace(self.asked, reference=reference))
        measured = [
            replace(outcome, figures=_measured(outcome, reference)) if outcome.result else outcome
            for outcome in self.outcomes
        ]
        with _LOCK:
            self.outcomes = measured

    def time(self, times: Sequence[tuple[Contestant, tuple[float, ...]]]) -> None:
        """What timing the cards again gave: of each the milliseconds of its runs."""
        with _LOCK:
            for card, runs in times:
                for place, outcome in enumerate(self.outcomes):
                    if runs and outcome.figures and _alike(outcome.card, card):
                        self.outcomes[place] = replace(outcome, figures=timed(outcome.figures, runs))

    def widen(self, scale: str) -> None:
        """A card of another model came while the run was under way: ``scale`` says what can be compared now."""
        if self.asked and scale and not self.scale:
            self._ask(replace(self.asked, scale=scale))

    def outcome(self, card: Contestant) -> CardOutcome | None:
        """Of this card, whatever it is called: the same settings give the same result."""
        return next((outcome for outcome in self.outcomes if _alike(outcome.card, card)), None)

    def finished(self) -> list[FinishedCard]:
        """The cards that have a result of this run."""
        found = [(place, card, self.outcome(card)) for place, card in enumerate(self.cards)]
        return [
            FinishedCard(place, card, outcome.result, outcome.figures)
            for place, card, outcome in found
            if outcome and outcome.run == self.number and outcome.result and outcome.figures
        ]

    def board(self, strategies: Mapping[str, AnyStrategy], titles: Callable[[str], str], known: Languages) -> Board:
        """The cards as they are shown; ``titles`` says what people call a model, ``known`` what all of them write."""
        cards, several = [], len({card.model for card in self.cards}) > 1
        exact = self.asked is not None and self.asked.exact
        for card in self.cards:
            model = self.model_of(card)
            outcome, about = self.outcome(card), strategies[card.strategy].label
            is_busy = self.busy is not None and _alike(card, self.busy) and not self._fresh(card)
            title = titles(model) if model and (several or card.model) else ""
            shown = ShownCard(called(card, titles), about, busy=is_busy, model=title, model_name=model)
            if outcome:
                stale = outcome.run != self.number
                shown = replace(shown, figures=outcome.figures, problem=outcome.problem, stale=stale)
                shown = shown if stale or not outcome.result else replace(shown, href=self._href(card))
            cards.append(shown)
        return Board(
            cards, self.reference, self.opened, self.ids, known, len(self.cards) >= MAX_CARDS, self.scale, exact
        )

    def _href(self, card: Contestant) -> str:
        """A query that opens the card in Translate."""
        assert self.asked is not None, "there is a result"
        text, settings = self.asked.requests[0].text, seeded(card, self.asked.seed)
        return to_translate(text, self.model_of(card), card.strategy, settings)

    def _ask(self, contest: Contest) -> None:
        """Another question; with or without a reference, or with several models, another axis suits."""
        axes, self.asked = self.axes, contest
        if axes != self.axes:
            self.axis = None

    def _new_id(self) -> int:
        self.dealt += 1
        return self.dealt

    def _fresh(self, card: Contestant) -> bool:
        outcome = self.outcome(card)
        return outcome is not None and outcome.run == self.number


def _measured(outcome: CardOutcome, reference: str) -> Figures | None:
    """Its figures against another reference, with the times that it has."""
    if outcome.result is None or outcome.figures is None:
        return None
    found, times = figures(outcome.result, reference), outcome.figures.times
    return timed(found, times) if times else found


def _alike(one: Contestant, other: Contestant) -> bool:
    return (one.strategy, one.settings, one.model) == (other.strategy, other.settings, other.model)
