"""Sentences on which each idea of the Learn view can be seen, for its buttons.

    python -m benchmarks.find_lessons --data data > demo/assets/lessons.tsv

As ``benchmarks.find_examples``, on the models that stay as they are: the twins with and without attention, and those of
dates, numbers and pronunciations. Prints of each kind the sentence on which it shows most; ``holds`` says what each
claims, and a test asks it of every sentence that ships.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import find_examples
from benchmarks.find_examples import CLEAR, GOOD, Pair, chrf, clean
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.data.tokenizer import SPACE
from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, GreedyConfig, Hypothesis, MbrConfig, SampleConfig
from seq2seq_core.limits import slip
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import left_out, why_not

CHECKPOINTS = Path(__file__).resolve().parents[1] / "checkpoints"
ATTENTION, CONTEXT, DATES, NUMBERS = "en-de-attention", "en-de-context", "dates", "numbers"
PRONUNCIATIONS = "pronunciations"
CORPUS = CorpusConfig(path="tatoeba-en-de/valid.tsv.gz")
LOOKED_AT = 80
"""Sentences of each model."""

SPOKEN = (
    Pair("the 3rd of March, 1999", "1999-03-03"),
    Pair("vendredi 13 mai 2011", "2011-05-13"),
    Pair("31 December 2025", "2025-12-31"),
)
"""Dates as people say them: the year, which is written first, is said last."""

COUNTED = (
    Pair("vierundzwanzig", "24"),
    Pair("siebenundsechzigtausendfünfhundertdreiundzwanzig", "67523"),
    Pair("quatre-vingt-dix-neuf mille", "99000"),
)
"""Numbers in words: German says the last digit before the tens."""

SPELLED = (
    Pair("highschools", "HH AY1 S K UW2 L Z"),
    Pair("praiseworthy", "P R EY1 Z W ER2 DH IY0"),
    Pair("stonewalled", "S T OW1 N W AO2 L D"),
)
"""Words that its training file does not hold, with more letters than sounds."""

LONG = 9
"""Words of a sentence that one vector has to hold."""

LETTERS = 4
"""Of a word that means something by itself."""

UNSEEN = 0.5
"""Attention in all, below which a word was hardly looked at: a word that is translated gets about 1."""

BAD = 50.0
"""chrF of a translation that is bad."""

NEEDED = 2.0
"""Nats that a reference loses without a word which it hangs on."""

RARE = ("found-wider", "coverage-loss", "cut-apart")
"""Kinds that are looked for among more sentences."""

HOT = 1.3
"""A temperature at which a sample without a filter goes astray."""

Shows = Callable[[Translator, Sequence[Pair]], list[float]]


@cache
def model(name: str) -> Translator:
    """The model of this name that ships, loaded once."""
    return Translator.load(CHECKPOINTS / name)


def fixed_context(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """How much better a translation of some length is than that of the twin without attention, where it is good."""
    better = _better(_said(model(CONTEXT), pairs, BeamConfig()), _said(translator, pairs, BeamConfig()), pairs)
    return [points if len(pair.text.split()) >= LONG else 0.0 for points, pair in zip(better, pairs, strict=True)]


def attention_moves(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """Ten for each piece that attention goes back or jumps ahead at once, where the translation is good."""
    shown = []
    for pair, result in zip(pairs, translator.translate([pair.text for pair in pairs], GreedyConfig()), strict=True):
        best = result.hypotheses[0]
        good = best.attention is not None and chrf(best.text, pair.reference) > GOOD
        looked = best.attention.argmax(1) if best.attention is not None else np.zeros(1)
        shown.append(10.0 * float(-np.diff(looked).min(initial=0)) if good else 0.0)
    return shown


def one_sound(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """Ten for each letter that no sound looks at most, where all sounds are right."""
    shown = []
    for pair, result in zip(pairs, translator.translate([pair.text for pair in pairs], GreedyConfig()), strict=True):
        best, letters = result.hypotheses[0], range(len(result.source_tokens) - 1)  # without the end sign
        right = best.attention is not None and best.text == pair.reference
        looked = set(best.attention.argmax(1).tolist()) if best.attention is not None else set()
        shown.append(10.0 * len(set(letters) - looked) if right else 0.0)
    return shown


def temperature(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """Twenty for each text more among five samples at T = 2 than at T = 0.5, where T = 1 lies between them."""
    shown = []
    for pair in pairs:
        cold, plain, hot = (
            len({one.text for one in _draw(translator, pair, SampleConfig(temperature=t, num_return_sequences=5))})
            for t in (0.5, 1.0, 2.0)
        )
        shown.append(20.0 * (hot - cold) if cold < plain <= hot else 0.0)
    return shown


def tamed(by: SampleConfig) -> Shows:
    """How much better a sample is with a filter than without, where it is good with it."""

    def shows(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
        wild = [_draw(translator, pair, SampleConfig(temperature=HOT))[0].text for pair in pairs]
        tame = [_draw(translator, pair, by)[0].text for pair in pairs]
        return _better(wild, tame, pairs)

    return shows


def mbr(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """Ten for each nat by which the translation of least risk is less probable than the beam's, where it is better."""
    shown = []
    for pair in pairs:
        beam, least = (_draw(translator, pair, config)[0] for config in (BeamConfig(), MbrConfig()))
        better = chrf(least.text, pair.reference) > chrf(beam.text, pair.reference)
        shown.append(10.0 * (beam.log_prob - least.log_prob) if better else 0.0)
    return shown


def misled(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """Ten for each nat that all tokens after a wrong word lose."""
    found = [slip(translator, pair.text) for pair in pairs]
    return [10.0 * sum(one.lost) if one else 0.0 for one in found]


@dataclass(frozen=True)
class Forgotten:
    """A word of the source that the translation passes over: it is the same without the word.

    attention: what the word got in all. worth: nats that the reference loses without it.
    """

    word: str
    attention: float
    worth: float


def forgotten(translator: Translator, pair: Pair, found: DecodeResult) -> Forgotten | None:
    """The word that got least attention, where the translation passes over it and the reference hangs on it."""
    words, hypothesis = pair.text.split(), found.hypotheses[0]
    starts = [place for place, piece in enumerate(found.source_tokens[:-1]) if piece.startswith(SPACE)]
    if hypothesis.attention is None or len(starts) != len(words):
        return None
    looked = np.add.reduceat(hypothesis.attention[:, :-1].sum(0), starts)
    long = [place for place, word in enumerate(words) if len(word) >= LETTERS and word.isalpha()]
    place = min(long, key=lambda place: float(looked[place]), default=None)
    if place is None or looked[place] > UNSEEN:
        return None
    [without] = translator.translate(" ".join(words[:place] + words[place + 1 :]), BeamConfig())
    needed = left_out(translator, pair.text, translator.target_ids(pair.text, pair.reference))
    if without.hypotheses[0].text != hypothesis.text or needed is None or needed.worth[place] < NEEDED:
        return None
    return Forgotten(words[place], float(looked[place]), needed.worth[place])


def coverage_loss(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """Ten for each nat that the reference loses without a word which was overlooked, where the translation is bad."""
    shown = []
    for pair, found in zip(pairs, translator.translate([pair.text for pair in pairs], BeamConfig()), strict=True):
        bad = chrf(found.hypotheses[0].text, pair.reference) < BAD
        lost = forgotten(translator, pair, found) if bad else None
        shown.append(10.0 * lost.worth if lost else 0.0)
    return shown


@dataclass(frozen=True)
class CutWord:
    """A word of the source that was cut into several pieces, and what was written while looking at it.

    probability: the geometric mean of what was written; others: the least such mean of any other word.
    """

    word: str
    pieces: tuple[str, ...]
    written: str
    probability: float
    others: float


def cut_word(found: DecodeResult) -> CutWord | None:
    """The word that was cut into most pieces, with what looked at it most."""
    hypothesis, pieces = found.hypotheses[0], found.source_tokens[:-1]
    words = np.cumsum([piece.startswith(SPACE) or not piece.isalpha() for piece in pieces]) - 1
    if hypothesis.attention is None or not len(words):
        return None
    counts = np.bincount(words)
    cut = int(counts.argmax())
    looks = words[hypothesis.attention[:-1, :-1].argmax(1)]
    told = np.array(hypothesis.token_log_probs[:-1])
    means = {int(word): float(np.exp(told[looks == word].mean())) for word in np.unique(looks)}
    if cut not in means or len(means) < 2:
        return None
    spelled = tuple(piece for piece, at in zip(pieces, words, strict=True) if at == cut)
    written = "".join(token for token, at in zip(hypothesis.tokens, looks, strict=False) if at == cut)
    return CutWord(
        "".join(spelled).replace(SPACE, ""), spelled, written.replace(SPACE, " ").strip(" .,?!"), means[cut],
        min(mean for word, mean in means.items() if word != cut),
    )  # fmt: skip


def cut_apart(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """Ten for each piece of a word that was cut apart, where just there the model is least sure, and wrong."""
    shown = []
    for pair, found in zip(pairs, translator.translate([pair.text for pair in pairs], BeamConfig()), strict=True):
        cut = cut_word(found)
        bad = chrf(found.hypotheses[0].text, pair.reference) < GOOD
        fails = bad and cut is not None and cut.probability < cut.others and cut.written not in pair.reference
        shown.append(10.0 * len(cut.pieces) if cut is not None and fails else 0.0)
    return shown


def found_wider(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """How much better a beam is than greedy search, where greedy search missed what the model likes better."""
    better = find_examples.KINDS["beam-over-greedy"](translator, pairs)
    promising = [pair if points >= CLEAR else None for pair, points in zip(pairs, better, strict=True)]
    return [
        points if pair is not None and _missed(translator, pair) else 0.0
        for pair, points in zip(promising, better, strict=True)
    ]


def _missed(translator: Translator, pair: Pair) -> bool:
    """Whether greedy search makes a search error on it, and a beam of five keeps the reference to its end."""
    known = why_not(translator, pair.text, pair.reference, GreedyConfig(), widths=(5,), segmentations=0)
    return known.judgement.kind == "search error" and known.stays_from is not None


KINDS: dict[str, Shows] = {
    "fixed-context": fixed_context,
    "attention-moves": attention_moves,
    "one-sound": one_sound,
    "temperature": temperature,
    "top-k": tamed(SampleConfig(temperature=HOT, top_k=3)),
    "top-p": tamed(SampleConfig(temperature=HOT, top_p=0.5)),
    "mbr": mbr,
    "misled": misled,
    "found-wider": found_wider,
    "coverage-loss": coverage_loss,
    "cut-apart": cut_apart,
    **{name: shows for name, shows in find_examples.KINDS.items() if name != "empty-is-best"},
}
"""What each kind of example shows, as a number: the more the better, and at least ``CLEAR``."""


def holds(kind: str, name: str, text: str, reference: str) -> bool:
    """Whether the sentence shows with the model of this name what its kind claims."""
    return KINDS[kind](model(name), [Pair(text, reference)])[0] >= CLEAR


def _better(worse: Sequence[str], than: Sequence[str], pairs: Sequence[Pair]) -> list[float]:
    scores = [(chrf(a, p.reference), chrf(b, p.reference)) for a, b, p in zip(worse, than, pairs, strict=True)]
    return [two - one if two > GOOD else 0.0 for one, two in scores]


def _said(translator: Translator, pairs: Sequence[Pair], config: Config) -> list[str]:
    return [result.hypotheses[0].text for result in translator.translate([pair.text for pair in pairs], config)]


def _draw(translator: Translator, pair: Pair, config: Config) -> Sequence[Hypothesis]:
    """One sentence alone, since random numbers hang on its place."""
    return translator.translate(pair.text, config)[0].hypotheses


def main() -> None:
    """Prints a table: model, kind, text, reference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--only", nargs="+", choices=tuple(KINDS), help="these kinds alone, of the twin with attention")
    flags = parser.parse_args()
    many = clean(read_corpus(CORPUS, flags.data))[: 5 * LOOKED_AT]
    rows = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    rows.writerow(["model", "kind", "text", "reference"])
    moves = ("attention-moves",)
    others = (
        ()
        if flags.only
        else (
            (CONTEXT, ("misled", "model-error"), many),
            (DATES, moves, SPOKEN),
            (NUMBERS, moves, COUNTED),
            (PRONUNCIATIONS, ("one-sound",), SPELLED),
        )
    )
    own = flags.only or tuple(kind for kind in KINDS if kind != "one-sound")  # letters are no pieces of sentences
    for name, kinds, sentences in ((ATTENTION, own, many), *others):
        for kind in kinds:
            among = sentences if kind in RARE else sentences[:LOOKED_AT]
            shown = KINDS[kind](model(name), among)
            place = max(range(len(among)), key=shown.__getitem__)
            print(f"{name} {kind}: {shown[place]:.0f}", file=sys.stderr, flush=True)
            if shown[place] >= CLEAR:
                rows.writerow([name, kind, among[place].text, among[place].reference])
                sys.stdout.flush()


if __name__ == "__main__":
    main()
