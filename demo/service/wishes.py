"""Valid requests, made of whatever came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from demo.common.languages import with_article
from demo.common.settings import configure
from demo.common.text_input import MAX_CHARACTERS, InputError, clean, clean_text
from demo.service.files import sentence
from demo.service.served import ServedModels
from seq2seq_core.decoding import STRATEGIES, AnyStrategy, BeamConfig, Config, ExactConfig, ScoreConfig
from seq2seq_core.text.sentences import Sentences, sentences_of
from seq2seq_core.types import CoreError, MovedWeight
from seq2seq_core.why_not import asking_for, candidates_config, exact_config

MOST_SECONDS = 15
"""That exact search may take of a person's deadline."""

MOST_CANDIDATES = 64
"""That are drawn to be compared with each other."""

MOST_NEAR = 50
"""Training sentences that are found."""

MOST_BESIDE = 6
"""Models that are set beside each other."""

TONGUES = (
    "These models write different languages, and one reference cannot be of all: clear it, or choose models of one "
    "language."
)

MOST_MOVES = 100
"""Weights that are moved in one sentence."""

MOVES = (
    'Give moved as a list of objects such as {"step": 1, "first": 3, "last": 3, "weight": 0.8}, with places from 0 and '
    "weights from 0 to 1."
)

SEVERAL = (
    "These are several sentences, decoded as one here, since the translation is one; Translate takes them one by one."
)


@dataclass(frozen=True)
class Asked:
    """A valid wish: what to translate, with what, and what its author should know of how it was read.

    prefix: ids of the pieces that the translation must begin with.
    index: number of the sentence; seeds hang on it.
    moved: attention that a person moved.
    """

    text: str
    note: str
    model: str
    config: Config
    prefix: tuple[int, ...] = ()
    index: int = 0
    moved: tuple[MovedWeight, ...] = ()


@dataclass(frozen=True)
class AskedText:
    """A valid wish for a text: a request for each of its sentences.

    between: what stands before, between and after them, one more than there are: white space and marks of lists.
    note: what its author should know of how the text was read.
    """

    sentences: tuple[Asked, ...]
    between: tuple[str, ...] = ("", "")
    note: str = ""


@dataclass(frozen=True)
class AskedWhy:
    """A valid wish to know why ``target`` is not what ``request`` gives."""

    request: Asked
    target: str


@dataclass(frozen=True)
class AskedBeside:
    """A valid wish to set models beside each other on one sentence.

    requests: one for each model. reference: a translation that all are held against; none where empty.
    place: of the token that is replaced in each model's own translation, from 0.
    """

    requests: tuple[Asked, ...]
    reference: str
    place: int


@dataclass(frozen=True)
class AskedNear:
    """A valid wish to know which training sentences were near.

    place: of the piece of the translation, from 0. count: sentences to find.
    """

    request: Asked
    place: int
    count: int


class Wishes(ServedModels):
    """The models, and what may be asked of them."""

    strategies: Mapping[str, AnyStrategy] = STRATEGIES

    def text_request(self, text: object, model: object, strategy: object, settings: Mapping[str, object]) -> AskedText:
        """Valid requests for the sentences of a text.

        Raises:
            InputError: something in it cannot be used.
        """
        known = self.languages(model)
        # What has no language has no full stops either: a date like "3. Mai 1999" is one sentence.
        language = self.translator(model).language
        split = partial(sentences_of, language=language) if language else _lines
        cleaned, config = clean_text(text, split, known.missing), _config(strategy, settings)
        sentences = (
            Asked(sentence, "", str(model), config, index=place << 32)  # as ``Translator.translate_texts`` numbers them
            for place, sentence in enumerate(cleaned.sentences)
        )
        return AskedText(tuple(sentences), cleaned.between, cleaned.note)

    def decoding(self, model: object, strategy: object, settings: Mapping[str, object]) -> Asked:
        """A valid request without its text, from whatever came in.

        Raises:
            InputError: something in it cannot be used.
        """
        self.translator(model)
        return Asked("", "", str(model), _config(strategy, settings))

    def scoring(self, text: object, target: object, model: object) -> Asked:
        """A valid request for the score of a given target: its pieces and the end of the sentence are the prefix.

        Raises:
            InputError: something in it cannot be used. Nothing is cut here, for parts do not score like the whole.
        """
        source, wanted = clean(text), clean(target, f"Give {with_article(self.languages(model).noun)} to score.")
        if source.note or wanted.note:
            raise InputError(f"Only texts of up to {MAX_CHARACTERS:,} characters can be scored; give shorter ones.")
        prefix = tuple(self.translator(model).target_ids(source.text, wanted.text))
        return Asked(source.text, "", str(model), ScoreConfig(), prefix)

    def placing(self, text: object, model: object, place: object, count: object) -> AskedNear:
        """A valid wish to know where the model learnt a piece of its translation of a sentence.

        Raises:
            InputError: something in it cannot be used.
        """
        source = clean(text, self.languages(model).missing)
        if source.note:
            raise InputError(f"Only texts of up to {MAX_CHARACTERS:,} characters can be looked into; shorten it.")
        numbers = _number(place, 1, MAX_CHARACTERS), _number(count, 1, MOST_NEAR)
        if any(number is None or number != int(number) for number in numbers):
            raise InputError(f"Give place as a whole number from 1 on, and count as one from 1 to {MOST_NEAR}.")
        chosen, wanted = (int(number) for number in numbers if number is not None)
        return AskedNear(Asked(source.text, "", str(model), BeamConfig()), chosen - 1, wanted)

    def expecting(
        self, text: object, target: object, model: object, strategy: object, settings: Mapping[str, object]
    ) -> AskedWhy:
        """A valid request to hold a translation that was expected against what a strategy finds.

        Raises:
            InputError: something in it cannot be used. Nothing is cut here, for parts do not score like the whole.
        """
        known = self.languages(model)
        source = clean(text, known.missing)
        wanted = clean(target, f"Type the {known.noun} that you expected.", "expected")
        if source.note or wanted.note:
            raise InputError(
                f"Only texts of up to {MAX_CHARACTERS:,} characters can be looked into; shorten it.",
                "sentence" if source.note else "expected",
            )
        config, language = _config(strategy, settings), self.translator(model).language
        several = language and len(sentences_of(source.text, language).sentences) > 1
        return AskedWhy(Asked(source.text, SEVERAL if several else "", str(model), config), wanted.text)

    def saying(self, asked: AskedWhy, must: str, must_not: str) -> Asked:
        """A valid request for the same sentence where these words must or must not be said.

        Raises:
            InputError: that is too much to ask for.
        """
        try:
            return replace(asked.request, config=asking_for(asked.request.config, must, must_not))
        except CoreError as error:
            raise InputError(sentence(error)) from error

    def candidates(self, asked: AskedWhy, count: object) -> Asked:
        """A valid request for so many candidates of the same sentence, compared with each other.

        Raises:
            InputError: that is no such number.
        """
        number = _number(count, 2, MOST_CANDIDATES)
        if number is None or number != int(number):
            raise InputError(f"Draw from 2 to {MOST_CANDIDATES} candidates.", "count")
        return replace(asked.request, config=candidates_config(int(number)))

    def setting_beside(self, text: object, reference: object, models: object, place: object) -> AskedBeside:
        """A valid request to set models beside each other on one sentence.

        Raises:
            InputError: something in it cannot be used.
        """
        if not isinstance(models, list | tuple) or not 1 <= len(models) <= MOST_BESIDE:
            raise InputError(f"Choose 1 to {MOST_BESIDE} models to set beside each other.", "models")
        names = list(dict.fromkeys(name if isinstance(name, str) else "" for name in models))
        source = clean(text, self.languages(names[0]).missing)
        wanted = clean(reference).text if isinstance(reference, str) and reference.strip() else ""
        if source.note:
            raise InputError(
                f"Only texts of up to {MAX_CHARACTERS:,} characters can be set beside; shorten it.", "sentence"
            )
        token = _number(place, 1, MAX_CHARACTERS)
        if token is None or token != int(token):
            raise InputError("The place of the wrong word must be a whole number from 1 on.", "place")
        if wanted and len({self.languages(name).target for name in names}) > 1:
            raise InputError(TONGUES)
        for name in names:
            self.translator(name)
        requests = (Asked(source.text, "", name, BeamConfig()) for name in names)
        return AskedBeside(tuple(requests), wanted, int(token) - 1)

    def true_best(self, asked: AskedWhy, seconds: object) -> Asked:
        """A valid request for the most probable translation of the same sentence, by exact search in so many seconds.

        Raises:
            InputError: that is no such time.
        """
        budget = _number(seconds, 1, MOST_SECONDS)
        if budget is None:
            raise InputError(f"Give exact search from 1 to {MOST_SECONDS} seconds.", "seconds")
        return replace(asked.request, config=exact_config(budget))

    def moving(self, asked: AskedText, moved: object) -> AskedText:
        """The same wish, with attention of its first sentence moved.

        Raises:
            InputError: ``moved`` is no list of objects as a result has them, or too long a list.
        """
        if moved in (None, []):
            return asked
        if not isinstance(moved, list) or not all(isinstance(each, dict) for each in moved):
            raise InputError(MOVES)
        if len(moved) > MOST_MOVES:
            raise InputError(f"At most {MOST_MOVES} weights can be moved in a sentence, not {len(moved)}.")
        moves = tuple(map(_moved, moved))
        return replace(asked, sentences=(replace(asked.sentences[0], moved=moves), *asked.sentences[1:]))

    def continued(self, request: Asked, prefix: tuple[int, ...]) -> Asked:
        """The same request, its translation made to begin with these pieces, if the model has them all."""
        if all(0 <= piece < len(self.translator(request.model).tokenizer) for piece in prefix):
            return replace(request, prefix=prefix)
        noun = self.languages(request.model).noun
        note = f"The link's beginning of the {noun} was left out: this model has no such pieces."
        return replace(request, note=f"{request.note} {note}".strip())

    def weighed(self, request: Asked, alpha: float, beta: float) -> Asked:
        """The same request under another length and coverage penalty.

        Raises:
            InputError: its strategy has neither, or no coverage penalty and beta is not 0.
        """
        config = request.config
        if not isinstance(config, BeamConfig | ExactConfig):
            raise InputError("This strategy does not search by these penalties: choose beam search, then search again.")
        kind = "avg" if config.length_penalty_type == "none" else config.length_penalty_type
        config = replace(config, length_penalty_type=kind, length_penalty=alpha)
        if isinstance(config, BeamConfig):
            config = replace(config, coverage_penalty=beta)
        elif beta:
            raise InputError("Exact search knows no coverage penalty: set β to 0, then search again.")
        return replace(request, config=config)


def _moved(said: Mapping[object, object]) -> MovedWeight:
    places = [_number(said.get(name), 0, MAX_CHARACTERS) for name in ("step", "first", "last")]
    weight = _number(said.get("weight"), 0, 1)
    if len(said) != 4 or weight is None or any(place is None or place != int(place) for place in places):
        raise InputError(MOVES)
    step, first, last = (int(place) for place in places if place is not None)
    return MovedWeight(step, first, last, float(weight))


def _config(strategy: object, settings: Mapping[str, object]) -> Config:
    if not isinstance(strategy, str) or strategy not in STRATEGIES:
        raise InputError(f"Choose one of the strategies: {', '.join(STRATEGIES)}.")
    return configure(STRATEGIES[strategy], settings)


def _lines(text: str) -> Sentences:
    """The lines of a text that hold something, as its sentences."""
    found, between, end = [], [], 0
    for line in filter(str.strip, text.splitlines()):
        start = text.index(line.strip(), end)
        between.append(text[end:start])
        found.append(line.strip())
        end = start + len(line.strip())
    return Sentences(tuple(found), (*between, text[end:]))


def _number(value: object, least: int, most: int) -> float | None:
    """A number within these bounds, which true and false are not; None for all else."""
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
        return value
    return None
