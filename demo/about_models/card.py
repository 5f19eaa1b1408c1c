"""A model's card as the page shows it: what it is, what it learnt from, whether one may use it, how good it is.

The metadata may be a stranger's: whatever is not what it should be is passed over.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from demo.common.languages import languages
from demo.common.markup import Html, join, tag

if TYPE_CHECKING:  # the models bring torch, which a card has no use for
    from demo.models import KnownModel
    from seq2seq_core.models import ModelConfig

LONGEST = 600
"""Characters of anything that a card says."""

MOST_SCORES = 40
MEASURES = {"bleu": "BLEU", "chrf": "chrF", "exact": "exact, %"}
RIGHT_OR_WRONG = {"character_errors": "CER, %", "word_errors": "WER, %"}
"""Also of what is no translation: edits for each hundred characters and words of the reference."""
DROPPED = {
    "dropout": "of units",
    "word_dropout": "of whole pieces",
    "recurrent_dropout": "of weights from a layer to itself",
}
"""What each kind of dropout leaves out, by its setting."""
NOT_SAID = "not said: ask whoever made it before you use it"


def draw(known: KnownModel) -> Html:
    """The facts as a list, and the scores as a table."""
    rows = [tag("div", tag("dt", name), tag("dd", value, dir="auto")) for name, value in _facts(known) if value]
    return join([tag("dl", rows, class_="facts-list"), _scores(known.metadata)])


def title(known: KnownModel) -> str:
    """What it is called."""
    return _text(known.metadata.get("title")) or known.name


def picture(png: bytes | None) -> Html:
    """The picture of its curve that came with it, where there is no log to draw from."""
    if png is None:
        return tag("p", "No log of its training came with this model.", class_="caption")
    source = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    image = tag("img", src=source, alt="Learning curve: loss by updates, as it came with the model")
    note = tag("p", "No log came with this model, only this picture of its curve.", class_="caption")
    return join([image.removesuffix("</img>"), note])


def listed(models: Mapping[str, KnownModel], problems: Mapping[str, str], chosen: str) -> Html:
    """A button for each model, and a line for each folder that holds none."""
    items = [_item(known, name == chosen) for name, known in models.items()]
    parts = [tag("ul", items)]
    if problems:
        broken = [
            tag("li", tag("b", name, dir="auto"), tag("span", problem[:LONGEST])) for name, problem in problems.items()
        ]
        parts += [tag("h3", "Left out"), tag("ul", broken, class_="broken")]
    return tag("nav", parts, aria_label="Models")


def _item(known: KnownModel, chosen: bool) -> Html:
    size = f"{known.weights / 1e6:.1f} million weights"
    called = tag("span", title(known), class_="name", dir="auto")
    facts = tag("span", f"{known.name}, {size}", class_="size")
    current = "true" if chosen else None
    return tag("li", tag("button", called, facts, type="button", data_kind=known.name, aria_current=current))


def _facts(known: KnownModel) -> list[tuple[str, str]]:
    said, training = known.metadata, _mapping(known.metadata.get("training"))
    data = training.get("data")
    name = _text(said.get("licence"))
    licence = _joined(": ", "" if name == "other" else name, said.get("licence_terms")) or name
    return [
        ("Reads and writes", _joined(" to ", said.get("source_language"), said.get("target_language"))),
        ("Licence", licence or NOT_SAID),
        ("Learnt from", _joined("; ", *data) if isinstance(data, list) else ""),
        ("Pairs an epoch", _count(training.get("pairs"))),
        ("Updates", _count(training.get("steps"))),
        ("Epochs", _count(training.get("epochs"))),
        ("Took", _minutes(training.get("seconds"), training.get("machine"))),
        ("Began with", _text(training.get("start_from"))),
        ("Recipe", _text(training.get("recipe"))),
        *((name, words.replace(" x ", " × ")) for name, words in known.built.items()),
        ("Pieces", _pieces(known.shape)),
        ("Dropout", _dropped(known.shape)),
        ("Weights", f"{known.weights:,}"),
    ]


def _pieces(shape: ModelConfig) -> str:
    if not shape.source_vocab_size:
        return f"{shape.vocab_size:,}"
    return f"{shape.source_vocab_size:,} of the source, {shape.vocab_size:,} of the target"


def _dropped(shape: ModelConfig) -> str:
    """What it did without at random while it learnt; nothing of the kinds of dropout that were not used."""
    shares = {what: getattr(shape, name, 0.0) for name, what in DROPPED.items()}
    return ", ".join(f"{100 * share:g}% {what}" for what, share in shares.items() if share)


def measures(metadata: Mapping[str, Any]) -> dict[str, str]:
    """What a model's outputs may have been measured by, and how it is called."""
    return MEASURES if languages(metadata).translates else MEASURES | RIGHT_OR_WRONG


def _scores(metadata: Mapping[str, Any]) -> Html:
    """A row for each test set and strategy; nothing where there are no scores."""
    scores, called = metadata.get("scores"), measures(metadata)
    rows = [row for row in scores[:MOST_SCORES] if isinstance(row, dict)] if isinstance(scores, list) else []
    measured = [name for name in called if any(_number(row.get(name)) for row in rows)]
    if not measured:
        return Html()
    heads = [("Test set", False), ("Decoding", False), *((called[name], True) for name in measured)]
    top = [tag("th", head, scope="col", class_="number" if number else None) for head, number in heads]
    body = [
        tag("tr", tag("td", _text(row.get("test_set"))), tag("td", _text(row.get("strategy"))),
            [tag("td", f"{row[name]:.1f}" if _number(row.get(name)) else "–", class_="number") for name in measured])
        for row in rows
    ]  # fmt: skip
    table = tag("table", tag("thead", tag("tr", top)), tag("tbody", body), class_="candidates model-scores")
    notes = dict.fromkeys(_text(row.get(f"{name}_signature")) for row in rows for name in ("bleu", "chrf"))
    signatures = [tag("p", note, class_="caption signature") for note in notes if note]
    return join([tag("div", table, class_="scroll", tabindex=0, role="group", aria_label="Scores"), *signatures])


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _joined(between: str, *values: object) -> str:
    return between.join(filter(None, map(_text, values)))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def _count(value: object) -> str:
    return f"{value:,.0f}" if _number(value) else ""


def _minutes(seconds: Any, machine: object) -> str:
    if not _number(seconds):
        return ""
    return f"{seconds / 60:,.0f} minutes" + (f" on {_text(machine)}" if _text(machine) else "")
