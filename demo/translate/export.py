"""What the Translate view shows as one page to take away."""

from __future__ import annotations

import plotly.graph_objects as go

from demo.common import export
from demo.common.attention import attention_heatmap
from demo.common.learnt import found as learnt_from
from demo.common.markup import Html, join, tag
from demo.translate import candidates, ledger, lens, translation, tree
from demo.translate.heatmap import sides
from demo.translate.state import ShownText


def trace(present: ShownText) -> str:
    """The result of the sentence looked into with every step, as ``DecodeResult.from_json`` reads it.

    Where the text has several sentences, the whole stands in it under ``text``; training sentences that were asked for
    stand under ``neighbours``.

    Raises:
        InputError: it takes too long, or nobody waits for it any more.
    """
    result, model, near = present.shown.result, present.shown.request.model, present.shown.near
    whole = {"text": _text(present)} if present.count > 1 else {}
    learnt = {"neighbours": near.to_dict()} if near else {}
    return export.trace(result, model, whole | learnt)


def _text(present: ShownText) -> dict[str, object]:
    """The whole text and its sentences."""
    return {
        "source": present.source,
        "translation": present.translation,
        "sentences": [
            {"source": each.request.text, "translation": each.result.hypotheses[each.index].text}
            for each in present.sentences
        ],
        "between": present.between,
        "not_translated": present.undone,
        "sentence": present.at + 1,
    }


def offline(present: ShownText, model: str, strategy: str, words: bool, alpha: float, beta: float) -> str:
    """The page; ``model`` and ``strategy`` are what people call them, the rest is as on the page."""
    shown = present.shown
    result, index, known = shown.result, shown.index, shown.languages
    settings = ", ".join(f"{name} {value}" for name, value in result.config.items())
    facts = {
        "Model": f"{model} ({shown.request.model})",
        "Strategy": strategy,
        "Settings": settings,
        "Cost": f"{result.forward_calls:,} steps, {result.rows_decoded:,} rows × steps, "
        f"{result.seconds * 1000:,.0f} ms on {result.device}",
        "Precision": result.precision,
    }
    said = translation.draw(result, index, len(shown.request.prefix), known.target_code)
    source = tag("p", result.source, class_="translation", lang=known.source_code, dir="auto")
    cards: list[tuple[str, Html | go.Figure]] = [(known.source, source), (known.target, said)]
    if present.count > 1:
        facts["Sentence"] = f"{present.at + 1} of {present.count}"
        cards[:0] = [
            (f"The whole text: {known.source}", _whole(present.source, known.source_code)),
            (f"The whole text: {known.target}", _whole(present.translation, known.target_code)),
        ]
    if result.hypotheses[index].attention is not None:
        title = f"Where it looked: {known.target} down, {known.source} across"
        cards.append((title, attention_heatmap(result, index, words, sides=sides(known))))
    codes = known.source_code, known.target_code
    weights = tag("p", f"Under α = {alpha:.2f} and β = {beta:.2f}.", class_="caption")
    cards += [
        (
            "What it nearly said: the candidates",
            _part("candidates", export.still(candidates.draw(result, index, known.target_code))),
        ),
        ("What it kept and threw away", _part("tree", tree.draw(result, index))),
        ("Why this word?", _part("lens", export.still(lens.draw(result, index)))),
        *([("Where did it learn this?", _part("learnt", learnt_from(near, *codes)))] if (near := shown.near) else []),
        ("Why this rank?", _part("ledger", join([weights, ledger.draw(result, alpha, beta, known.target_code)]))),
    ]
    title = f"{known.one_output}, decoded"
    return export.page(title, facts, [export.Sheet(f"Candidate {index + 1}", cards)])


def _whole(text: str, lang: str | None) -> Html:
    return tag("p", text, class_="text", lang=lang, dir="auto")


def _part(name: str, content: Html) -> Html:
    return tag("div", content, id=name, class_=name)
