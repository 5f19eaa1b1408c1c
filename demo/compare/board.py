"""Several strategies side by side: what each said, where it differs from the first, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common import glossary, status
from demo.common.contestant import Contestant, there
from demo.common.difference import marked
from demo.common.languages import UNKNOWN, Languages
from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS
from demo.common.series import colour
from demo.common.several_runs import OVERLAP, fastest

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.compare.figures import Figures, Spread

EMPTY = "No strategy is left. Add one, or start from one of the sets above."
UNRUN = "Nothing yet: press Compare."
STALE = "The answer to an earlier question; the new one is on its way."
FULL = "That is as many as fit."
MARKS = "Marked: what differs from {other}; ‸ where words of it are missing."
ROUGH = " BLEU of a single sentence is rough."

NO_ATTENTION = "There is no attention to show of {}: the model has none, or the sentence held nothing that it can read."

ICONS = {
    "edit": ("Edit", "M3 17l1-4 9-9 3 3-9 9zM11 6l3 3"),
    "copy": ("Duplicate", "M7 7h9v9H7zM4 13V4h9"),
    "remove": ("Remove", "M5 5l10 10M15 5L5 15"),
}
OPEN_ICON = "M8 5H4v11h11v-4M11 4h5v5M16 4l-7 7"


@dataclass(frozen=True)
class ShownCard:
    """What is shown of one card.

    about: the strategy's label.
    figures: of its result; None before there is one.
    problem: why there is none, in one sentence; "" = it was not run.
    href: a query that opens it in Translate; "" before there is a result.
    stale: the figures are of what was asked before.
    busy: it is being decoded.
    model: what people call its model; "" where all cards have the comparison's. model_name: its name in links.
    """

    name: str
    about: str
    figures: Figures | None = None
    problem: str = ""
    href: str = ""
    stale: bool = False
    busy: bool = False
    model: str = ""
    model_name: str = ""


@dataclass(frozen=True)
class Board:
    """All cards, and what else decides how they are shown.

    reference: "" = none was given.
    opened: place of the card that the editor shows.
    ids: a number for each card, by which a press says which one is meant.
    known: what the cards' models read and write.
    full: no more cards can be added.
    scale: what can be compared across the cards' models; "" where all have the same.
    exact: being the reference, letter by letter, is a measure of the task.
    """

    cards: Sequence[ShownCard]
    reference: str = ""
    opened: int | None = None
    ids: Sequence[int] = ()
    known: Languages = UNKNOWN
    full: bool = False
    scale: str = ""
    exact: bool = False


@dataclass(frozen=True)
class BoardLinks:
    """Queries of what the board leads to.

    here: the same comparison again, from its first moment on: who opens the page anew meanwhile asks it again.
    done: whether there are results, which can be taken away and lead on.
    why: why the first card does not say the reference; "" where there is none.
    beside: the models of the cards beside each other, token by token; "" where there is one.
    """

    here: str
    done: bool = True
    why: str = ""
    beside: str = ""


@dataclass(frozen=True)
class _Column:
    """A column of figures: its heading, what it means, and whether more is better; None = neither is.

    own: it is in units of the card's own model, so that of several models none is the best.
    """

    name: str
    label: str
    meaning: str
    digits: int
    more: bool | None
    own: bool = True


COLUMNS = (
    _Column("log_prob", "log P", "Sum of the tokens' log-probabilities under the model", 2, True),
    _Column("score", "score", "What this strategy ranks by; not comparable between strategies", 2, None),
    _Column("length", "t", "Tokens, the end of the sentence counted", 0, None),
    _Column("forward_calls", "steps", "Calls of the decoder, each for all rows that are alive", 0, False),
    _Column("rows", "rows × steps", "Rows decoded, over all steps: what the machine has to compute", 0, False),
    # The best only where the ranges of several runs do not overlap: else a difference may be the machine's mood.
    _Column("milliseconds", "ms", "Milliseconds of decoding alone", 0, False, own=False),
    _Column("chrf", "chrF", "chrF of this one sentence against the reference, 0 to 100", 1, True, own=False),
    _Column("bleu", "BLEU", "BLEU of this one sentence against the reference, 0 to 100: rough", 1, True, own=False),
    _Column("exact", "exact", "Whether it is the reference, letter by letter", 0, True, own=False),
    _Column("character_errors", "CER", "Character error rate: edits for each 100 characters", 1, False, own=False),
    _Column("word_errors", "WER", "Word error rate: edits for each 100 words, or symbols between blanks", 1, False,
            own=False),
)  # fmt: skip
LIKENESS = ("chrf", "bleu")
"""Columns that a reference brings."""

RIGHT_OR_WRONG = ("exact", "character_errors", "word_errors")
"""Those that it brings instead where outputs are right or wrong."""


def draw(shown: Board, links: BoardLinks | None = None) -> Html:
    """The cards as rows of a table, headings over the columns of figures; ``links`` lead on."""
    if not shown.cards:
        return join([tag("p", EMPTY, class_="instead"), _add(shown)])
    columns = [column for column in COLUMNS if _shows(shown, column)]
    best = {column.name: None if shown.scale and column.own else _best(column, shown.cards) for column in columns}
    target = shown.reference or next((card.figures.text for card in shown.cards if card.figures), "")
    rows = [_row(i, card, shown, columns, best, target) for i, card in enumerate(shown.cards)]
    width = f"--figures:{len(columns)}"
    table = tag("div", _heads(columns, shown.known), _reference(shown), rows, role="table",
                aria_label="Results", class_="contest", style=width)  # fmt: skip
    legend = MARKS.format(other="the reference" if shown.reference else "card 1") if target else ""
    legend += ROUGH if shown.reference and not shown.exact else ""
    words = tag("span", legend, " ", glossary.button(), class_="caption")
    foot = tag("div", _add(shown), words, _downloads(links), class_="board-foot")
    said = " ".join(filter(None, (shown.scale, _how_timed(shown.cards))))
    return join([table, tag("p", said, class_="caption how-measured") if said else "", foot])


def on_page(shown: Board, cards: Sequence[Contestant], links: BoardLinks | None = None) -> Html:
    """The same where the page knows which cards lie there: what ran these on a set is set back once they change."""
    return tag("div", draw(shown, links), data_there=there(cards))


def no_attention(without: Sequence[tuple[int, str]]) -> Html:
    """Why there is no heatmap of these cards, by place and name; nothing where there is one of each."""
    if not without:
        return Html("")
    names = ", ".join(f"{place + 1} {name}" for place, name in without)
    return tag("p", NO_ATTENTION.format(names), class_="unrun")


def busy(name: str, place: int, number: int, step: int = 0) -> Html:
    """While card ``place``, counted from 0, of ``number`` is decoded."""
    how_far = f", step {step}" if step else ""
    return status.line("busy", f"Decoding {place + 1} of {number}: {name}{how_far} …")


def done(finished: int, calls: int, seconds: float, note: str) -> Html:
    """After a run."""
    facts = [f"{finished} {'strategy' if finished == 1 else 'strategies'}", f"{calls:,} steps",
             f"{seconds * 1000:,.0f} ms"]  # fmt: skip
    line = tag("span", [tag("span", fact) for fact in facts], class_="facts")
    return status.line("done", line, tag("span", note, class_="note") if note else "")


def stopped(finished: int, cards: int) -> Html:
    """After Stop: how many of the cards have a result of the run."""
    kept = f"{finished} of {cards} strategies were done and stay" if finished else "no strategy was done"
    return status.line("stopped", f"Stopped: {kept}. Press Compare to run all of them again.")


def problem(message: str) -> Html:
    """One sentence on what to change."""
    return status.line("error", message)


def noted(note: str) -> Html:
    """What a person should know of the cards that were laid out; nothing where there is nothing."""
    return status.line("done", tag("span", note, class_="note")) if note else Html("")


def opened(place: int) -> Html:
    """The heading of the editor."""
    return tag("h3", f"Card {place + 1}")


def _shows(shown: Board, column: _Column) -> bool:
    if column.name not in (*LIKENESS, *RIGHT_OR_WRONG):
        return True
    return bool(shown.reference) and (column.name in RIGHT_OR_WRONG) == shown.exact


def _downloads(links: BoardLinks | None) -> Html:
    """Assets/app.js puts the link into the address bar as well."""
    if links is None:
        return Html("")
    state = tag("a", "link to this", href=links.here, class_="state")
    if not links.done:
        return tag("div", state, class_="downloads")
    names = {"html": "HTML, everything", "csv": "CSV, the figures", "json": "JSON, every step"}
    buttons = [tag("button", name, type="button", data_kind=kind) for kind, name in names.items()]
    onward = (("why not the reference?", links.why), ("token by token", links.beside))
    leads = [_lead(name, href) for name, href in onward if href]
    return tag("div", tag("span", "Take away"), buttons, leads, state, class_="downloads")


def _lead(name: str, href: str) -> Html:
    return tag("a", name, unseen(", in a new tab"), href=href, target="_blank", rel="noopener")


def _heads(columns: Sequence[_Column], known: Languages) -> Html:
    figures = [
        tag("span", column.label, title=column.meaning, role="columnheader", class_="number") for column in columns
    ]
    words = [tag("span", unseen(name), role="columnheader") for name in ("Strategy", known.output)]
    return tag("div", words, figures, tag("span", unseen("Change"), role="columnheader"), role="row", class_="heads")


def _reference(shown: Board) -> Html:
    if not shown.reference:
        return Html("")
    said = tag("div", tag("p", shown.reference, lang=shown.known.target_code, dir="auto"), role="cell", class_="said")
    return tag("div", tag("div", "Reference", role="rowheader", class_="who"), said, role="row", class_="given")


def _row(
    place: int, card: ShownCard, shown: Board, columns: Sequence[_Column], best: dict[str, float | None], target: str
) -> Html:
    fill, ink = colour(place)
    badge = tag("span", str(place + 1), class_="badge", style=f"background:{fill};color:{ink}")
    said = [] if card.name.startswith(card.about.removesuffix(" search")) else [card.about]
    said += [card.model] if card.model else []
    about = tag("small", " · ".join(said), title=card.model_name if card.model else None) if said else ""
    name = card.name.removesuffix(f" · {card.model}")  # which the line below says
    who = tag("div", badge, tag("span", tag("b", name, dir="auto"), about), role="rowheader", class_="who")
    figures = [_figure(column, card, best[column.name]) for column in columns]
    kind = " ".join(["contestant", *(["waiting"] if card.stale or card.busy else []),
                     *(["opened"] if place == shown.opened else [])])  # fmt: skip
    return tag("div", who, _said(card, shown, target, place), figures, _tools(place, card, shown), role="row",
               class_=kind, aria_busy="true" if card.busy else None)  # fmt: skip


def _said(card: ShownCard, shown: Board, target: str, place: int) -> Html:
    if card.figures is None:
        inside = tag("p", card.problem or UNRUN, class_="problem" if card.problem else "unrun")
        if card.busy:
            inside = tag("p", [tag("span", class_="skeleton", style=f"width:{width}%") for width in (90, 55)])
        return tag("div", inside, role="cell", class_="said")
    text = card.figures.text
    proof = (
        tag("small", status.proof(card.figures.proven), class_="caption same")
        if card.figures.proven is not None
        else ""
    )
    words: str = text if place == 0 and not shown.reference else marked(target, text)
    inside = tag("p", words if text else NO_WORDS, lang=shown.known.target_code, dir="auto")
    if same := _said_before(place, shown):
        inside = join([inside, tag("small", f"says the same as {same}", class_="caption same")])
    if card.stale:
        inside = join([inside, tag("small", STALE, class_="caption")])
    return tag("div", inside, proof, _spread(card.figures.spread, card.name, shown.known), role="cell", class_="said")


def _said_before(place: int, shown: Board) -> str:
    """The cards above that say the same; "" where none does."""
    text = _text(shown.cards[place])
    same = [str(i + 1) for i, card in enumerate(shown.cards[:place]) if _text(card) == text]
    return " and ".join(filter(None, (", ".join(same[:-1]), same[-1]))) if same else ""


def _text(card: ShownCard) -> str | None:
    """Its best output under the present question."""
    return None if card.figures is None or card.stale else card.figures.text


def _figure(column: _Column, card: ShownCard, best: float | None) -> Html:
    value = getattr(card.figures, column.name) if card.figures else None
    if value is None:
        return tag("div", tag("span", "–" if card.figures else "", aria_hidden="true"), role="cell",
                   class_="number", data_label=column.label)  # fmt: skip
    shown: Html | str = f"{value:,.{column.digits}f}".replace("-", "−")
    if column.name == "exact":
        shown = "yes" if value else "no"
    if column.name == "milliseconds" and card.figures and (ends := card.figures.range):
        low, high = (f"{end:,.0f}" for end in ends)
        shown = join([shown, tag("small", f"{low}–{high}")])
    inside: Html | str = (
        join([tag("b", shown), unseen(", the best")])
        if round(value, column.digits) == best and not card.stale
        else shown
    )
    return tag("div", inside, role="cell", class_="number", data_label=column.label)


def _tools(place: int, card: ShownCard, shown: Board) -> Html:
    buttons = []
    for kind, (name, path) in ICONS.items():
        icon = tag("svg", tag("path", d=path), viewBox="0 0 20 20", aria_hidden="true")
        buttons.append(
            tag(
                "button",
                icon,
                type="button",
                title=name,
                aria_label=f"{name} {card.name}",
                data_kind=kind,
                data_index=place,
                data_card=shown.ids[place] if shown.ids else None,
                disabled=kind == "copy" and shown.full,
                aria_expanded=str(place == shown.opened).lower() if kind == "edit" else None,
            )
        )
    icon = tag("svg", tag("path", d=OPEN_ICON), viewBox="0 0 20 20", aria_hidden="true")
    opens = tag("a", icon, href=card.href, target="_blank", rel="noopener", title="Open in Translate",
                aria_label=f"Open {card.name} in Translate, in a new tab") if card.href else ""  # fmt: skip
    return tag("div", opens, buttons, role="cell", class_="tools")


def _add(shown: Board) -> Html:
    more = tag("button", "+ Add a strategy", type="button", data_kind="add", disabled=shown.full)
    return tag("p", more, tag("span", FULL) if shown.full else "", class_="more-cards")


def _spread(spread: Spread | None, name: str, known: Languages) -> Html:
    """How much the several outputs of one card differ, and, folded up, all of them with their counts."""
    if spread is None:
        return Html("")
    least, mean, most = (f"{value:.2f}".replace("-", "−") for value in spread.log_probs)
    repeated = f"{spread.duplicates} said before" if spread.duplicates else "no duplicates"
    facts = [
        f"{spread.number} {known.outputs}, {spread.distinct} different, {repeated}",
        f"log P {least} to {most}, mean {mean}",
        f"chrF among them {spread.chrf:.0f}",
    ]
    lang = known.target_code
    texts = [tag("li", tag("span", f"{count}×", class_="count"), tag("span", text or NO_WORDS, lang=lang, dir="auto"))
             for text, count in spread.texts]  # fmt: skip
    line = join([tag("span", fact) for fact in facts])
    return tag("details", tag("summary", line), tag("ul", texts), class_="spread", data_fold=name)


def _best(column: _Column, cards: Sequence[ShownCard]) -> float | None:
    """The value of a column, as it is shown, that is better than another one in it."""
    if column.more is None or (column.name == "milliseconds" and not _fastest(cards)):
        return None
    values: list[float | None] = [
        getattr(card.figures, column.name) for card in cards if card.figures and not card.stale
    ]
    known = [round(value, column.digits) for value in values if value is not None]
    if len(set(known)) < 2:
        return None
    return max(known) if column.more else min(known)


def _fastest(cards: Sequence[ShownCard]) -> bool:
    """Whether one card may be called the fastest."""
    return fastest([card.figures.range for card in cards if card.figures and not card.stale]) is not None


def _how_timed(cards: Sequence[ShownCard]) -> str:
    """How many runs the times come from, and what may be said of them; "" before there are any."""
    runs = [card.figures.runs for card in cards if card.figures and not card.stale]
    if not runs:
        return ""
    if min(runs) < 2:
        again = " Some cards were timed again and others were not." if max(runs) > 1 else ""
        return f"ms is of one run, the machine's mood in it, so none is called the fastest.{again}"
    said = f"ms: the median of {min(runs)} runs of decoding alone, and their range."
    if len(runs) > 1 and not _fastest(cards):
        said += OVERLAP
    return said
