"""Four real bad translations from symptom to cause, written down with what the models say today.

    python -m benchmarks.walkthrough > docs/walkthrough.md

The sentences are those of demo/assets/lessons.tsv (``python -m benchmarks.find_lessons``); each figure in the text is
asked of the model here, and a test asks again. Links begin where ``python app.py`` serves.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from benchmarks.find_examples import Pair
from benchmarks.find_lessons import ATTENTION, cut_word, forgotten, model
from demo.common import contest_link, why_link
from demo.common.contestant import contestant
from demo.common.findings import Finding
from demo.learn.lessons import shipped
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import WhyNot, why_not
from seq2seq_core.why_not.words import piece

APP = "http://127.0.0.1:7860/"
WIDTHS = (1, 2, 3, 4, 5, 10, 20, 50)
"""Of the beams that are looked into."""

OPENING = """# Four bad translations, from symptom to cause

Each of these is a sentence that a shipped model translates badly. The question is always the same: what went wrong, and
what would help? Start the app (`python app.py`), press the links in their order, and see on each page what stands here.
Sentences and figures come from `python -m benchmarks.walkthrough`, which asks the model; nothing is typed in.

All four are translated by `en-de-attention`."""

CLOSING = """## Which view for which question

| symptom | first question | view | what tells |
|---|---|---|---|
| wrong, and I know better | would the model have liked mine? | Why not? | the verdict: search error or model error |
| something is missing | was it looked at? | Why not? | the word's attention, and what is lost without it |
| a rare word is garbled | what does the model read? | Models | how many pieces the word has |
| fluent, and about something else | does the length matter? | Limits | the twin without attention, BLEU by length |"""


def text() -> str:
    """The whole page, in Markdown."""
    return "\n\n".join([OPENING, *cases(), CLOSING]) + "\n"


def cases() -> Iterator[str]:
    """The four, each from its symptom to its cause."""
    translator = model(ATTENTION)
    yield _search_error(translator, chosen("found-wider"))
    yield _model_error(translator, chosen("model-error"))
    yield _coverage_loss(translator, chosen("coverage-loss"))
    yield _cut_apart(translator, chosen("cut-apart"))


def chosen(kind: str) -> Finding:
    """The sentence of this kind that ships for the twin with attention."""
    return next(one for one in shipped() if one.kind == kind and one.model == ATTENTION)


def translate_link(one: Finding, strategy: str, source: str = "") -> str:
    """The sentence, or another source, in Translate."""
    return _link("?" + urlencode({"text": source or one.text, "model": one.model, "strategy": strategy}))


def why_not_link(one: Finding, strategy: str) -> str:
    """The sentence with its reference in Why not?."""
    return _link(why_link.write(one.text, one.reference, one.model, strategy, {}))


def compare_link(one: Finding) -> str:
    """Greedy search beside a beam."""
    cards = [contestant("greedy"), contestant("beam")]
    return _link(contest_link.write(one.text, one.model, 0, one.reference, cards))


def pieces_link(one: Finding) -> str:
    """The sentence's pieces in Models."""
    return _link("?" + urlencode({"view": "models", "model": one.model, "text": one.text}))


def _link(query: str) -> str:
    return APP + query


def _search_error(translator: Translator, one: Finding) -> str:
    greedy, beam = _said(translator, one, GreedyConfig()), _said(translator, one, BeamConfig())
    known = _why(translator, one, GreedyConfig())
    return _case(
        "1. A search error", one,
        ("Symptom", translate_link(one, "greedy"), f"Greedy search says “{greedy}”; one expected “{one.reference}”."),
        ("Would the model have liked it?", why_not_link(one, "greedy"), f"{known.verdict} {_leaves(known)}"),
        ("Does a wider beam find it?", compare_link(one), f"A beam of five says “{beam}”. {_stays(known)}"),
        ("Cause and cure", "", "The model is right and the search was not: search wider."),
    )  # fmt: skip


def _model_error(translator: Translator, one: Finding) -> str:
    beam, known = _said(translator, one, BeamConfig()), _why(translator, one, BeamConfig())
    assert known.judgement.worst is not None, "an error has a worst token"
    token = known.expected.tokens[known.judgement.worst]
    worst = (
        f"Most is lost at {piece(token.token)}: rank {token.rank:,}, {token.lost:.2f} nats below "
        f"{piece(token.preferred)}, which the model would rather have said there."
    )
    cure = "The model prefers what it says. No search will help: it needs other data, or more of it."
    return _case(
        "2. A model error",
        one,
        ("Symptom", translate_link(one, "beam"), f"A beam of five says “{beam}”; one expected “{one.reference}”."),
        ("Would the model have liked it?", why_not_link(one, "beam"), f"{known.verdict} {worst}"),
        ("Does a wider beam find it?", why_not_link(one, "beam"), _stays(known)),
        ("Cause and cure", "", cure),
    )


def _coverage_loss(translator: Translator, one: Finding) -> str:
    [found] = translator.translate(one.text, BeamConfig())
    lost = forgotten(translator, Pair(one.text, one.reference), found)
    assert lost is not None, "the sentence no longer shows it: run benchmarks.find_lessons again"
    word, without = lost.word, " ".join(each for each in one.text.split() if each != lost.word)
    said, known = found.hypotheses[0].text, _why(translator, one, BeamConfig())
    symptom = f"A beam of five says “{said}”; one expected “{one.reference}”. Nothing in it stands for *{word}*."
    pale = (
        f"In the heatmap the column of *{word}* stays pale: {lost.attention:.2f} of attention in all, where a word "
        "that is translated gets about 1."
    )
    same = (
        f"Without *{word}* in the source the translation is the same, letter by letter. The reference loses "
        f"{lost.worth:.1f} nats without it."
    )
    cure = (
        "The word was hardly read. A coverage penalty makes such translations pay; more training on such sentences "
        "makes them rare."
    )
    return _case(
        "3. A word is overlooked",
        one,
        ("Symptom", translate_link(one, "beam"), symptom),
        ("Was it looked at?", translate_link(one, "beam"), pale),
        ("Did it matter?", translate_link(one, "beam", without), same),
        ("Would the model have liked it?", why_not_link(one, "beam"), known.verdict),
        ("Cause and cure", "", cure),
    )


def _cut_apart(translator: Translator, one: Finding) -> str:
    [found] = translator.translate(one.text, BeamConfig())
    cut, said = cut_word(found), found.hypotheses[0].text
    assert cut is not None, "the sentence no longer shows it: run benchmarks.find_lessons again"
    pieces = ", ".join(map(piece, cut.pieces))
    fails = (
        f"While it looks at these pieces it writes “{cut.written}”, with a probability of {cut.probability:.1%} a "
        f"piece in the mean: less than at any other word (the next has {cut.others:.1%}), and no part of the reference."
    )
    cure = (
        "The pieces mean nothing by themselves, and the model has seldom seen them together. A larger vocabulary, BPE "
        "dropout in training, or sentences with the word in them help."
    )
    return _case(
        "4. A word is cut apart",
        one,
        ("Symptom", translate_link(one, "beam"), f"A beam of five says “{said}”; one expected “{one.reference}”."),
        ("What does the model read?", pieces_link(one), f"*{cut.word}* is {len(cut.pieces)} pieces to it: {pieces}."),
        ("Is that where it fails?", translate_link(one, "beam"), fails),
        ("Cause and cure", "", cure),
    )


def _case(title: str, one: Finding, *steps: tuple[str, str, str]) -> str:
    lines = [f"## {title}", f"> {one.text}"]
    for name, link, said in steps:
        lines.append(f"**[{name}]({link}).** {said}" if link else f"**{name}.** {said}")
    return "\n\n".join(lines)


def _said(translator: Translator, one: Finding, config: Config) -> str:
    [found] = translator.translate(one.text, config)
    return found.hypotheses[0].text


def _why(translator: Translator, one: Finding, config: Config) -> WhyNot:
    return why_not(translator, one.text, one.reference, config, widths=WIDTHS)


def _leaves(known: WhyNot) -> str:
    place = known.judgement.leaves_at
    assert place is not None, "an error has a place where it begins"
    token, rather = known.expected.tokens[place], known.said.tokens[place]
    return f"They part at token {place + 1}: {piece(rather.token)} was taken, {piece(token.token)} was wanted."


def _stays(known: WhyNot) -> str:
    if known.stays_from is None:
        return f"No beam of {', '.join(map(str, WIDTHS))} keeps what was expected to its end."
    return f"Beams keep what was expected from width {known.stays_from} on."


def main() -> None:
    """Prints the page."""
    print(text(), end="")


if __name__ == "__main__":
    main()
