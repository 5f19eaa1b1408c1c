"""Why did the model not say this? A given translation, held against what a search found.

known = why_not(translator, "A dog runs.", "Ein Hund rennt.")
known.judgement.kind        # "same", "search error" or "model error"
known.stays_from            # the beam width from which on it is kept to its end
"""

from seq2seq_core.why_not.diagnosis import SEGMENTATIONS, WIDTHS, WhyNot, beam_of, explain, look_into, why_not
from seq2seq_core.why_not.expected import Expected, ExpectedToken, expected_of, forced
from seq2seq_core.why_not.judgement import Crossing, Judgement
from seq2seq_core.why_not.left_out import Occlusion, left_out
from seq2seq_core.why_not.widths import MAX_WIDTH, AtWidth

__all__ = [
    "MAX_WIDTH",
    "SEGMENTATIONS",
    "WIDTHS",
    "AtWidth",
    "Crossing",
    "Expected",
    "ExpectedToken",
    "Judgement",
    "Occlusion",
    "WhyNot",
    "beam_of",
    "expected_of",
    "explain",
    "forced",
    "left_out",
    "look_into",
    "why_not",
]
