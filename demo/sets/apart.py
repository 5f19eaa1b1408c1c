"""Where strategies part over a set, drawn: sentence by sentence, by groups, and in what words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo.common import contest_link
from demo.common.contest import seeded
from demo.common.difference import marked
from demo.common.link import to_translate
from demo.common.markup import Content, Html, join, tag, unseen
from demo.common.pieces import NO_WORDS
from demo.common.series import colour
from demo.service import least_resampled

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.common.languages import Languages
    from demo.sets.contrasts import Contrasts, GroupRow, SentenceContrast
    from demo.sets.figures import SetRun
    from seq2seq_core.contrast import NgramUse
    from seq2seq_core.evaluation import Estimate

MOST, OPEN = 50, 8
"""Sentences that are drawn, and those of them that are not folded up; the files have all."""

BY_REFERENCE = "chrF of each sentence against its reference, the greatest difference between strategies first."
BY_BASE = "chrF of each sentence against what {} says, the least alike first; there are no references."
RARE = (
    "Words cut: those that are no piece of their own in the vocabulary of {}. Pieces were learnt from its training "
    "texts, the most frequent first, so what is cut was rarely seen."
)
SAME_WORDS = "Both say the same words equally often."
FEW = (
    "± is half the 95% interval of a bootstrap over the group's sentences. A group of fewer than {} has none: it says "
    "little, for each of its sentences moves its figure."
)
COUNTED = (
    "One to four words in a row that one says more often than the other, the greatest difference first. These are "
    "counts without an interval: a difference of one or two may be chance."
)


def draw(run: SetRun, found: Contrasts | None, known: Languages) -> Html:
    """All of it; nothing before anything is done. ``known``: the languages of the sentences and their translations."""
    if found is None:
        return Html("")
    return join([_sentences(run, found, known), _grouped(run, found), _ngrams(run, found, known)])


def badge(place: int) -> Html:
    """The number of a strategy, in its colour."""
    fill, ink = colour(place)
    return tag("span", str(place + 1), class_="badge", style=f"background:{fill};color:{ink}")


def _sentences(run: SetRun, found: Contrasts, known: Languages) -> Html:
    if len(found.entries) < 2:
        return Html("")
    alike, drawn = found.common - len(found.sentences), found.sentences[:MOST]
    base = f"{run.against + 1} {run.called(run.against)}"
    said = [BY_REFERENCE if run.sentences.references else BY_BASE.format(base), f" Marked: what differs from {base}."]
    said += [f" On {alike} of {found.common} sentences all say the same."] if alike else []
    said += [f" These are the first {MOST}; the files have all."] if len(found.sentences) > MOST else []
    names = ("Strategies", known.output, "chrF", "Open")
    heads = [tag("th", name, scope="col", class_="number" if name == "chrF" else None) for name in names]
    bodies = [_sentence(run, found, one, known) for one in drawn]
    tables = [
        tag("div", tag("table", tag("thead", tag("tr", heads)), part, role="table", class_="each-sentence"),
            class_="scroll", tabindex=0, role="region", aria_label=label)
        for part, label in ((bodies[:OPEN], "Sentence by sentence"), (bodies[OPEN:], "The other sentences")) if part
    ]  # fmt: skip
    rest = [tag("details", tag("summary", f"{len(bodies) - OPEN} more"), each, class_="folded") for each in tables[1:]]
    return _section("Sentence by sentence", join([*tables[:1], *rest]), said)


def _sentence(run: SetRun, found: Contrasts, one: SentenceContrast, known: Languages) -> Html:
    """The sentence with its reference, then a row for each different translation."""
    given, at = run.sentences, one.place
    source, reference = given.sources[at], given.references[at] if given.references else ""
    cards = [entry.card for entry in run.entries]
    compared = contest_link.write(source, run.model, run.seed, reference, cards)
    wanted = tag("span", reference, class_="wanted", lang=known.target_code, dir="auto") if reference else ""
    text = tag("span", source, lang=known.source_code, dir="auto")
    head = tag("th", tag("span", unseen("Line "), str(given.lines[at]), class_="line"), text, wanted,
               colspan=2, scope="rowgroup", role="rowheader")  # fmt: skip
    apart = _cell(f"{one.apart:.1f} apart", class_="number apart")
    goes = _cell(_onward("Compare", compared, f"line {given.lines[at]}"))
    rows = [tag("tr", head, apart, goes, role="row", class_="of")]
    told: dict[str, list[int]] = {}
    for place in found.entries:
        told.setdefault(run.entries[place].outputs[at].text, []).append(place)
    base = run.entries[run.against].outputs
    other = base[at].text if at < len(base) else next(iter(told))
    for said, places in told.items():
        first = run.entries[places[0]]
        href = to_translate(source, run.model_of(first), first.card.strategy, seeded(first.card, run.seed))
        who = _cell([join([badge(place), unseen(run.called(place))]) for place in places], class_="who")
        words = _cell(marked(other, said) if said else NO_WORDS, class_="text", lang=known.target_code, dir="auto")
        chrf = one.chrf[found.entries.index(places[0])]
        goes = _cell(_onward("Translate", href, f"{run.called(places[0])} on line {given.lines[at]}"))
        rows.append(tag("tr", who, words, _cell(f"{chrf:.1f}", class_="number"), goes, role="row"))
    return tag("tbody", rows, role="rowgroup")


def _cell(inside: Content, **attributes: str | None) -> Html:
    """With its role, which it loses where the page is narrow and assets/sets.css lays it out otherwise."""
    return tag("td", inside, role="cell", **attributes)


def _onward(view: str, href: str, what: str) -> Html:
    return tag("a", view, unseen(f": {what}, in a new tab"), href=href, target="_blank", rel="noopener")


def _grouped(run: SetRun, found: Contrasts) -> Html:
    if not found.lengths:
        return Html("")
    measure = "exact matches, %" if run.exact else "chrF"
    tables = [
        _groups(name, rows, run, found)
        for name, rows in (("Length of the source", found.lengths), ("Words rarely seen", found.rare))
    ]
    said = [f"{measure} of each group. ", RARE.format(run.title(found.cut_by)), " ", FEW.format(least_resampled())]
    return _section("By groups of sentences", tag("div", tables, class_="two-tables"), said)


def _groups(name: str, rows: Sequence[GroupRow], run: SetRun, found: Contrasts) -> Html:
    heads = [tag("th", text, scope="col", class_=kind) for text, kind in ((name, None), ("sentences", "number"))]
    heads += [
        tag("th", badge(place), unseen(run.called(place)), scope="col", class_="number") for place in found.entries
    ]
    body = [
        tag("tr", tag("th", row.group.name, scope="row"), tag("td", str(len(row.group.places)), class_="number"),
            [tag("td", _score(score), class_="number") for score in row.scores])
        for row in rows
    ]  # fmt: skip
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", body), class_="over-set grouped")
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=name)


def _score(score: Estimate) -> Html | str:
    margin = tag("span", f" ± {score.margin:.1f}", class_="margin") if score.margin is not None else ""
    return join([f"{score.score:.1f}", margin])


def _ngrams(run: SetRun, found: Contrasts, known: Languages) -> Html:
    if not found.ngrams:
        return Html("")
    base = run.against
    folds = []
    for each in found.ngrams:
        place = each.place
        pair = [
            badge(place),
            f" {run.called(place)} beside ",
            badge(base),
            f" {run.called(base)}",
        ]
        sides = [
            _side(run, place, base, each.ours, known),
            _side(run, base, place, each.theirs, known),
        ]
        inside = tag("div", sides, class_="two-tables") if each.ours or each.theirs else tag("p", SAME_WORDS)
        folds.append(tag("details", tag("summary", pair), inside, class_="folded",
                         open=len(found.ngrams) == 1))  # fmt: skip
    return _section("In what words", join(folds), [COUNTED])


def _side(run: SetRun, place: int, other: int, uses: Sequence[NgramUse], known: Languages) -> Html:
    """What the strategy at ``place`` says more often."""
    if not uses:
        return tag("p", badge(place), unseen(run.called(place)), " says nothing more often.")
    with_reference = run.sentences.references is not None
    names = [unseen(run.called(each)) for each in (place, other)]
    heads = [tag("th", badge(place), names[0], " says more often", scope="col")]
    heads += [tag("th", badge(each), name, scope="col", class_="number")
              for each, name in zip((place, other), names, strict=True)]  # fmt: skip
    heads += [tag("th", "reference", scope="col", class_="number")] if with_reference else []
    rows = [
        tag("tr", tag("td", use.words, lang=known.target_code, dir="auto", class_="text"),
            [tag("td", str(count), class_="number")
             for count in (use.ours, use.theirs, use.wanted) if count is not None])
        for use in uses
    ]  # fmt: skip
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="over-set grouped")
    label = f"What {run.called(place)} says more often"
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)


def _section(title: str, inside: str, said: Sequence[str]) -> Html:
    return tag("section", tag("h3", title), tag("p", said, class_="caption"), inside, class_="apart-section")
