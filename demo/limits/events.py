"""What happens in the Limits view. Anyone can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import gradio as gr

from demo.common import export, limits_link, press, status
from demo.common.controls import reads
from demo.common.languages import Languages
from demo.common.question import PageQuestion, bar, quoted, typed, whole
from demo.common.text_input import InputError
from demo.common.turn import Turn
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.limits import beside, costs, exposure, lengths, reach, said
from demo.limits import export as limits_export
from demo.limits.costs import Timed, with_these
from demo.limits.layout import TWINS, VIEW, LimitsView
from demo.limits.state import BesideEachOther
from demo.service import SearchCost, Service, sentence_quality

OURS = "Something went wrong on our side; try another sentence."
NOTHING = "There is nothing to take away yet: press Set beside first."
NOT_TIMED = "There is nothing to take away yet: press Measure first."
REPAINT = 0.3
"""Seconds between two lines on how many searches were timed."""

FILES = {
    "html": ("limits.html", limits_export.offline),
    "json": ("limits.json", limits_export.everything),
    "csv": ("limits.csv", limits_export.table),
}


class LimitsEvents:
    """The view's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service, view: LimitsView) -> None:
        self._service = service
        self._view = view

    def restore(self, request: gr.Request) -> Updates:
        """The models that can be chosen, what was measured of them, and what the link asks for."""
        view, working = self._view, self._service.working()
        wish = limits_link.read(query_of(request)) or limits_link.LimitsLink()
        titled = [(title, name) for name, title in working.items()]
        chosen = [name for name in wish.models if name in working] or [name for name in TWINS if name in working]
        chosen = chosen or list(working)[:1]
        updates: Updates = {
            view.models: gr.update(choices=titled, value=chosen),
            view.timed: gr.update(choices=titled, value=next(iter(chosen), None)),
            view.sentence: self._labelled(chosen, wish.text),
            view.wish: wish,
            view.lengths: lengths.draw(None, working),
            **self._in_the_mean(_of(working, chosen)),
            view.slips: exposure.slips_average(_of(working, chosen)),
            view.slips_told: exposure.many(working),
        }
        if wish.reference is not None:
            updates[view.reference] = wish.reference
        if wish.place is not None:
            updates[view.place] = gr.update(value=wish.place, maximum=max(wish.place, view.place.maximum))
        return updates

    def open(self, wish: object, turn: object, asked: object) -> Iterator[Updates]:
        """Answers the question of the link that opened the page; nothing where it asks for none."""
        if isinstance(wish, limits_link.LimitsLink) and wish.text:
            yield from self.ask(turn, asked)
        else:
            yield UNCHANGED

    def ask(self, turn: object, asked: object) -> Iterator[Updates]:
        """Asks one model after the other; each is shown as soon as it has answered.

        Args:
            turn: whose it is on the person's page.
            asked: what the widgets of ``LimitsView.asked`` say.
        """
        if not isinstance(turn, Turn):
            yield UNCHANGED
            return
        mine = turn.take()
        shown: BesideEachOther | None = None
        try:
            shown = self._begin(*press.listed(asked, 4)[:4])
            yield {self._view.status: said.asking(shown), **self._in_the_mean(shown.called)}
            with closing(self._service.run_beside(shown.asked)) as answers:
                for known in answers:
                    if turn.number != mine:
                        return
                    if turn.stopped == mine:
                        yield {self._view.status: said.stopped(len(shown.found))}
                        return
                    if known is not None:
                        text = known.found.hypotheses[0].text
                        scores = (*shown.scores, self._scored(text, shown.asked.reference))
                        shown = replace(shown, found=(*shown.found, known), scores=scores)
                        yield self._everything(shown)
        except InputError as error:
            yield {self._view.status: status.wrong(error)}
        except Exception:
            logging.exception("models could not be set beside each other")  # without the person's text
            yield {self._view.status: status.error(OURS)}

    def measure(self, turn: object, sentence: object, name: object, timed: object) -> Iterator[Updates]:
        """Times searches of several widths, lengths and batches; what others took on the same sentence stays."""
        view = self._view
        if not isinstance(turn, Turn):
            yield UNCHANGED
            return
        mine, found, next_line = turn.take(), list[SearchCost](), time.monotonic()
        before: tuple[Timed, ...] = timed if isinstance(timed, tuple) else ()
        try:
            request = self._service.setting_beside(sentence, "", [name], 1).requests[0]
            title = self._service.title(request.model)

            def known() -> Updates:
                now = with_these(before, Timed(request.model, title, request.text, tuple(found)))
                return {view.costs: costs.draw(now), view.timings: now}

            with closing(self._service.run_cost(request)) as steps:
                for step in steps:
                    if turn.number != mine:
                        yield UNCHANGED
                        return
                    if turn.stopped == mine:
                        yield {view.status: said.stopped(len(found)), **known()}
                        return
                    if step is not None:
                        found.append(step)
                    if time.monotonic() > next_line:
                        next_line = time.monotonic() + REPAINT
                        yield {view.status: said.measuring(len(found)), **known()}
            yield {**known(), view.status: said.measured(title, len(found))}
        except InputError as error:
            yield {view.status: status.wrong(error)}
        except Exception:
            logging.exception("the cost could not be measured")  # without the person's text
            yield {view.status: status.error(OURS)}

    def stop(self, turn: object) -> None:
        """Ends what runs, between two steps; what is known stays."""
        if isinstance(turn, Turn):
            turn.stop()

    def export(self, shown: object, timed: object, event: gr.EventData) -> Updates:
        """The file that the page then saves."""
        view, kind = self._view, press.word(event, "kind")
        if not isinstance(shown, BesideEachOther) or not shown.found:
            return {view.file: None, view.status: status.error(NOTHING)}
        if kind not in FILES:
            return UNCHANGED
        name, write = FILES[kind]
        try:
            return {view.file: export.file(name, write(shown, timed if isinstance(timed, tuple) else ()))}
        except InputError as error:
            return {view.file: None, view.status: status.wrong(error)}

    def export_costs(self, timed: object) -> Updates:
        """What searches took as a file that the page then saves; nothing else has to be there."""
        view = self._view
        if not isinstance(timed, tuple) or not timed:
            return {view.file: None, view.status: status.error(NOT_TIMED)}
        return {view.file: export.file("limits-costs.csv", limits_export.searches(timed))}

    def _begin(self, sentence: object, reference: object, models: object, place: object) -> BesideEachOther:
        asked = self._service.setting_beside(sentence, reference, models, place)
        titles = self._service.working()
        names = ", ".join(titles[request.model] for request in asked.requests)
        text, wrong = asked.requests[0].text, f"a wrong word at token {asked.place + 1}"
        question = PageQuestion(
            (typed(sentence), typed(reference), models, place), (quoted(text), names, wrong),
            caption=(whole(text), names, wrong),
        )  # fmt: skip
        known = self._service.languages(asked.requests[0].model)
        return BesideEachOther(asked, known, self._service.device, question=question, titles=titles)

    def _scored(self, text: str, reference: str) -> tuple[float | None, float | None]:
        quality = sentence_quality(text, reference) if reference else None
        return (quality.bleu, quality.chrf) if quality else (None, None)

    def _everything(self, shown: BesideEachOther) -> Updates:
        view, asked = self._view, shown.asked
        link = limits_link.write(shown.source, asked.reference, shown.models, asked.place + 1)
        return {
            view.status: said.done(shown, link) if shown.done else said.asking(shown),
            view.present: shown,
            view.beside: beside.draw(shown),
            view.tokens: beside.tokens(shown),
            view.lengths: lengths.draw(shown, shown.titles),
            view.reach: reach.here(shown),
            view.exposure: exposure.curves(shown),
            view.slips: exposure.slips(shown),
            view.slips_told: exposure.told(shown),
            view.earlier: bar(VIEW, shown.question, "limits-ask", "Set beside again"),
        }

    def _in_the_mean(self, names: Mapping[str, str]) -> Updates:
        """What was measured of these models on many sentences, of those that were."""
        return {
            self._view.reach_average: reach.average(names),
            self._view.exposure_average: exposure.average(names),
        }

    def _labelled(self, chosen: list[str], text: str | None) -> object:
        """The sentence's box for the language of the first model, with the link's text in it, or one that it reads."""
        known = self._service.languages(chosen[0]) if chosen else Languages()
        begun = known.own_example if text is None else text
        return gr.update(**reads(known)) if begun is None else gr.update(value=begun, **reads(known))


def _of(titles: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Titles of these models alone, by name."""
    return {name: titles.get(name, name) for name in names}
