"""What a model's build costs: one sentence through several models, what each needs of the source and of its own past.

known = returned(beside(translator, "A dog runs.", "Ein Hund rennt."))
known.said, known.expected      # what it says and a common reference, token by token
known.left_out                  # what each source word is worth to it
known.slip                      # a wrong word put into its mouth, and how long it needs to recover
list(measure(translator, "A dog runs."))    # what decoding costs here and now
"""

from seq2seq_core.limits.beside import Beside, beside
from seq2seq_core.limits.cost import SearchCost, cost_of, measure, read_at_once, trials
from seq2seq_core.limits.reach import PLACES, worth_by_place
from seq2seq_core.limits.slip import RECOVERED, Slip, slip

__all__ = [
    "PLACES",
    "RECOVERED",
    "Beside",
    "SearchCost",
    "Slip",
    "beside",
    "cost_of",
    "measure",
    "read_at_once",
    "slip",
    "trials",
    "worth_by_place",
]
