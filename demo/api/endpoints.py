"""The endpoints. Their type hints and docstrings are what Gradio tells clients, and MCP tells language models.

Gradio reads one line for each argument, and the annotation of what is returned as it stands: it is not postponed here.
"""

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypedDict

from demo.api import answers
from demo.api.refusals import refusals
from demo.common.contest import Contest, prepare
from demo.common.text_input import InputError, clean
from demo.compare.timing import SECONDS
from demo.learn.pages import pages
from demo.service import (
    Asked,
    AskedWhy,
    SearchCost,
    Service,
    agreement,
    log_of,
    piece_lengths,
    pieces_of,
    sentence_quality,
    true_best_of,
)
from seq2seq_core.decoding import DecodeResult

if TYPE_CHECKING:
    from seq2seq_core.why_not import WhyNot


MOST_TIMINGS = 10
"""Of each card of a comparison."""


class CardArgument(TypedDict, total=False):
    """A strategy to compare; only its name is needed."""

    strategy: str
    settings: dict[str, Any]
    name: str
    model: str


class MoveArgument(TypedDict):
    """A share of the attention of one step, and the source pieces that get it; all are counted from 0."""

    step: int
    first: int
    last: int
    weight: float


class Endpoints:
    """What each endpoint does. Anyone who knows the address can call them, so each checks its input."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def translate(
        self,
        text: str,
        strategy: str = "beam",
        settings: dict[str, Any] | None = None,
        model: str = "",
        trace: bool = False,
        moved: list[MoveArgument] | None = None,
    ) -> dict[str, Any]:
        """Translates a text with a small model, and says how likely the model found each token it wrote.

        Each of its sentences is translated on its own.

        Args:
            text: In the model's source language, up to 30 sentences and 3,000 characters; note says what was left out.
            strategy: How to search, by name: "greedy", "beam", "sample" or another that models lists.
            settings: The strategy's settings by name, such as {"num_beams": 5}. The others are at their defaults.
            model: Name of a model, as models lists them. Empty for the first.
            trace: Whether to return attention and every step of the search, too. That is long.
            moved: Attention to move by hand, such as [{"step": 1, "first": 3, "last": 3, "weight": 0.8}], from 0.

        Returns:
            the translation as text, a note on what was left out, and all hypotheses; of several sentences in sentences
        """
        with refusals():
            if not isinstance(trace, bool):
                raise InputError("Give trace as true or false.")
            asked = self._service.text_request(text, self._model(model), strategy, _given(settings))
            asked = self._service.moving(asked, moved)
            with closing(self._service.run_text(asked, trace=trace, watched=False)) as events:
                results = [event for event in events if isinstance(event, DecodeResult)]
            return answers.translation(results, asked, trace)

    def compare(
        self,
        text: str,
        cards: list[CardArgument],
        reference: str = "",
        seed: int = 0,
        model: str = "",
        timings: int = 1,
    ) -> dict[str, Any]:
        """Translates one sentence by several strategies or models, and sets their quality and cost side by side.

        Args:
            text: The sentence, in the model's source language: the first of several, of at most 1,000 characters.
            cards: Up to 8, such as {"strategy": "beam", "settings": {"num_beams": 9}}; also a "name", a "model".
            reference: A good translation, if there is one: each result then gets chrF and BLEU against it.
            seed: Of the strategies that draw at random, so that the same request gets the same answer.
            model: Name of a model for cards without one of their own, as models lists them. Empty for the first.
            timings: How often to decode each card for its time, 1 to 10: the answer has median and range.

        Returns:
            a result for each card, in their order: settings, text, log P, score, forward calls, time, chrF and BLEU
        """
        with refusals():
            if not isinstance(reference, str | None):
                raise InputError("Give the reference as text.")
            if not isinstance(timings, int) or isinstance(timings, bool) or not 1 <= timings <= MOST_TIMINGS:
                raise InputError(f"Give timings as a whole number from 1 to {MOST_TIMINGS}.")
            contest = prepare(self._service, text, self._model(model), cards, seed=seed, reference=reference)
            first = contest.requests[0]
            return {
                "source": first.text,
                "model": contest.model,
                "reference": contest.reference,
                "note": contest.note,
                "scale": contest.scale,
                "metrics": _metrics(contest.reference),
                "results": self._rows(contest, timings),
            }

    def score(self, text: str, target: str, model: str = "") -> dict[str, Any]:
        """Says how likely the model finds a given translation: log P, rank and entropy of each of its tokens.

        Args:
            text: The sentence, in the model's source language, at most 1,000 characters.
            target: Its translation to score, at most 1,000 characters.
            model: Name of a model, as models lists them. Empty for the first.

        Returns:
            log_prob of the whole in nats; tokens, the last one ends the sentence; of each its log P, rank and entropy
        """
        with refusals():
            request = self._service.scoring(text, target, self._model(model))
            return answers.scored(self._result(request), request)

    def why_not(
        self,
        text: str,
        expected: str,
        strategy: str = "beam",
        settings: dict[str, Any] | None = None,
        model: str = "",
        candidates: int = 0,
        exact: int = 0,
    ) -> dict[str, Any]:
        """Says why a translation that one expected is not what the model says: an error of the search, or of the model.

        Args:
            text: The sentence, in the model's source language, at most 1,000 characters.
            expected: The translation that was expected, at most 1,000 characters.
            strategy: The search that did not find it, by name, as models lists them.
            settings: The strategy's settings by name, such as {"num_beams": 5}. The others are at their defaults.
            model: Name of a model, as models lists them. Empty for the first.
            candidates: How many to draw, 2 to 64, to say which translation agrees best with all of them. 0 for none.
            exact: Seconds of exact search for the most probable translation of all, 1 to 15. 0 for none.

        Returns:
            verdict and evidence as sentences; scores of both; of each token what the model prefers; where beams lose it
        """
        with refusals():
            asked = self._service.expecting(text, expected, self._model(model), strategy, _given(settings))
            with closing(self._service.run_why(asked)) as steps:
                *_, known = (step for step in steps if step is not None)
            return (
                answers.explained(known, asked.request)
                | self._agreement(asked, known, candidates)
                | self._exact(asked, known, exact)
            )

    def beside(
        self, text: str, models: list[str], reference: str = "", place: int = 2, cost: bool = False
    ) -> dict[str, Any]:
        """Sets models beside each other on one sentence: what each says, and what it thinks of a common reference.

        Args:
            text: The sentence, in the models' source language, at most 1,000 characters.
            models: Names of up to 6 models, as models lists them, such as ["en-de-attention", "en-de-context"].
            reference: A good translation, if there is one: each model says how likely it finds each of its tokens.
            place: The token of each model's own translation, from 1 on, in whose place a wrong word is put.
            cost: Whether to time searches by beam width, source length and batch, too, and a pass over a whole target.

        Returns:
            for each model its tokens, those of the reference, what each source word is worth, what a wrong word costs
        """
        with refusals():
            if not isinstance(reference, str | None):
                raise InputError("Give the reference as text.")
            if not isinstance(cost, bool):
                raise InputError("Give cost as true or false.")
            asked = self._service.setting_beside(text, reference, models, place)
            with closing(self._service.run_beside(asked)) as steps:
                found = [known for known in steps if known is not None]
            timed = [self._costs(request) for request in asked.requests] if cost else None
            return answers.beside(found, asked, timed)

    def neighbours(
        self, text: str, target: str = "", place: int = 1, model: str = "", count: int = 10
    ) -> dict[str, Any]:
        """Says where a model learnt a piece: training sentences in which its decoder was in nearly the same state.

        Args:
            text: The sentence, in the model's source language, at most 1,000 characters.
            target: A translation of it. Empty for what the model says by a beam of five.
            place: The piece of the translation that is asked about, from 1 on.
            model: Name of a model with an index of training sentences, as models lists them. Empty for the first.
            count: How many sentences to find, 1 to 50.

        Returns:
            found, the nearest first, each with the word that came next there and its likeness; whose sentences they are
        """
        with refusals():
            if not isinstance(target, str | None):
                raise InputError("Give the target as text.")
            name = self._model(model)
            asked = self._service.placing(text, name, place, count)
            if target and target.strip():
                ids = self._service.scoring(text, target, name).prefix
            else:
                ids = self._result(asked.request).hypotheses[0].token_ids
            near = self._service.run_neighbours(asked.request, ids, asked.place, asked.count)
            return {"model": asked.request.model, **near.to_dict()}

    def models(self, model: str = "", text: str = "") -> dict[str, Any]:
        """Lists the models, and the decoding strategies with their settings: all that the other tools take.

        Args:
            model: Name of a model to say more about: how it learnt, and how long its pieces are. Empty for none.
            text: A text in its source language that it cuts into pieces, at most 1,000 characters.

        Returns:
            models with languages, shape, licence and scores; strategies with name, range and default of each setting
        """
        with refusals():
            listed = {
                "models": [
                    answers.model(self._service.known(name))
                    for name in self._service.working()
                    if not self._service.pending(name)
                ],
                "strategies": [answers.strategy(strategy) for strategy in self._service.strategies.values()],
            }
            return listed if model in ("", None) else {**listed, "about": self._about(model, text)}

    def ideas(self, idea: str = "") -> dict[str, Any]:
        """Lists pages that explain decoding, each idea with formula and source, and reads one of them.

        Args:
            idea: Name of a page, as ideas lists them, such as "beam". Empty to list them alone.

        Returns:
            ideas, all pages by name; page, the text of the one asked for, and sentences on which it really happens
        """
        with refusals():
            listed = {"ideas": [answers.idea(page) for page in pages().values()]}
            if idea in ("", None):
                return {**listed, "page": None}
            found = pages().get(idea) if isinstance(idea, str) else None
            if found is None:
                raise InputError("Choose one of the ideas by its name, as ideas lists them.")
            return {**listed, "page": answers.page(found, self._service.working())}

    def _about(self, model: object, text: object) -> dict[str, Any]:
        """How a model learnt, and how it cuts words into pieces."""
        lengths = piece_lengths(self._service, model)
        typed = clean(text).text if text not in ("", None) else ""
        pieces = pieces_of(self._service, model, typed) if typed else ()
        return answers.about(str(model), log_of(self._service, model), lengths, pieces)

    def _model(self, name: object) -> object:
        """``name``, or that of the first model that works where it is left out."""
        return self._service.first() if name in ("", None) else name

    def _rows(self, contest: Contest, timings: int) -> list[dict[str, Any]]:
        """Each card and what came of it, decoded round by round, so that the machine's mood meets all alike.

        A card that fails, on a model without attention say, leaves the others be. No round begins that would end after
        ``SECONDS``; ``runs`` says how many there were.
        """
        results: list[list[DecodeResult]] = [[] for _ in contest.requests]
        errors: dict[int, str] = {}
        begun = time.monotonic()
        for done in range(timings):
            if done and (time.monotonic() - begun) * (done + 1) / done > SECONDS:
                break
            for place, request in enumerate(contest.requests):
                if place not in errors:
                    try:
                        results[place].append(self._result(request))
                    except InputError as error:
                        errors[place] = str(error)
        return [
            {
                **answers.card(contest.cards[place], contest.requests[place]),
                **({"error": errors[place]} if place in errors else answers.row(found, contest.reference)),
            }
            for place, found in enumerate(results)
        ]

    def _agreement(self, asked: AskedWhy, known: "WhyNot", candidates: object) -> dict[str, Any]:
        """What the model's own candidates agree on, where some are asked for."""
        if candidates in (0, None) and not isinstance(candidates, bool):
            return {}
        result = self._result(self._service.candidates(asked, candidates))
        return {"agreement": agreement(result, known).to_dict()}

    def _exact(self, asked: AskedWhy, known: "WhyNot", seconds: object) -> dict[str, Any]:
        """The most probable translation of all, where it is asked for."""
        if seconds in (0, None) and not isinstance(seconds, bool):
            return {}
        result = self._result(self._service.true_best(asked, seconds))
        return {"exact": answers.true_best(true_best_of(result, known))}

    def _costs(self, request: Asked) -> list[SearchCost]:
        """What decoding costs here and now."""
        with closing(self._service.run_cost(request)) as steps:
            return [cost for cost in steps if cost is not None]

    def _result(self, request: Asked) -> DecodeResult:
        with closing(self._service.run(request, trace=False, watched=False)) as events:
            return next(event for event in events if isinstance(event, DecodeResult))


def _given(settings: object) -> dict[str, Any]:
    """Settings by name, none where they are left out.

    Raises:
        InputError: they are something else.
    """
    if not isinstance(settings, dict | None):
        raise InputError('Give the settings as an object, for example {"num_beams": 5}.')
    return settings or {}


def _metrics(reference: str) -> dict[str, str]:
    """The signatures without which scores cannot be compared; none where nothing was scored."""
    if not reference:
        return {}
    quality = sentence_quality(reference, reference)
    return {"chrf": quality.chrf_signature, "bleu": quality.bleu_signature}
