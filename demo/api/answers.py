"""What the endpoints answer, as plain values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from demo.common.export import TOO_LONG, WRITING, plain
from demo.common.stopping import Watch
from demo.common.text_input import joined
from demo.compare.figures import figures, timed
from demo.learn.lessons import lessons
from demo.learn.pages import LearnPage, body
from demo.learn.tables import TABLES
from seq2seq_core.decoding import AnyStrategy, DecodeResult, options

if TYPE_CHECKING:
    from demo.common.contestant import Contestant
    from demo.models import KnownModel
    from demo.service import Asked, AskedBeside, AskedText, LoggedEvent, PieceLengths, SearchCost
    from seq2seq_core.limits import Beside
    from seq2seq_core.why_not import TrueBest, WhyNot

Plain = dict[str, Any]

TOLD = ("title", "source_language", "target_language", "licence", "licence_terms", "training", "scores")
"""What metrics.json says of a model and the endpoint hands on."""


def translation(results: Sequence[DecodeResult], asked: AskedText, trace: bool) -> Plain:
    """A text's one sentence, or under ``sentences`` all; with attention and steps where ``trace`` asks for them.

    Raises:
        InputError: it takes too long, or nobody waits for it any more.
    """
    watch = Watch(WRITING, TOO_LONG)
    sentences = [_sentence(result, trace, watch) for result in results]
    whole = joined([sentence["text"] for sentence in sentences], asked.between)
    told = {"text": whole, "note": asked.note, "model": asked.sentences[0].model}
    if len(sentences) == 1:
        return {**told, **sentences[0], "text": whole}
    return {
        **told,
        "source": joined([request.text for request in asked.sentences], asked.between),
        "sentences": sentences,
        "between": list(asked.between),
    }


def _sentence(result: DecodeResult, trace: bool, watch: Watch) -> Plain:
    """A result as the command line's --json writes it, behind its best text."""
    values = plain(result if trace else _bare(result), watch)
    if not trace:
        for name in ("steps", "beginnings"):
            del values[name]
        for hypothesis in values["hypotheses"]:
            del hypothesis["attention"]
    return {"text": result.hypotheses[0].text if result.hypotheses else "", **values}


def _bare(result: DecodeResult) -> DecodeResult:
    """Without what is written down only where somebody asks for it."""
    hypotheses = tuple(dataclasses.replace(hypothesis, attention=None) for hypothesis in result.hypotheses)
    return dataclasses.replace(result, steps=(), hypotheses=hypotheses)


def explained(known: WhyNot, request: Asked) -> Plain:
    """Why a translation that was expected is not what the model says, attention left out."""
    judged, expected, found = known.judgement, known.expected, known.found.hypotheses[0]
    return {
        "model": request.model,
        "source": known.source,
        "note": request.note,
        "expected": expected.hypothesis.text,
        "found": found.text,
        "kind": judged.kind,
        "verdict": known.verdict,
        "evidence": list(known.evidence),
        "log_prob": expected.hypothesis.log_prob,
        "found_log_prob": found.log_prob,
        "empty_log_prob": known.empty.hypothesis.log_prob,
        "score": judged.score,
        "found_score": judged.found_score,
        "tokens": [{**dataclasses.asdict(token), "lost": token.lost} for token in expected.tokens],
        "words": _worth(known),
        "signs": [{**dataclasses.asdict(sign), "outside": sign.outside, "said": sign.said} for sign in known.signs],
        "missing_words": list(known.apart.missing),
        "extra_words": list(known.apart.extra),
        "stays_from": known.stays_from,
        "widths": [{**dataclasses.asdict(one), "rivals": list(one.rivals)} for one in known.widths],
    }


def true_best(found: TrueBest) -> Plain:
    """What exact search found, without what a translation has beside its text."""
    return {
        "text": found.result.hypotheses[0].text,
        "log_prob": found.result.hypotheses[0].log_prob,
        "proven": found.proven,
        "upper_bound": found.upper_bound,
        "forward_calls": found.result.forward_calls,
        "said": found.said,
        "ranked": [dataclasses.asdict(each) for each in found.ranked],
    }


def beside(found: Sequence[Beside], asked: AskedBeside, timed: Sequence[Sequence[SearchCost]] | None = None) -> Plain:
    """What each model makes of a sentence, attention left out, and what its searches took where they were timed."""
    models = [_of_model(one) for one in found]
    for model, costs in zip(models, timed or (), strict=timed is not None):
        model["costs"] = [dataclasses.asdict(cost) for cost in costs]
    return {"source": asked.requests[0].text, "reference": asked.reference, "models": models}


def idea(known: LearnPage) -> Plain:
    """What a page of Learn is called."""
    return {"name": known.key, "title": known.title, "group": known.group}


def page(known: LearnPage, models: Mapping[str, str]) -> Plain:
    """A page of Learn as Markdown, and what its buttons open; ``models`` are those that are here, with their titles."""
    see = [dataclasses.asdict(one) for kind in known.see for one in lessons(kind, models)]
    return {**idea(known), "text": body(known, TABLES, models), "see": see}


def _of_model(one: Beside) -> Plain:
    occluded, wanted = one.left_out, one.expected
    worth = zip(occluded.words, occluded.worth, strict=True) if occluded else ()
    slip = one.slip and {**dataclasses.asdict(one.slip), "recovers_after": one.slip.recovers_after}
    return {
        "model": one.model,
        "text": one.found.hypotheses[0].text,
        "log_prob": one.said.hypothesis.log_prob,
        "tokens": [dataclasses.asdict(token) for token in one.said.tokens],
        "reference_log_prob": wanted.hypothesis.log_prob if wanted else None,
        "reference_tokens": [dataclasses.asdict(token) for token in wanted.tokens] if wanted else [],
        "words": [{"word": word, "lost": lost} for word, lost in worth],
        "slip": slip,
    }


def _worth(known: WhyNot) -> list[Plain]:
    """Each source word, its attention, the nats lost without it, gradient times input, whether it carries unseen."""
    occluded = known.left_out
    if occluded is None:
        return []
    looked, slope = occluded.coverage, occluded.slope
    return [
        {
            "word": word,
            "attention": looked[place] if looked else None,
            "lost": lost,
            "gradient": slope[place] if slope else None,
            "unseen": place in occluded.unseen,
        }
        for place, (word, lost) in enumerate(zip(occluded.words, occluded.worth, strict=True))
    ]


def scored(result: DecodeResult, request: Asked) -> Plain:
    """Forced decoding of a target, under the names of the command line's score --json."""
    forced = result.hypotheses[0]
    return {
        "model": request.model,
        "source": result.source,
        "target": forced.text,
        "log_prob": forced.log_prob,
        "tokens": list(forced.tokens),
        "token_log_probs": list(forced.token_log_probs),
        "ranks": list(forced.ranks or ()),
        "entropies": list(forced.entropies or ()),
    }


def card(contestant: Contestant, request: Asked) -> Plain:
    """What a card of a comparison ran, every setting named."""
    settings = {field.name: getattr(request.config, field.name) for field in options(request.config)}
    return {
        "name": contestant.name,
        "strategy": contestant.strategy,
        "settings": settings,
        "model": request.model,
    }


def row(results: Sequence[DecodeResult], reference: str) -> Plain:
    """What came of a card: its first result, and median and range of the times of all."""
    known = figures(results[0], reference)
    if len(results) > 1:
        known = timed(known, tuple(1000 * result.seconds for result in results))
    return {**dataclasses.asdict(known), "runs": known.runs, "range": list(known.range) if known.range else None}


def model(known: KnownModel) -> Plain:
    """What a model is: its metadata, its shape and the number of its weights."""
    told = {name: known.metadata[name] for name in TOLD if name in known.metadata}
    return {"name": known.name, **told, **dataclasses.asdict(known.shape), "weights": known.weights}


def about(name: str, log: Sequence[LoggedEvent], lengths: Sequence[PieceLengths], pieces: Sequence[str]) -> Plain:
    """How a model learnt, how long the pieces of its vocabularies are, and those of a text."""
    return {
        "name": name,
        "log": [dataclasses.asdict(event) for event in log],
        "piece_lengths": [each.to_dict() for each in lengths],
        "pieces": list(pieces),
    }


def strategy(of: AnyStrategy) -> Plain:
    """A strategy and what may be set in it."""
    return {
        "name": of.name,
        "label": of.label,
        "summary": of.summary,
        "settings": [_setting(field) for field in options(of.Config)],
    }


def _setting(field: dataclasses.Field[Any]) -> Plain:
    meta = field.metadata
    return {
        "name": field.name,
        "label": meta["label"],
        "type": type(field.default).__name__,
        "default": field.default,
        "min": meta["min"],
        "max": meta["max"],
        "choices": list(meta["choices"]) if meta["choices"] else None,
        "help": meta["help"],
    }
