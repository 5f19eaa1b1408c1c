"""What happens in the Why not? view. Anyone can call a handler, so each checks its input."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlencode

import gradio as gr

from demo.common import export, press, status, strategy, why_link
from demo.common.contestant import changed, named
from demo.common.controls import reads
from demo.common.examples import EXAMPLES
from demo.common.languages import Languages, instead
from demo.common.question import PageQuestion, bar, quoted, typed, whole
from demo.common.stopping import present
from demo.common.text_input import InputError
from demo.common.turn import Turn
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.service import MAX_WIDTH, Asked, AskedWhy, Service, true_best_of
from demo.service import agreement as compared
from demo.why_not import agreement, beams, best, curves, learnt, said, signs, tokens, verdict, what_if, words
from demo.why_not import export as why_export
from demo.why_not.layout import EXPECTED, VIEW, WhyView
from demo.why_not.state import Answering, Explained
from demo.why_not.what_if import Instead
from seq2seq_core.decoding import DecodeResult

POLL = 0.1
"""Seconds between two looks at whether what is under way is over."""

REPAINT = 0.3
"""Seconds between two lines on how many beams were looked into."""

OURS = "Something went wrong on our side; try another sentence or strategy."
NOTHING = "There is nothing to take away yet: press Ask first."
DRAW_FIRST = "Press Ask first: candidates are set beside its answer."
ASK_FIRST = "Press Ask first: exact search answers the same question."
FILES = {
    "html": ("why-not.html", why_export.offline),
    "json": ("why-not.json", why_export.everything),
    "csv": ("why-not.csv", why_export.table),
}


class WhyEvents:
    """The view's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service, view: WhyView) -> None:
        self._service = service
        self._view = view

    def restore(self, request: gr.Request) -> Updates:
        """The models that can be chosen, once all were tried, and what the link asks for that opened the page."""
        view, working = self._view, self._service.working()
        wish = why_link.read(query_of(request)) or why_link.WhyLink()
        model = wish.model if wish.model in working else next(iter(working), None)
        known = self._service.languages(model) if model else Languages()
        updates: Updates = {
            view.model: gr.update(choices=[(title, name) for name, title in working.items()], value=model),
            view.sentence: self._labelled(known, known.own_example if wish.text is None else wish.text),
            view.expected: self._expected(known, wish.expected),
            view.wish: wish,
        }
        if wish.strategy is not None:
            updates |= {view.strategy: wish.strategy, **self._described(wish.strategy)}
            updates |= view.controls.restored(wish.strategy, wish.settings)
        return updates

    def choose_model(self, name: object, text: object) -> Updates:
        """What the model reads, and an example of it for one of another model; a question and its answer stay."""
        view = self._view
        try:
            known = self._service.languages(name)
        except InputError as error:
            return {view.status: status.wrong(error)}
        other = instead(text, known, map(self._service.languages, self._service.working()), EXAMPLES[0])
        return {view.sentence: self._labelled(known, other), view.expected: self._expected(known, None)}

    def choose_strategy(self, name: object) -> Updates:
        """What the strategy does, and its settings."""
        known = isinstance(name, str) and name in self._service.strategies
        return {**self._described(str(name)), **self._view.controls.visibility(str(name))} if known else UNCHANGED

    def open(self, wish: object, turn: object, asked: object) -> Iterator[Updates]:
        """Answers the question of the link that opened the page; nothing where it asks for none."""
        if not isinstance(wish, why_link.WhyLink) or not wish.text or not wish.expected:
            yield UNCHANGED
            return
        near = wish.near
        for updates in self.ask(turn, asked):
            yield updates
            shown = updates.get(self._view.present)
            if near is not None and isinstance(shown, Explained):
                yield self.learn(turn, shown, {"index": near})
                near = None

    def ask(self, turn: object, asked: object) -> Iterator[Updates]:
        """Holds the translation against what the search finds, and looks into one beam after the other.

        Args:
            turn: whose it is on the person's page.
            asked: what the widgets of ``WhyView.asked`` say.
        """
        if not isinstance(turn, Turn):
            yield UNCHANGED
            return
        mine, shown, next_line = turn.take(), None, time.monotonic() + REPAINT
        answering = Answering(mine, busy=True)
        turn.asked_in = mine
        try:
            told = press.listed(asked, 4)
            wanted, name = self._asked(*told)
            known_languages = self._service.languages(wanted.request.model)
            with closing(self._service.run_why(wanted)) as answers:
                for known in answers:
                    if turn.number != mine:
                        yield UNCHANGED
                        return
                    if turn.stopped == mine:
                        break
                    if known is None:
                        continue
                    first, begun = shown is None, shown
                    if begun is None:
                        begun = Explained(
                            wanted, name, known, known_languages, self._service.device,
                            question=self._question(wanted, name, *told), answering=answering,
                        )  # fmt: skip
                    shown = answering.know(begun, known=known)
                    if first:
                        yield self._everything(shown) | {self._view.status: said.looking(0, MAX_WIDTH)}
                    elif time.monotonic() > next_line:
                        next_line = time.monotonic() + REPAINT
                        yield {self._view.status: said.looking(len(known.widths), MAX_WIDTH)}
                else:
                    if shown is not None:
                        shown = answering.know(shown, done=True)
            yield self._ended(answering.latest)
        except InputError as error:
            yield ({} if answering.latest is None else self._beams(answering.latest)) | {
                self._view.status: status.wrong(error)
            }
        except Exception:
            logging.exception("a question could not be answered")  # without the person's text
            yield {self._view.status: status.error(OURS)}
        finally:
            answering.end()

    def draw(self, turn: object, shown: object, count: object) -> Iterator[Updates]:
        """Draws candidates, and compares them with each other and with both translations."""
        view = self._view
        if not isinstance(turn, Turn) or not isinstance(shown, Explained):
            yield {view.status: status.error(DRAW_FIRST)}
            return
        yield from self._again(
            turn, shown, lambda: self._service.candidates(shown.asked, count),
            add=lambda now, _, found: replace(now, agreement=compared(found, now.known)), draw=self._agreed,
            busy=said.drawing, failed="candidates could not be compared",
        )  # fmt: skip

    def search(self, turn: object, shown: object, seconds: object) -> Iterator[Updates]:
        """Exact search for the translation of highest log P, within a budget."""
        view = self._view
        if not isinstance(turn, Turn) or not isinstance(shown, Explained):
            yield {view.status: status.error(ASK_FIRST)}
            return
        yield from self._again(
            turn, shown, lambda: self._service.true_best(shown.asked, seconds),
            add=lambda now, _, found: replace(now, exact=true_best_of(found, now.known)),
            draw=lambda after: {view.best: best.draw(after)}, busy=said.searching, failed="exact search failed",
        )  # fmt: skip

    def what_if(self, turn: object, shown: object, event: gr.EventData) -> Iterator[Updates]:
        """Searches again where the word that was pressed must, or must not, be said."""
        view, kind = self._view, press.word(event, "kind")
        if not isinstance(turn, Turn) or not isinstance(shown, Explained):
            yield UNCHANGED
            return
        choices = {what_if.MUST: shown.apart.missing, what_if.MUST_NOT: shown.apart.extra}.get(str(kind), ())
        place = press.number(event, "index", len(choices))
        if place is None:
            yield {view.status: self._line(shown)}
            return
        word, without = choices[place], kind == what_if.MUST_NOT

        def add(now: Explained, request: Asked, found: DecodeResult) -> Explained:
            kept = (one for one in now.instead if (one.word, one.must_not) != (word, without))
            return replace(now, instead=(*kept, Instead(word, without, _in_translate(request, found), found)))

        yield from self._again(
            turn, shown, lambda: self._service.saying(shown.asked, "" if without else word, word if without else ""),
            add=add, draw=lambda after: {view.instead: what_if.draw(after)}, busy=None,
            failed="a word could not be asked for",
        )  # fmt: skip

    def _again(
        self,
        turn: Turn,
        shown: Explained,
        ask: Callable[[], Asked],
        *,
        add: Callable[[Explained, Asked, DecodeResult], Explained],
        draw: Callable[[Explained], Updates],
        busy: Callable[[int], str] | None,
        failed: str,
    ) -> Iterator[Updates]:
        """Searches the same sentence again, and shows what was found beside the answer.

        It waits for what is under way for that answer, beams or another wish, and ends neither.

        Args:
            turn: of the person who asks.
            shown: the answer.
            ask: makes the request; may raise InputError.
            add: the answer as it is by then, with what was found.
            draw: what shows that.
            busy: the line for a number of steps; None leaves the present one.
            failed: for the log, without the person's text.
        """
        view, answering, since = self._view, shown.answering, present()
        while not answering.begin():
            if since.gone:
                return
            time.sleep(POLL)
        try:
            if turn.asked_in > answering.asked:  # another question was asked meanwhile, and this is no answer any more
                yield UNCHANGED
                return
            shown, mine, next_line = answering.latest or shown, turn.take(), time.monotonic()
            request = ask()
            with closing(self._service.run(request, trace=False)) as events:
                for event in events:
                    if turn.number != mine:
                        yield UNCHANGED
                        return
                    if turn.stopped == mine:
                        yield {view.status: self._line(shown)}
                        return
                    if isinstance(event, DecodeResult):
                        answering.latest = shown = add(answering.latest or shown, request, event)
                    elif busy and event is not None and time.monotonic() > next_line:
                        next_line = time.monotonic() + REPAINT
                        yield {view.status: busy(event.steps)}
            yield {**draw(shown), view.present: shown, view.status: self._line(shown)}
        except InputError as error:
            yield {view.status: status.wrong(error)}
        except Exception:
            logging.exception(failed)
            yield {view.status: status.error(OURS)}
        finally:
            answering.end()

    def learn(self, turn: object, shown: object, pressed: object) -> Updates:
        """Finds training sentences near to the state before the token that was pressed; nothing has to wait for it."""
        if not isinstance(turn, Turn) or not isinstance(shown, Explained) or not shown.languages.neighbours:
            return UNCHANGED
        view, ids = self._view, shown.known.expected.hypothesis.token_ids
        place = press.number(pressed, "index", len(ids))
        if place is None:
            return UNCHANGED
        try:
            near = self._service.run_neighbours(shown.asked.request, ids, place)
        except InputError as error:
            return {view.learnt: status.error(str(error))}
        if turn.asked_in > shown.answering.asked:  # another question was asked meanwhile
            return UNCHANGED
        shown = shown.answering.know(shown, near=near)
        updates: Updates = {view.present: shown, view.learnt: learnt.draw(shown)}
        return updates if shown.answering.busy else updates | {view.status: self._line(shown)}

    def stop(self, turn: object) -> None:
        """Ends what runs, between two steps; what is known stays."""
        if isinstance(turn, Turn):
            turn.stop()

    def export(self, shown: object, event: gr.EventData) -> Updates:
        """The file that the page then saves."""
        view, kind = self._view, press.word(event, "kind")
        if not isinstance(shown, Explained):
            return {view.file: None, view.status: status.error(NOTHING)}
        if kind not in FILES:
            return UNCHANGED
        name, write = FILES[kind]
        try:
            return {view.file: export.file(name, write(shown)), view.status: self._line(shown)}
        except InputError as error:
            return {view.file: None, view.status: status.wrong(error)}

    def _asked(
        self, sentence: object, expected: object, model: object, strategy: object, *settings: object
    ) -> tuple[AskedWhy, str]:
        known = isinstance(strategy, str) and strategy in self._service.strategies
        chosen = self._view.controls.settings(str(strategy), settings) if known else {}
        return self._service.expecting(sentence, expected, model, strategy, chosen), str(strategy)

    def _question(self, wanted: AskedWhy, name: str, *said: object) -> PageQuestion:
        sentence, expected, model, strategy, *settings = said
        values = (typed(sentence), typed(expected), model, strategy, *self._view.controls.said(name, settings))
        how = named(name, changed(name, self._view.controls.settings(name, settings)))
        text, target, title = wanted.request.text, wanted.target, self._service.title(model)
        return PageQuestion(
            values, (f"{quoted(target)} for {quoted(text)}", title, how),
            caption=(whole(text), f"expected {whole(target)}", title, how),
        )  # fmt: skip

    def _ended(self, shown: Explained | None) -> Updates:
        if shown is None:
            return {self._view.status: said.stopped(None)}
        return self._beams(shown) | {self._view.status: self._line(shown)}

    def _line(self, shown: Explained) -> str:
        if not shown.done:
            return said.stopped(shown)
        request = shown.asked.request
        link = why_link.write(
            request.text, shown.asked.target, request.model, shown.strategy, dataclasses.asdict(request.config),
            None if shown.near is None else shown.near.place,
        )  # fmt: skip
        return said.done(shown, self._service.strategies[shown.strategy].label, link)

    def _everything(self, shown: Explained) -> Updates:
        """What is known once both translations are; the beams come later."""
        view = self._view
        return {
            **self._beams(shown),
            view.tokens: tokens.draw(shown),
            view.curves: curves.draw(shown),
            view.learnt: learnt.draw(shown),
            view.instead: what_if.draw(shown),
            view.signs: signs.draw(shown),
            view.needed: words.figure(shown, words.LOST),
            view.looked: words.figure(shown, words.LOOKED),
            view.slope: words.figure(shown, words.SLOPE),
            view.by_word: words.table(shown),
            **self._agreed(shown),
            view.best: best.draw(shown),
            view.earlier: bar(VIEW, shown.question, "why-ask", "Ask again"),
        }

    def _agreed(self, shown: Explained) -> Updates:
        return {self._view.agreement: agreement.figure(shown), self._view.by_utility: agreement.table(shown)}

    def _beams(self, shown: Explained) -> Updates:
        """What each beam that was looked into adds."""
        view = self._view
        return {
            view.present: shown,
            view.verdict: verdict.draw(shown),
            view.beams: beams.figure(shown),
            view.by_width: beams.table(shown),
        }

    def _described(self, name: str) -> Updates:
        return {self._view.summary: strategy.summary(self._service.strategies[name].summary)}

    def _expected(self, known: Languages, text: str | None) -> object:
        """The box for what was expected, with another text in it unless that is None."""
        label = {"label": EXPECTED.format(known.noun)}
        return gr.update(**label) if text is None else gr.update(value=text, **label)

    def _labelled(self, known: Languages, text: str | None) -> object:
        """The sentence's box for these languages, with another text in it unless that is None."""
        return gr.update(**reads(known)) if text is None else gr.update(value=text, **reads(known))


def _in_translate(request: Asked, result: DecodeResult) -> str:
    """A query that shows a result in Translate."""
    asked = {"text": request.text, "model": request.model, "strategy": result.strategy}
    return "?" + urlencode(asked | changed(result.strategy, result.config))
