"""Why did the model not say this? A given translation, held against what a search found.

known = why_not(translator, "A dog runs.", "Ein Hund rennt.")
known.judgement.kind        # "same", "search error" or "model error"
known.stays_from            # the beam width from which on it is kept to its end
"""

from seq2seq_core.why_not.agreement import Agreement, agree, agreement_of, candidates_config
from seq2seq_core.why_not.diagnosis import SEGMENTATIONS, WIDTHS, WhyNot, explain, look_into, why_not
from seq2seq_core.why_not.expected import Expected, ExpectedToken, expected_of, forced
from seq2seq_core.why_not.gradients import Gradients, gradient_times_input
from seq2seq_core.why_not.judgement import Crossing, Judgement
from seq2seq_core.why_not.left_out import Occlusion, left_out
from seq2seq_core.why_not.signs import Sign, signs_of, usual_of
from seq2seq_core.why_not.true_best import RankedText, TrueBest, exact_config, true_best, true_best_of
from seq2seq_core.why_not.what_if import WordsApart, asking_for, beam_of, what_if, words_apart
from seq2seq_core.why_not.widths import MAX_WIDTH, AtWidth

__all__ = [
    "MAX_WIDTH",
    "SEGMENTATIONS",
    "WIDTHS",
    "Agreement",
    "AtWidth",
    "Crossing",
    "Expected",
    "ExpectedToken",
    "Gradients",
    "Judgement",
    "Occlusion",
    "RankedText",
    "Sign",
    "TrueBest",
    "WhyNot",
    "WordsApart",
    "agree",
    "agreement_of",
    "asking_for",
    "beam_of",
    "candidates_config",
    "exact_config",
    "expected_of",
    "explain",
    "forced",
    "gradient_times_input",
    "left_out",
    "look_into",
    "signs_of",
    "true_best",
    "true_best_of",
    "usual_of",
    "what_if",
    "why_not",
    "words_apart",
]
