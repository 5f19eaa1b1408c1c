"""What the field's terms on the page mean, a press away from where they stand."""

from __future__ import annotations

from collections.abc import Mapping

from demo.common.markup import Html, tag

ID = "glossary"

TERMS = {
    "piece": "What the model reads and writes: a frequent word, or a part of a rarer one. A · stands before a piece "
    "that goes on with a word; ␣ is a space.",
    "∎, the end sign": "The piece that ends a sentence. The model must choose it, as it chooses words.",
    "P": "The probability that the model gives to a piece, or to a whole output.",
    "log P": "The natural logarithm of P, always 0 or less; nearer to 0 is likelier. Those of all pieces add up "
    "to that of the output.",
    "nat": "The unit of log P and of entropy. One nat less is a probability 2.7 times smaller.",
    "entropy": "How undecided the model is before a piece, in nats: 0 where it is certain, 0.7 between two equal ones.",
    "t": "The number of pieces of an output, the end sign counted.",
    "score": "What candidates are ranked by: log P, made fair to long outputs by a length penalty.",
    "α, alpha": "How much the length penalty counts: at 0 the score is log P, at 1 its mean over the pieces.",
    "β, beta": "How much the coverage penalty counts: source words that were never looked at cost something.",
    "attention": "How much the model looks at each source word while it writes a piece; its weights add up to 1.",
    "beam, search tree": "Several beginnings that are followed at once, the best of which are kept after every step.",
    "step": "One call of the model, for all rows, that is beginnings, at once; rows × steps is what is computed.",
    "chrF, BLEU": "Likeness to a reference, 0 to 100: by letters, and by runs of words.",
}


def button() -> Html:
    """Opens the glossary."""
    return tag("button", "What do the words mean?", type="button", popovertarget=ID, class_="ask-words")


def draw(strategies: Mapping[str, str]) -> Html:
    """The glossary, once on a page; hidden until a button opens it.

    Args:
        strategies: what each does, by the field's term.
    """
    rows = [tag("div", tag("dt", name), tag("dd", meaning)) for name, meaning in {**TERMS, **strategies}.items()]
    close = tag("button", "Close", type="button", popovertarget=ID, popovertargetaction="hide")
    top = tag("header", tag("h2", "What the words mean"), close)
    return tag("div", top, tag("dl", rows), id=ID, popover="auto", role="dialog", aria_label="What the words mean")
