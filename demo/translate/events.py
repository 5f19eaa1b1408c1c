"""What happens in the Translate tab. Anyone who knows the address can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.common import export, status, strategy
from demo.common.controls import Controls
from demo.common.examples import FIRST_STRATEGY
from demo.common.languages import Languages, languages
from demo.common.text_input import InputError
from demo.common.turn import Turn
from demo.service import Asked, Draft, Service
from demo.translate import ledger, lens, link, translation, tree
from demo.translate.export import offline
from demo.translate.layout import described
from demo.translate.scores import MAX_ALPHA
from demo.translate.shown import PIECES, WORDS, Shown, Updates, heatmap, show, views, weighed

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeStep

REPAINT = 0.12
"""Seconds between two drafts on the page while the search runs."""

PATIENCE = 0.4
"""Seconds before the first draft. A search that ends before is over sooner without: a browser that paints a draft holds
up the result behind it by as much as some steps take."""

LIVE_PAUSE = 0.15
"""Seconds between two steps for someone who wants to see each."""

LIVE = 8.0
"""Seconds a search pauses in all; others wait for their turn meanwhile."""

UNTOUCHED = [gr.skip()] * 10
"""For the result and what shows it: as they were."""


class TranslateEvents:
    """The tab's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service, controls: Controls) -> None:
        self._service = service
        self._controls = controls

    def restore(self, request: gr.Request) -> Updates:
        """What the link asks for that opened the page, on the models that can be chosen, once all were tried."""
        wish, working = link.read(dict(request.query_params)), self._service.working()
        model = wish.model if wish.model in working else next(iter(working), None)
        name = wish.strategy or FIRST_STRATEGY
        known = self._languages(model) if model else Languages()
        return [
            wish,
            WORDS if wish.words else PIECES,
            *described(known, wish.text or known.examples[0]),
            gr.update(choices=[(title, name) for name, title in working.items()], value=model),
            name,
            strategy.summary(self._service.strategies[name].summary),
            *self._controls.restored(name, wish.settings),
        ]

    def model(self, shown: Any, unit: Any, text: Any, name: Any) -> Updates:
        """What names the languages of the chosen model; a sentence that a person typed stays."""
        working = self._service.working()
        if not isinstance(name, str) or name not in working:
            return [gr.skip()] * 5
        suggested = {example for each in working for example in self._languages(each).examples}
        known = self._languages(name)
        fresh = text in suggested and text not in known.examples
        line = gr.skip()
        if shown is not None:
            line = (
                self._line(shown, unit) if shown.request.model == name else status.other(working[shown.request.model])
            )
        sentence, examples, *headings = described(known, known.examples[0] if fresh else None)
        if shown is not None:  # what they stand over is another model's; ``headings`` follows the next result
            headings = [gr.skip()] * len(headings)
        return [sentence, examples, *headings, line]

    def headings(self, shown: Any) -> Updates:
        """What names the languages of the result that is shown."""
        return [gr.skip()] * 2 if shown is None else described(shown.languages, None)[2:]

    def example(self, name: Any, event: gr.EventData) -> Any:
        """The sentence of the example that was clicked."""
        examples = self._languages(name).examples if name in self._service.names else ()
        index = _number(event, "index", len(examples))
        return gr.skip() if index is None else examples[index]

    def strategy(self, name: Any) -> Updates:
        """What describes the chosen strategy, and its widgets."""
        if not isinstance(name, str) or name not in self._service.strategies:
            return [gr.skip()] * (1 + len(self._controls.widgets))
        return [strategy.summary(self._service.strategies[name].summary), *self._controls.visibility(name)]

    def run(self, turn: Any, unit: Any, text: Any, model: Any, name: Any, *values: Any) -> Iterator[Updates]:
        """Translates what was typed."""
        known = isinstance(name, str) and name in self._service.strategies
        settings = self._controls.settings(name, values) if known else {}
        yield from self._work(turn, unit, lambda: self._service.request(text, model, name, settings))

    def open(self, turn: Any, unit: Any, wish: Any, *asked: Any) -> Iterator[Updates]:
        """Translates what the link asks for that opened the page, and looks at what it looks at."""
        text, model, name, *values = asked
        settings = self._controls.settings(name, values)

        def request() -> Asked:
            return self._service.continued(self._service.request(text, model, name, settings), wish.prefix)

        yield from self._work(turn, unit, request, candidate=wish.candidate)

    def take(self, turn: Any, unit: Any, shown: Any, event: gr.EventData) -> Iterator[Updates]:
        """Translates the same sentence again from the alternative that was clicked in the step lens."""
        found = _alternative(shown, event)
        if found is None:
            yield self._as_it_was(shown, unit)
        else:
            before = shown.before or shown
            yield from self._work(turn, unit, lambda: replace(shown.request, prefix=found), before)

    def search_again(self, turn: Any, unit: Any, shown: Any, alpha: Any, beta: Any) -> Iterator[Updates]:
        """Translates the same sentence again, under the ledger's alpha and beta."""
        if shown is None or not _weights(alpha, beta):
            yield self._as_it_was(shown, unit)
        else:
            yield from self._work(
                turn, unit, lambda: self._service.weighed(shown.request, float(alpha), float(beta)), shown.before
            )

    def _work(
        self,
        turn: Turn,
        unit: Any,
        make_request: Callable[[], Asked],
        before: Shown | None = None,
        candidate: int = 0,
    ) -> Iterator[Updates]:
        """Drafts while the search runs, then everything that shows the result. The page itself says that it is busy."""
        turn.number += 1
        mine, next_draft, paused = turn.number, time.monotonic() + PATIENCE, 0.0
        steps: list[DecodeStep] = []
        seen = 0
        try:
            request = make_request()
            known = self._languages(request.model)
            with closing(self._service.run(request)) as events:
                for event in events:
                    if turn.number != mine:
                        yield [gr.skip(), *UNTOUCHED]  # without a word, Gradio would empty everything
                        return
                    if turn.stopped == mine:
                        yield [status.stopped(seen), *UNTOUCHED]
                        return
                    if not isinstance(event, Draft):
                        index = min(candidate, len(event.hypotheses) - 1)
                        yield self._everything(Shown(request, event, known, index, before), unit)
                        return
                    if event.step:
                        steps.append(event.step)
                    if turn.live:
                        seen = event.steps
                        yield _draft(event, known.target_code, steps)
                        if paused < LIVE:
                            paused += LIVE_PAUSE
                            time.sleep(LIVE_PAUSE)
                    elif time.monotonic() > next_draft:
                        next_draft = time.monotonic() + REPAINT
                        yield _draft(event, known.target_code)
        except InputError as error:
            yield [status.error(str(error)), *UNTOUCHED]
        except Exception:
            logging.exception("a request failed")  # without the person's text
            yield [status.error("Something went wrong on our side; try another sentence or strategy."), *UNTOUCHED]

    def watch(self, turn: Any, live: Any) -> None:
        """Each step is shown from now on, or only what there is time for."""
        turn.live = live is True

    def back(self, turn: Any, unit: Any, shown: Any) -> Updates:
        """Shows again what the model chose by itself, before a piece was taken; nothing is decoded."""
        if shown is None or shown.before is None:
            return [gr.skip(), *UNTOUCHED]
        turn.number += 1  # whatever still runs has no more to say
        return self._everything(shown.before, unit)

    def rank(self, shown: Any, alpha: Any, beta: Any) -> Any:
        """Ranks the candidates anew; nothing is decoded."""
        if shown is None or not _weights(alpha, beta):
            return gr.skip()
        return ledger.ledger(shown.result, alpha, beta, shown.languages.target_code)

    def export(self, shown: Any, unit: Any, alpha: Any, beta: Any, event: gr.EventData) -> Any:
        """What is shown as a file: its name, its kind and what is in it, for the page to save."""
        kind = getattr(event, "kind", None)
        if shown is None or kind not in ("json", "csv", "html") or not _weights(alpha, beta):
            return gr.skip()
        if kind == "json":
            return export.file("translation.json", export.trace(shown.result))
        if kind == "csv":
            return export.file("translation.csv", export.table(shown.result))
        titles = self._service.working()
        label = self._service.strategies[shown.result.strategy].label
        page = offline(shown, titles[shown.request.model], label, unit, float(alpha), float(beta))
        return export.file("translation.html", page)

    def prepare(self, shown: Any) -> Any:
        """What the page shows at once when another candidate is chosen, or words instead of pieces."""
        return gr.skip() if shown is None else views(shown)

    def stop(self, turn: Any) -> None:
        """Ends the request that is running, after the step it is at."""
        turn.stopped = turn.number

    def choose(self, shown: Any, unit: Any, press: Any) -> Updates:
        """Shows the candidate that was clicked."""
        index = _number(press, "index", len(shown.result.hypotheses)) if shown else None
        if index is None:
            return [gr.skip()] * 8
        chosen = replace(shown, index=index)
        return [self._line(chosen, unit), chosen, *show(chosen, unit)]

    def regroup(self, shown: Any, unit: Any) -> Updates:
        """The heatmap by pieces or by words; nothing is decoded."""
        return [gr.skip()] * 2 if shown is None else [self._line(shown, unit), heatmap(shown, unit)]

    def look(self, shown: Any, press: Any) -> Any:
        """Opens the step lens at the token that was clicked."""
        of = _number(press, "of", len(shown.result.hypotheses)) if shown else None
        place = _number(press, "index", len(shown.result.hypotheses[of].tokens)) if of is not None else None
        if of is None or place is None:
            return gr.skip()
        return lens.detail(shown.result, of, place, shown.languages.target_code)

    def _as_it_was(self, shown: Any, unit: Any) -> Updates:
        return [gr.skip() if shown is None else self._line(shown, unit), *UNTOUCHED]

    def _everything(self, shown: Shown, unit: Any) -> Updates:
        return [self._line(shown, unit), shown, *show(shown, unit), *weighed(shown)]

    def _line(self, shown: Shown, unit: Any) -> Any:
        request, result = shown.request, shown.result
        address = link.write(request, result.strategy, candidate=shown.index, words=unit == WORDS)
        return status.done(
            result, self._service.strategies[result.strategy].label, request.note,
            given=len(request.prefix), back=shown.before is not None, link=address,
        )  # fmt: skip

    def _languages(self, model: str) -> Languages:
        return languages(self._service.translator(model).metadata)


def _draft(draft: Draft, lang: str | None, steps: Sequence[DecodeStep] = ()) -> Updates:
    """The search as it stands: the step it is at, the beginning that leads, and the tree of ``steps``, if any."""
    text = translation.draft(draft.tokens, lang) if draft.tokens else gr.skip()
    picture = tree.growing(steps, draft.token_ids) if steps else gr.skip()
    return [status.busy(draft.steps), *UNTOUCHED[:2], text, gr.skip(), picture, *UNTOUCHED[5:]]


def _weights(*values: Any) -> bool:
    """Whether these are numbers that the ledger's sliders could have sent."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(numbers) == len(values) and all(0 <= number <= MAX_ALPHA for number in numbers)


def _number(press: Any, name: str, end: int) -> int | None:
    """A number that the page said of a press, if it is one from 0 to ``end``, ``end`` left out."""
    value = press.get(name) if isinstance(press, dict) else getattr(press, name, None)
    return value if isinstance(value, int) and 0 <= value < end else None


def _alternative(shown: Any, event: gr.EventData) -> tuple[int, ...] | None:
    """The beginning that an alternative in the step lens stands for."""
    of = _number(event, "of", len(shown.result.hypotheses)) if shown else None
    if of is None:
        return None
    hypothesis = shown.result.hypotheses[of]
    place = _number(event, "at", len(hypothesis.tokens))
    seen = lens.seen_before(shown.result, hypothesis, place) if place is not None else None
    rank = _number(event, "index", len(seen[1].top_ids)) if seen else None
    return (*seen[1].token_ids, seen[1].top_ids[rank]) if seen and rank is not None else None
