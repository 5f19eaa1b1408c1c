"""What is known of an expected translation, in sentences: the same for the page, the command line and programs."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from seq2seq_core.why_not.judgement import MAX_ALPHA, Crossing
from seq2seq_core.why_not.widths import AtWidth

if TYPE_CHECKING:
    from seq2seq_core.why_not.diagnosis import WhyNot

NAMES = {"none": "log P", "avg": "log P / t^α", "gnmt": "log P / ((5+t)/6)^α"}

ENDS, SPACE = "the end", "a space"

_BYTE = re.compile("<0x([0-9A-F]{2})>")


def verdict(known: WhyNot) -> str:
    """Search error or model error, in one sentence."""
    judged, by = known.judgement, _score_name(known)
    scores = f"{judged.score:.3f} against {judged.found_score:.3f} ({by})"
    if judged.kind == "same":
        return "This is what the model says."
    if judged.kind == "search error":
        return (
            f"Search error: the model scores this translation higher than what the search found, {scores}; "
            "a better search would have found it, or something better still."
        )
    return f"Model error: the model prefers what it said, {scores}; no search by this score would say the other."


def evidence(known: WhyNot) -> tuple[str, ...]:
    """What speaks for the verdict, and what would turn it, a sentence each."""
    judged = known.judgement
    lines = [] if judged.kind == "same" else [_behind(judged.behind), _leaves(known), _worst(known)]
    lines += [_spelling(known)]
    lines += [] if judged.kind == "same" else [_crossings(judged.crossings)]
    lines += [_kept(known), _empty(known), _words(known), _unseen(known)]
    return tuple(line for line in lines if line)


def piece(token: str) -> str:
    """A piece as one reads it in a sentence; what cannot be seen is named."""
    if token == "</s>":
        return ENDS
    if byte := _BYTE.fullmatch(token):
        token = chr(int(byte[1], 16))
        if not (token.isascii() and token.isprintable()):
            return f"the byte 0x{byte[1]}"
    seen = token.replace("▁", " ").strip()
    return f"“{seen}”" if seen else SPACE


def _score_name(known: WhyNot) -> str:
    config = known.scored_by
    name = NAMES[config.length_penalty_type]
    at = "" if config.length_penalty_type == "none" else f", α = {config.length_penalty:g}"
    return f"score = {name}{at}" + (f", β = {config.coverage_penalty:g}" if config.coverage_penalty else "")


def _behind(nats: float) -> str:
    if abs(nats) < 1e-4:
        return "Both are equally likely."
    # Beyond some hundred nats the factor is a number that nobody reads.
    times = f" ({math.exp(abs(nats)):,.3g} times)" if abs(nats) < 50 else ""
    return f"It is {abs(nats):.2f} nats {'less' if nats > 0 else 'more'} likely than what was found{times}."


def _leaves(known: WhyNot) -> str:
    at = known.judgement.leaves_at
    if at is None:
        return ""
    ours, theirs = known.expected.tokens[at].token, known.said.tokens[at].token
    return f"The two part at token {at + 1}: {piece(ours)} here, {piece(theirs)} in what was found."


def _worst(known: WhyNot) -> str:
    at = known.judgement.worst
    if at is None:
        return ""
    token = known.expected.tokens[at]
    return (
        f"It loses most at token {at + 1}, {piece(token.token)}, of rank {token.rank}: "
        f"{token.lost:.2f} nats less likely there than {piece(token.preferred)}."
    )


def _spelling(known: WhyNot) -> str:
    nats = known.expected.spelling
    if nats <= 0:
        return ""
    return f"It is read in its likeliest pieces; in the tokenizer's own it would be {nats:.2f} nats less likely."


def _crossings(crossings: tuple[Crossing, ...]) -> str:
    if not crossings:
        return f"No length normalisation with α from 0 to {MAX_ALPHA:g} changes which of the two is first."
    turns = " and ".join(f"{one.kind} with α {'above' if one.longer else 'below'} {one.alpha:.2f}" for one in crossings)
    return f"By length alone this translation is before the other under {turns}, and behind it else."


def _kept(known: WhyNot) -> str:
    if not known.widths:
        return ""
    widest, stays = max(one.width for one in known.widths), known.stays_from
    narrowest = min(one.width for one in known.widths)
    if stays is None:
        lost = next(one for one in known.widths if one.width == widest)
        return f"No beam up to width {widest} keeps it to its end{_lost(known, lost)}."
    if stays == narrowest:
        return f"Every beam of width {narrowest} to {widest} keeps it to its end."
    before = max((one for one in known.widths if one.width < stays), key=lambda one: one.width)
    return f"Beams keep it to its end from width {stays} on, up to {widest}{_lost(known, before)}."


def _lost(known: WhyNot, one: AtWidth) -> str:
    """Where a beam loses it, and by how much."""
    if one.step is None:
        return ""
    token = piece(known.expected.tokens[one.step].token)
    if one.outcome == "stopped":
        return f"; at width {one.width} the search was over before token {one.step + 1}, {token}"
    short = "" if one.short_by is None else f", {one.short_by:.2f} nats short"
    return f"; at width {one.width} it falls out at token {one.step + 1}, {token}{short}"


def _empty(known: WhyNot) -> str:
    empty, ours = known.empty.hypothesis.log_prob, known.expected.hypothesis.log_prob
    than = "more" if empty > ours else "less"
    return f"The empty translation has log P {empty:.2f}, {than} than this one with {ours:.2f}."


def _words(known: WhyNot) -> str:
    """The source word that it hangs on most, and the one that was looked at least."""
    occluded = known.left_out
    if occluded is None:
        return ""
    worth = occluded.worth
    most = max(range(len(worth)), key=worth.__getitem__)
    said = f"It hangs most on “{occluded.words[most]}”: without it, it is {worth[most]:.2f} nats less likely"
    looked = occluded.coverage
    if looked is None:
        return f"{said}."
    least = min(range(len(looked)), key=looked.__getitem__)
    return f"{said}; least looked at is “{occluded.words[least]}”, with {looked[least]:.2f} of attention in all."


def _unseen(known: WhyNot) -> str:
    """The source words that carry it though hardly looked at."""
    occluded = known.left_out
    if occluded is None or occluded.coverage is None or not occluded.unseen:
        return ""
    looked, worth = occluded.coverage, occluded.worth
    words = [
        f"“{occluded.words[place]}” ({looked[place]:.2f} of attention, {worth[place]:.2f} nats)"
        for place in occluded.unseen
    ]
    return f"Hardly looked at, and yet it hangs on {'them' if len(words) > 1 else 'it'}: {', '.join(words)}."
