"""What happens in the Models view. Anyone can call a handler, so each checks its input."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from demo.about_models import card, curves, vocabulary
from demo.about_models import export as models_export
from demo.about_models import link as models_link
from demo.about_models.curves import MEASURES
from demo.about_models.export import ShownModel
from demo.about_models.layout import ModelsView
from demo.common import export, press, status
from demo.common.cards import heading
from demo.common.controls import reads
from demo.common.examples import EXAMPLES
from demo.common.languages import instead
from demo.common.markup import Html, tag
from demo.common.text_input import Cleaned, InputError, clean
from demo.common.wiring import UNCHANGED, Updates, query_of
from demo.service import LoggedEvent, Service, log_of, picture_of, piece_lengths, pieces_of

FILES = {
    "html": ("model.html", models_export.offline),
    "json": ("model.json", models_export.everything),
    "csv": ("model.csv", models_export.table),
}
FIRST_CURVE = next(iter(MEASURES))


class ModelsEvents:
    """The view's handlers."""

    def __init__(self, service: Service, view: ModelsView) -> None:
        self._service = service
        self._view = view

    def restore(self, request: gr.Request) -> Updates:
        """All models, and the one that the link names, or the first."""
        view, wish, working = self._view, models_link.read(query_of(request)), self._service.working()
        if not working:
            return {view.listed: card.listed({}, self._service.problems(), "")}
        chosen = wish.model if wish.model in working else next(iter(working))
        over = wish.over if wish.over in working else ""
        others = [("nothing", ""), *((title, name) for name, title in working.items())]
        text = wish.text if wish.text is not None else self._example(chosen)
        measure = wish.curve or FIRST_CURVE
        begun = {view.over: gr.update(choices=others, value=over), view.measure: measure, **self._box(chosen, text)}
        return begun | self._shown(chosen, over, measure, text)

    def choose(self, over: object, measure: object, text: object, event: gr.EventData) -> Updates:
        """Another model, and a text that it reads where nobody typed one."""
        name, languages = press.word(event, "kind"), self._service.languages
        if not self._works(name):
            return UNCHANGED
        other = instead(text, languages(name), map(languages, self._service.working()), EXAMPLES[0])
        return self._box(str(name), other) | self._shown(str(name), over, measure, other or text)

    def lay_over(self, name: object, over: object, measure: object, text: object) -> Updates:
        """Other curves."""
        if not self._works(name):
            return UNCHANGED
        return self._curves(str(name), over, measure) | self._headed(str(name), over, measure, text)

    def cut(self, name: object, over: object, measure: object, text: object) -> Updates:
        """The pieces of another text."""
        if not self._works(name):
            return UNCHANGED
        return self._pieces(str(name), text) | self._headed(str(name), over, measure, text)

    def export(self, name: object, over: object, measure: object, text: object, event: gr.EventData) -> Updates:
        """The file that the page then saves."""
        view, kind = self._view, press.word(event, "kind")
        if kind not in FILES or not self._works(name):
            return UNCHANGED
        file, write = FILES[kind]
        try:
            return {view.file: export.file(file, write(self._all(str(name), over, measure, text))), view.status: Html()}
        except InputError as error:
            return {view.file: None, view.status: status.error(str(error))}

    def _all(self, name: str, over: object, measure: object, text: object) -> ShownModel:
        """What is shown of a model.

        Raises:
            InputError: its files have changed since it was tried.
        """
        service, typed = self._service, _typed(text).text
        runs = self._runs(name, over)
        titles = {each: service.title(each) for each, _ in runs}
        return ShownModel(
            service.known(name), titles, runs, _measured(measure), piece_lengths(service, name), typed,
            pieces_of(service, name, typed) if typed else (),
        )  # fmt: skip

    def _runs(self, name: str, over: object) -> list[tuple[str, Sequence[LoggedEvent]]]:
        """The logs of a model, and of another where one is laid over it."""
        chosen = [name, *([str(over)] if self._works(over) and over != name else [])]
        return [(each, log_of(self._service, each)) for each in chosen]

    def _works(self, name: object) -> bool:
        return isinstance(name, str) and name in self._service.working()

    def _shown(self, name: str, over: object, measure: object, text: object) -> Updates:
        view, service = self._view, self._service
        known = {each: service.known(each) for each in service.working()}
        try:
            lengths = piece_lengths(service, name)
            return {
                view.present: name,
                view.listed: card.listed(known, service.problems(), name),
                view.card: card.draw(known[name]),
                view.lengths: vocabulary.lengths(lengths),
                view.told: vocabulary.told(lengths),
                view.status: Html(),
                **self._headed(name, over, measure, text),
                **self._curves(name, over, measure),
                **self._pieces(name, text),
            }
        except InputError as error:  # its files have changed since it was tried
            return {view.status: status.error(str(error))}

    def _headed(self, name: str, over: object, measure: object, text: object) -> Updates:
        """Title and link."""
        typed, beside = _typed(text).text, str(over) if self._works(over) else ""
        href = models_link.write(name, beside, _measured(measure), "" if typed == self._example(name) else typed)
        link = tag("a", "link to this", href=href, class_="state")
        return {self._view.title: heading(card.title(self._service.known(name)), link)}

    def _box(self, name: str, text: str | None) -> Updates:
        """The box for texts that a model reads, with another one in it unless that is None."""
        box = {key: value for key, value in reads(self._service.languages(name)).items() if key != "label"}
        return {self._view.text: gr.update(**box) if text is None else gr.update(value=text, **box)}

    def _example(self, name: str) -> str:
        """The text that a model's pieces are shown of where nobody typed one."""
        return self._service.languages(name).own_example or EXAMPLES[0]

    def _curves(self, name: str, over: object, measure: object) -> Updates:
        view, wanted, runs = self._view, _measured(measure), self._runs(name, over)
        drawn = any(curves.known(events, wanted) for _, events in runs)
        titled = [(self._service.title(each), events) for each, events in runs]
        figure = gr.update(value=curves.draw(titled, wanted) if drawn else None, visible=True if drawn else "hidden")
        return {view.curves: figure, view.picture: self._instead(runs, wanted)}

    def _instead(self, runs: Sequence[tuple[str, Sequence[LoggedEvent]]], measure: str) -> Html:
        """What is said of the logs that are not there, or say nothing of this."""
        first, *others = runs
        if not first[1]:
            shown = card.picture(picture_of(self._service, first[0]))
        elif not curves.known(first[1], measure):
            shown = tag("p", f"Its log says nothing of this: {MEASURES[measure]}.", class_="caption")
        else:
            shown = Html()
        missing = [self._service.title(name) for name, events in others if not events]
        return shown + (tag("p", f"{missing[0]} came without a log.", class_="caption") if missing else Html())

    def _pieces(self, name: str, text: object) -> Updates:
        typed, lang = _typed(text), self._service.languages(name).source_code
        pieces = pieces_of(self._service, name, typed.text) if typed.text else ()
        note = tag("p", typed.note, class_="caption") if typed.note else Html()
        return {self._view.pieces: vocabulary.split(pieces, lang) + note}


def _typed(text: object) -> Cleaned:
    """The text as models read it, which may be none."""
    try:
        return clean(text)
    except InputError:
        return Cleaned("")


def _measured(measure: object) -> str:
    return measure if isinstance(measure, str) and measure in MEASURES else FIRST_CURVE
