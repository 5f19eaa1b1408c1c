"""What data asks for, measured on it: a tokenizer that fits, lengths, updates an epoch, and the time of one here."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Literal

import torch

from seq2seq_core.data.batches import Pair, make_batch, plan_batches
from seq2seq_core.data.store import TextPair, encode_pairs
from seq2seq_core.data.tokenizer import OwnTokenizer, Tokenizer, TwoVocabularies, Unit
from seq2seq_core.models import ModelConfig, make_model
from seq2seq_core.training.loss import sequence_loss
from seq2seq_core.training.sizes import Size
from seq2seq_core.training.step import precision
from seq2seq_core.training.units import Units
from seq2seq_core.types import CoreError, SpecialTokens, pick_device

SAMPLE = 20_000
"""Pairs looked at, taken evenly from all of them."""

RESERVED = 260
"""Pieces every tokenizer has: PAD, UNK, BOS, EOS and the 256 bytes."""

LONGEST = {"bpe": 200, "char": 300, "word": 200}
"""Pieces a side at most, whatever the data: attention over more says little and takes long."""

TIMED_SECONDS = 3.0

WORTHWHILE = 0.9
"""bfloat16 is taken where an update needs less than this share of the time in float32."""


@dataclass(frozen=True)
class Pace:
    """seconds: of an update, for each target position. precision: of training, as a recipe names it."""

    seconds: float
    precision: Literal["auto", "bf16"]


@dataclass(frozen=True)
class Survey:
    """What was measured on a sample, scaled to all pairs that are learnt from.

    units: what the pieces are; where the text has too few for those that were wanted, characters.
    vocab_size, source_vocab_size: of tokenizers that this text has enough of; the latter 0 where both sides share one.
    pieces: a target has on average.
    max_pieces: a side should have; too_long: share of the pairs that have more.
    updates: of an epoch. positions: target positions of an epoch, padding counted.
    """

    units: tuple[Unit, Unit]
    vocab_size: int
    source_vocab_size: int
    pieces: float
    max_pieces: int
    too_long: float
    updates: int
    positions: int
    encoded: Sequence[Pair]


def sample_of(pairs: Sequence[TextPair]) -> Sequence[TextPair]:
    """Some of the pairs, taken evenly."""
    return pairs[:: 1 + (len(pairs) - 1) // SAMPLE]


def survey(pairs: Sequence[TextPair], size: Size, units: Units, held: int) -> Survey:
    """Looks at the data with the sizes meant for so much of it.

    held: how many of the pairs are held out, and seen in no epoch.
    """
    sample = sample_of(pairs)
    tokenizer, found = _fitting_tokenizer(sample, size, units)
    encoded = encode_pairs(sample, tokenizer, max_pieces=10**9)
    lengths = [(len(source), len(target)) for source, target in encoded]
    longest = sorted(max(length) for length in lengths)
    wanted = longest[math.ceil(0.998 * len(longest)) - 1]
    max_pieces = min(max(LONGEST[unit] for unit in found), max(20, 10 * math.ceil(wanted / 10)))
    kept = [pair for pair, length in zip(encoded, lengths, strict=True) if max(length) <= max_pieces]
    if not kept:
        raise CoreError(f"no pair has sides of at most {max_pieces} pieces; split the texts into sentences")
    updates, positions = planned(kept, size.max_tokens)
    scale = (len(pairs) - held) / len(sample)
    return Survey(
        units=found,
        vocab_size=len(tokenizer),
        source_vocab_size=len(tokenizer.source) if isinstance(tokenizer, TwoVocabularies) else 0,
        pieces=sum(target for _, target in lengths) / len(lengths),
        max_pieces=max_pieces,
        too_long=1 - len(kept) / len(sample),
        updates=max(1, round(updates * scale)),
        positions=round(scale * positions),
        encoded=kept,
    )


def planned(encoded: Sequence[Pair], max_tokens: int) -> tuple[int, int]:
    """Updates of once through these pairs, and their target positions in all, padding counted."""
    plan = plan_batches([(len(source), len(target)) for source, target in encoded], max_tokens=max_tokens, seed=0)
    return len(plan), sum(len(batch) * max(len(encoded[i][1]) + 1 for i in batch) for batch in plan)


def pace_of(config: ModelConfig, encoded: Sequence[Pair], max_tokens: int) -> Pace:
    """Time of an update for each target position, from a few updates of such a model on this machine.

    On a CPU in float32 and in bfloat16, of which the faster is taken; that hangs on the processor and the sizes.
    """
    plain = Pace(_seconds_per_position(config, encoded, max_tokens, bf16=False), "auto")
    if pick_device().type != "cpu":
        return plain
    half = Pace(_seconds_per_position(config, encoded, max_tokens, bf16=True), "bf16")
    return half if half.seconds < WORTHWHILE * plain.seconds else plain


def _seconds_per_position(config: ModelConfig, encoded: Sequence[Pair], max_tokens: int, *, bf16: bool) -> float:
    device = pick_device()
    model = make_model(config).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    plan = plan_batches([(len(s), len(t)) for s, t in encoded], max_tokens=max_tokens, seed=0)
    positions, clock, begun = 0, Stopwatch(), time.monotonic()
    for number, members in enumerate(islice(cycle(plan), 12)):  # a small table is a batch or two
        batch = make_batch([encoded[i] for i in members], SpecialTokens()).to(device)
        clock.start()
        with precision(device, bf16):
            logits = model(batch.source, batch.lengths, batch.target_in)
        sequence_loss(logits, batch.target_out, pad=SpecialTokens().pad).backward()
        optimizer.step()
        optimizer.zero_grad()
        if device.type == "cuda":
            torch.cuda.synchronize()
        if number:  # the first one also sets everything up
            positions += batch.target_in.numel()
            clock.stop()
        if positions and time.monotonic() - begun > TIMED_SECONDS:
            break
    return (clock.seconds_alone() if device.type == "cpu" else clock.seconds) / max(1, positions)


class Stopwatch:
    """Seconds of several stretches of work, and those that a CPU would have taken with nothing beside it."""

    def __init__(self) -> None:
        self.seconds = self.processor_seconds = 0.0
        self.most_at_once = 1.0

    def start(self) -> None:
        """A stretch begins."""
        self._begun = time.monotonic(), time.process_time()

    def stop(self) -> None:
        """It ends."""
        wall, processor = time.monotonic() - self._begun[0], time.process_time() - self._begun[1]
        self.seconds += wall
        self.processor_seconds += processor
        self.most_at_once = max(self.most_at_once, processor / max(wall, 1e-9))

    def seconds_alone(self) -> float:
        """This process's processor time, on as many cores at once as the stretch had that was disturbed least.

        Time that went by while others had the cores does not count, so a busy machine gives the same estimate.
        """
        return self.processor_seconds / self.most_at_once


def _fitting_tokenizer(sample: Sequence[TextPair], size: Size, units: Units) -> tuple[OwnTokenizer, tuple[Unit, Unit]]:
    """One for both sides or one for each, with as many pieces as the text has; and what their pieces are."""
    pairs = list(dict.fromkeys(sample))
    if not units.two:
        tokenizer, unit = _fitting([side for pair in pairs for side in pair], size.vocab_size, units.source)
        return tokenizer, (unit, unit)
    (source, first), (target, second) = (
        _fitting([pair[side] for pair in pairs], size.vocab_size // 2, unit)
        for side, unit in enumerate((units.source, units.target))
    )
    return TwoVocabularies(source, target), (first, second)


def _fitting(text: Sequence[str], vocab_size: int, unit: Unit) -> tuple[Tokenizer, Unit]:
    """Byte-pair encoding with as many pieces as the text has, or its letters where it has hardly more; words: all."""
    letters = len(set().union(*text))
    if unit == "word":
        words = len({word for line in text for word in line.split()})
        return Tokenizer.train(text, vocab_size=RESERVED + words + 1, unit="word"), "word"
    wanted = vocab_size if letters < vocab_size / 2 else RESERVED + letters + vocab_size // 2
    while unit == "bpe" and wanted > RESERVED + letters + 200:
        try:
            return Tokenizer.train(text, vocab_size=wanted), "bpe"
        except CoreError:
            wanted = (wanted + RESERVED + letters) // 2
    return Tokenizer.train(text, vocab_size=RESERVED + letters + 1, unit="char"), "char"
