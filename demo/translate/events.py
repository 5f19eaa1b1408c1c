"""What happens in the Translate view. Anyone who knows the address can call a handler, so each checks its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import gradio as gr

from demo.common import export, status, strategy
from demo.common.contestant import changed, defaults, named
from demo.common.controls import START
from demo.common.examples import FIRST_STRATEGY
from demo.common.languages import Languages
from demo.common.question import PageQuestion, quoted, typed
from demo.common.text_input import InputError
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.service import AskedText, Service
from demo.translate import cell, learnt, lens, link, show
from demo.translate.cell import cell_of
from demo.translate.export import offline, trace
from demo.translate.filters import MOVED, SAMPLE, number_of, sampler
from demo.translate.heads import MEAN
from demo.translate.heatmap import draw_head
from demo.translate.layout import TranslateView, described, headings, one_head
from demo.translate.said import Press, Said, read, read_press
from demo.translate.searching import Search, looked_into, rank, searches, with_neighbours
from demo.translate.state import PIECES, WORDS, Shown, ShownText
from seq2seq_core.types import MovedWeight

NOTHING = "There is nothing to take away yet: no search has come to its end."


class TranslateEvents:
    """The view's handlers. ``sent`` holds what the browser sent, by the names of ``TranslateView``."""

    def __init__(self, service: Service, view: TranslateView) -> None:
        self._service = service
        self._view = view

    def restore(self, request: gr.Request) -> Updates:
        """What the link asks for that opened the page, on the models that can be chosen, once all were tried."""
        view, working = self._view, self._service.working()
        wish = link.read(query_of(request))
        model = wish.model if wish.model in working else next(iter(working), None)
        name = wish.strategy or FIRST_STRATEGY
        known = self._service.languages(model) if model else Languages()
        return {
            view.wish: wish,
            view.unit: WORDS if wish.words else PIECES,
            **described(view, known, wish.text or known.examples[0]),
            **headings(view, known),
            view.model: gr.update(choices=[(title, name) for name, title in working.items()], value=model),
            view.strategy: name,
            view.summary: strategy.summary(self._service.strategies[name].summary),
            **(view.controls.restored(name, wish.settings) if wish.strategy else view.controls.visibility(name)),
        }

    def model(self, **sent: object) -> Updates:
        """What names the language that the chosen model reads; a sentence that a person typed stays."""
        view, said, working = self._view, read(sent), self._service.working()
        if said.model not in working:
            return UNCHANGED
        suggested = {example for each in working for example in self._service.languages(each).examples}
        known = self._service.languages(said.model)
        fresh = said.text in suggested and said.text not in known.examples
        updates = described(view, known, known.examples[0] if fresh else None)
        # Over what is shown they stay until the next result; before the first there is nothing that they stand over.
        return updates if said.turn.number else updates | headings(view, known)

    def example(self, event: gr.EventData, **sent: object) -> Updates:
        """The sentence of the example that was clicked."""
        model = read(sent).model
        examples = self._service.languages(model).examples if model in self._service.names else ()
        index = _below(read_press(event).index, len(examples))
        return UNCHANGED if index is None else {self._view.sentence: examples[index]}

    def strategy(self, **sent: object) -> Updates:
        """What describes the chosen strategy, and its widgets."""
        view, name = self._view, read(sent).strategy
        if name not in self._service.strategies:
            return UNCHANGED
        said = strategy.summary(self._service.strategies[name].summary)
        return {view.summary: said, **view.controls.visibility(name)}

    @searches
    def run(self, **sent: object) -> Search | Updates:
        """Translates what was typed, under the settings that the widgets say."""
        said = read(sent)
        return Search(said, lambda: self._asked(said), asked=self._question(said, said.settings))

    @searches
    def open(self, **sent: object) -> Search | Updates:
        """Translates what the link asks for that opened the page, and looks at what it looks at."""
        said = read(sent)
        wish = said.wish

        def request() -> AskedText:
            asked = self._asked(said)
            begun = map(self._service.continued, asked.sentences, wish.prefixes)
            sentences = (*begun, *asked.sentences[len(wish.prefixes) :])
            moved = (replace(one, moved=moves) for one, moves in zip(sentences, wish.moves, strict=False))
            return replace(asked, sentences=(*moved, *sentences[len(wish.moves) :]))

        question = self._question(said, said.settings)
        return Search(
            said, request, candidates=wish.candidates, sentence=wish.sentence, near=wish.near, asked=question,
            linked=True,
        )  # fmt: skip

    @searches
    def take(self, event: gr.EventData, **sent: object) -> Search | Updates:
        """Translates the same sentence again from the alternative that was clicked in the step lens."""
        said = read(sent)
        shown, found = said.shown, _alternative(said.shown, read_press(event))
        if shown is None or found is None:
            return self._as_it_was(said)
        request = AskedText((replace(shown.request, prefix=found),))
        return Search(said, lambda: request, said.present, shown.before or shown)

    def pick(self, **sent: object) -> Updates:
        """The cell of the heatmap that was pressed, over the slider that moves its weight."""
        said, view = read(sent), self._view
        if said.shown is None:
            return UNCHANGED
        found = cell_of(said.shown, said.press, said.words)
        drawn: Updates = {view.parts["cell"].html: cell.draw(found, said.shown.languages.heads)}
        return drawn | ({view.share: round(found.weight, 2)} if found else {})

    @searches
    def move(self, **sent: object) -> Search | Updates:
        """Translates the same sentence again from the cell that was pressed, its weight as the slider has it."""
        said = read(sent)
        shown, found = said.shown, cell_of(said.shown, said.press, said.words)
        if shown is None or found is None or said.share is None:
            return self._as_it_was(said)
        begun = shown.result.hypotheses[shown.index].token_ids[: found.step]
        earlier = (each for each in shown.request.moved if each.step < found.step)
        moved = (*earlier, MovedWeight(found.step, found.first, found.last, said.share))
        request = AskedText((replace(shown.request, prefix=begun, moved=moved),))
        return Search(said, lambda: request, said.present, shown.before or shown)

    @searches
    def search_again(self, **sent: object) -> Search | Updates:
        """Translates the same sentence again, under the ledger's alpha and beta."""
        said = read(sent)
        shown, alpha, beta = said.shown, said.alpha, said.beta
        if shown is None or alpha is None or beta is None:
            return self._as_it_was(said)
        request, controls = shown.request, self._view.controls
        weights: dict[str, object] = {"length_penalty": alpha, "coverage_penalty": beta}
        if getattr(request.config, "length_penalty_type", "") == "none":  # as the service reads it
            weights["length_penalty_type"] = "avg"
        return Search(
            said, lambda: AskedText((self._service.weighed(request, alpha, beta),)), said.present, shown.before,
            asked=self._reweighed(said.present, weights),
            also=lambda: controls.moved(shown.result.strategy, weights),
        )  # fmt: skip

    def watch(self, **sent: object) -> None:
        """Each step is shown from now on, or only what there is time for."""
        said = read(sent)
        said.turn.live = said.live

    def stop(self, **sent: object) -> None:
        """Ends the request that is running, after the step it is at."""
        read(sent).turn.stop()

    def back(self, **sent: object) -> Updates:
        """Shows again what the model chose by itself, before a piece was taken; nothing is decoded."""
        said = read(sent)
        if said.present is None or said.present.shown.before is None:
            return UNCHANGED
        said.turn.take()  # whatever still runs has no more to say
        return show.everything(self._view, said.present.changed(said.present.shown.before), said.words)

    def rank(self, **sent: object) -> Updates:
        """Ranks the candidates anew; nothing is decoded."""
        said = read(sent)
        if said.shown is None or said.alpha is None or said.beta is None:
            return UNCHANGED
        return show.ranked(self._view, said.shown, said.alpha, said.beta)

    def choose(self, **sent: object) -> Updates:
        """Shows the candidate that was clicked."""
        said = read(sent)
        index = _below(said.press.index, len(said.shown.result.hypotheses)) if said.shown else None
        if said.present is None or index is None:
            return UNCHANGED
        chosen = looked_into(self._service, replace(said.present.shown, index=index, near=None))
        return show.another(self._view, said.present.changed(chosen), said.words)

    def turn_to(self, **sent: object) -> Updates:
        """Shows the sentence that was clicked, or the one before or after; nothing is decoded."""
        said = read(sent)
        at = _below(said.press.index, len(said.present.sentences)) if said.present else None
        if said.present is None or at is None:
            return UNCHANGED
        return show.everything(self._view, replace(said.present, at=at), said.words)

    def regroup(self, **sent: object) -> Updates:
        """The heatmap by pieces or by words, of the mean or of the chosen layer and head; nothing is searched."""
        said = read(sent)
        if said.present is None:
            return UNCHANGED
        shown, view = said.present.shown, self._view
        if said.head.over == MEAN:
            return show.heatmap(view, said.present, said.words)
        ids = shown.result.hypotheses[shown.index].token_ids
        try:
            found = self._service.run_look(shown.request, ids)
        except InputError as error:
            return {view.status: status.wrong(error)}
        chosen = said.head.fitting(found)
        return {
            view.status: show.line(said.present, said.words),
            view.parts["drawn"].html: draw_head(shown.result, shown.index, said.words, found, chosen, shown.languages),
            **one_head(view, shown.languages, found, chosen),
        }

    def look(self, **sent: object) -> Updates:
        """Opens the step lens at the token that was clicked."""
        said = read(sent)
        of = _below(said.press.of, len(said.shown.result.hypotheses)) if said.shown else None
        if said.shown is None or of is None:
            return UNCHANGED
        result = said.shown.result
        place = _below(said.press.index, len(result.hypotheses[of].tokens))
        if place is None:
            return UNCHANGED
        shown, parts = replace(said.shown, near=None), self._view.parts
        code, known = shown.languages.target_code, rank(self._service, shown, of, place)
        try:
            moved = self._moved(said, shown, of, place) if said.press.settings else None
        except InputError as error:
            return {self._view.status: status.error(str(error))}
        drawn = lens.detail(result, of, place, code, known, shown.given, moved)
        if said.press.kind == "move":  # what is shown of training sentences is still of this word
            return {parts["detail"].html: drawn}
        looked: Updates = {parts["detail"].html: drawn, parts["learnt"].html: learnt.draw(shown, place)}
        if said.present is None or said.shown.near is None:
            return looked
        present = said.present.changed(shown)
        return looked | {self._view.present: present, self._view.status: show.line(present, said.words)}

    def learn(self, **sent: object) -> Updates:
        """Finds training sentences that are near to the token whose alternatives show."""
        said, view = read(sent), self._view
        if said.present is None or said.shown is None or said.press.of != said.shown.index:
            return UNCHANGED
        shown, place = said.shown, said.press.index
        try:
            shown = with_neighbours(self._service, shown, place)
        except InputError as error:
            return {view.status: status.error(str(error))}
        if shown.near is None:
            return UNCHANGED
        present = said.present.changed(shown)
        return {
            view.present: present,
            view.status: show.line(present, said.words),
            view.parts["learnt"].html: learnt.draw(shown, shown.near.place),
        }

    def _moved(self, said: Said, shown: Shown, of: int, place: int) -> lens.Moved:
        """What the filters where they were moved to make of a word; the model is asked once for each word.

        Raises:
            InputError: a setting cannot be used, they leave no piece, or there was no time.
        """
        hypothesis, glance = shown.result.hypotheses[of], said.glance
        begun = hypothesis.token_ids[:place]
        asked, known = (shown.request, begun), glance.known
        if known is None or glance.of != asked:
            known = self._service.run_foresee(shown.request, begun)
            glance.of, glance.known = asked, known
        settings, sample = sampler(said.press.settings, shown.result), number_of(shown.result, hypothesis)
        config, step = self._service.shaped(shown.request, known, settings, sample)
        return lens.Moved(step, {name: getattr(config, name) for name in MOVED}, sample)

    @searches
    def sample(self, event: gr.EventData, **sent: object) -> Search | Updates:
        """Translates the same sentence again, by a sampler with the filters as they were moved."""
        said, press = read(sent), read_press(event)
        shown, view = said.shown, self._view
        if shown is None or press.kind != "decode":
            return self._as_it_was(said)
        settings = START | sampler(press.settings, shown.result)

        def request() -> AskedText:
            config = self._service.decoding(shown.request.model, SAMPLE, settings).config
            return AskedText((replace(shown.request, config=config),))

        return Search(
            said, request, said.present, shown.before, asked=self._as_sample(said.present, settings),
            also=lambda: {
                view.strategy: SAMPLE,
                view.summary: strategy.summary(self._service.strategies[SAMPLE].summary),
                **view.controls.restored(SAMPLE, settings),
            },
        )  # fmt: skip

    def export(self, event: gr.EventData, **sent: object) -> Updates:
        """What is shown as a file: its name, its kind and what is in it, for the page to save."""
        said, kind = read(sent), read_press(event).kind
        present, alpha, beta = said.present, said.alpha, said.beta
        if kind not in ("json", "csv", "html") or alpha is None or beta is None:
            return UNCHANGED
        if present is None:
            return {self._view.file: None, self._view.status: status.error(NOTHING)}
        shown = present.shown
        if kind == "html":
            title = self._service.working()[shown.request.model]
            label = self._service.strategies[shown.result.strategy].label
            text = offline(present, title, label, said.words, alpha, beta)
        else:
            try:
                text = trace(present) if kind == "json" else export.table(shown.result, shown.request.model)
            except InputError as error:
                return {self._view.file: None, self._view.status: status.error(str(error))}
        return {self._view.file: export.file(f"translation.{kind}", text)}

    def _asked(self, said: Said) -> AskedText:
        known = said.strategy in self._service.strategies
        settings = self._view.controls.settings(said.strategy, said.settings) if known else {}
        asked = self._service.text_request(said.text, said.model, said.strategy, settings)
        lowered = self._view.controls.lowered(said.strategy, said.settings)
        return replace(asked, note=f"{asked.note} {lowered}".strip())

    def _question(
        self, said: Said, values: Sequence[object], weights: Mapping[str, object] | None = None
    ) -> PageQuestion:
        """What the widgets say; ``weights`` are settings that changed since."""
        controls, known = self._view.controls, said.strategy in self._service.strategies
        settings = controls.settings(said.strategy, values) | dict(weights or {}) if known else {}
        shown = {name: value for name, value in settings.items() if name != "num_return_sequences"}
        how = named(said.strategy, changed(said.strategy, shown)) if known else ""
        model = self._service.title(said.model)
        return PageQuestion(
            (typed(said.text), said.model, said.strategy, *controls.said(said.strategy, values, weights)),
            (quoted(said.text), model, how),
        )

    def _reweighed(self, present: ShownText | None, weights: Mapping[str, object]) -> PageQuestion | None:
        """The question of what is shown, as it would be with other settings."""
        if present is None or present.asked is None:
            return None
        text, model, strategy, *values = present.asked.values
        asked = self._question(Said(model=str(model), strategy=str(strategy)), values, weights)
        return PageQuestion((text, *asked.values[1:]), (present.asked.said[0], *asked.said[1:]))

    def _as_sample(self, present: ShownText | None, settings: Mapping[str, object]) -> PageQuestion | None:
        """The question of what is shown, as a sampler of these settings answers it."""
        if present is None or present.asked is None:
            return None
        text, model, *_ = present.asked.values
        unknown = [None] * len(self._view.controls.widgets)
        asked = self._question(Said(model=str(model), strategy=SAMPLE), unknown, defaults(SAMPLE) | dict(settings))
        return PageQuestion((text, *asked.values[1:]), (present.asked.said[0], *asked.said[1:]))

    def _as_it_was(self, said: Said) -> Updates:
        """The page said that it is busy; what is shown is as it was."""
        return UNCHANGED if said.present is None else {self._view.status: show.line(said.present, said.words)}


def _below(number: int | None, end: int) -> int | None:
    return number if number is not None and number < end else None


def _alternative(shown: Shown | None, press: Press) -> tuple[int, ...] | None:
    """The beginning that an alternative in the step lens stands for."""
    of = _below(press.of, len(shown.result.hypotheses)) if shown else None
    if shown is None or of is None:
        return None
    hypothesis = shown.result.hypotheses[of]
    place = _below(press.at, len(hypothesis.tokens))
    seen = lens.seen_before(shown.result, hypothesis, place) if place is not None else None
    rank = _below(press.index, len(seen[1].top_ids)) if seen else None
    return (*seen[1].token_ids, seen[1].top_ids[rank]) if seen and rank is not None else None
