"""What lies on one person's Compare tab: the cards, what was asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from demo.common.contest import MAX_CARDS, Contest
from demo.common.contestant import Contestant
from demo.common.turn import Turn
from demo.compare.board import Board, Card
from demo.compare.figures import Figures, figures
from demo.compare.presets import PRESETS

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeResult, Strategy


@dataclass(frozen=True)
class Outcome:
    """What one strategy gave, or in ``problem`` why it gave nothing.

    run: the turn in which it was decoded.
    """

    card: Contestant
    run: int
    result: DecodeResult | None = None
    figures: Figures | None = None
    problem: str = ""


@dataclass
class Desk(Turn):
    """Changed in place, so that a comparison under way sees which cards were removed or added meanwhile.

    opened: place of the card in the editor.
    ids: of each card a number that stays with it, so that a press finds it wherever it lies by then.
    dealt: ids given so far.
    asked: the contest that the outcomes answer.
    busy: the card that is being decoded.
    against: what the plot shows log P against.
    measured: the plot's switch offers chrF.
    found: what shows results is on the page.
    wanted: the page was opened by a link that asks for this comparison.
    painted: of each heatmap on the page, what it shows.
    """

    cards: tuple[Contestant, ...] = next(iter(PRESETS.values()))
    opened: int | None = None
    ids: tuple[int, ...] = ()
    dealt: int = 0
    asked: Contest | None = None
    busy: Contestant | None = None
    against: str = "milliseconds"
    measured: bool | None = False
    found: bool | None = False
    wanted: bool = False
    painted: list[object] = field(default_factory=lambda: [None] * MAX_CARDS)
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deal(self.cards, self.opened)

    def deal(self, cards: tuple[Contestant, ...], opened: int | None = None) -> None:
        """Lays out other cards."""
        self.cards, self.opened = cards, opened
        self.ids = tuple(self._new_id() for _ in cards)

    def insert(self, place: int, card: Contestant) -> None:
        """A card more, before the one at ``place``."""
        if self.opened is not None and self.opened >= place:
            self.opened += 1
        self.cards = (*self.cards[:place], card, *self.cards[place:])
        self.ids = (*self.ids[:place], self._new_id(), *self.ids[place:])

    def remove(self, place: int) -> None:
        """Takes a card away; the results of the others stay."""
        opened = None if self.opened in (None, place) else self.opened - (self.opened > place)
        self.opened = opened
        self.cards = (*self.cards[:place], *self.cards[place + 1 :])
        self.ids = (*self.ids[:place], *self.ids[place + 1 :])

    def change(self, card: Contestant) -> None:
        """Another card in place of the one in the editor."""
        assert self.opened is not None
        self.cards = (*self.cards[: self.opened], card, *self.cards[self.opened + 1 :])

    def begin(self, contest: Contest) -> int:
        """A new run; returns its turn."""
        self.number += 1
        self.asked = contest
        return self.number

    def end(self) -> None:
        """After a run: what it did not come to goes, since it answers what was asked before.

        All that shows results is to be sent once more: of several updates that reach a busy browser at a time, Gradio
        keeps only the last, and with it what the last one skipped.
        """
        self.busy, self.found, self.measured, self.painted = None, None, None, []
        self.outcomes = [outcome for outcome in self.outcomes if outcome.run == self.number]

    def due(self) -> Contestant | None:
        """The first card that this run has not come to."""
        return next((card for card in self.cards if not self._fresh(card)), None)

    def put(self, card: Contestant, result: DecodeResult | None, problem: str = "") -> None:
        """What a card gave in this run, in place of what it or its like gave before."""
        assert self.asked is not None
        measured = figures(result, self.asked.reference) if result else None
        kept = [outcome for outcome in self.outcomes if not _alike(outcome.card, card)]
        self.outcomes = [*kept, Outcome(card, self.number, result, measured, problem)]

    def refer(self, reference: str) -> None:
        """Measures the results against another reference; nothing is decoded."""
        assert self.asked is not None
        self.asked = replace(self.asked, reference=reference)
        self.outcomes = [
            replace(outcome, figures=figures(outcome.result, reference)) if outcome.result else outcome
            for outcome in self.outcomes
        ]

    def outcome(self, card: Contestant) -> Outcome | None:
        """Of this card, whatever it is called: the same settings give the same result."""
        return next((outcome for outcome in self.outcomes if _alike(outcome.card, card)), None)

    def finished(self) -> list[tuple[int, Contestant, Outcome]]:
        """Place, card and outcome of each card that has a result of this run."""
        found = [(place, card, self.outcome(card)) for place, card in enumerate(self.cards)]
        return [(place, card, o) for place, card, o in found if o and o.result and o.run == self.number]

    def board(self, strategies: dict[str, Strategy], lang: str | None) -> Board:
        """The cards as they are shown."""
        cards = []
        for card in self.cards:
            outcome, about = self.outcome(card), strategies[card.strategy].label
            is_busy = self.busy is not None and _alike(card, self.busy) and not self._fresh(card)
            shown = Card(card.name, about, busy=is_busy)
            if outcome:
                stale = outcome.run != self.number
                shown = replace(shown, figures=outcome.figures, problem=outcome.problem, stale=stale)
            cards.append(shown)
        reference = self.asked.reference if self.asked else ""
        return Board(cards, reference, self.opened, self.ids, lang, len(self.cards) >= MAX_CARDS)

    def _new_id(self) -> int:
        self.dealt += 1
        return self.dealt

    def _fresh(self, card: Contestant) -> bool:
        outcome = self.outcome(card)
        return outcome is not None and outcome.run == self.number


def _alike(one: Contestant, other: Contestant) -> bool:
    return (one.strategy, one.settings) == (other.strategy, other.settings)
