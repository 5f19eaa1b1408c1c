"""Where did it learn this? The training sentences in which the decoder was in nearly the same state, and what followed.

near = nearest(translator, load_index("checkpoints/en-de"), "A dog runs.", token_ids, place=1)
near.found[0].source, near.found[0].word, near.found[0].likeness

States with what followed them are a memory of the training text (k-nearest-neighbour translation: Khandelwal et al.
2021, arXiv 2010.00710); that one may be shown them beside a step is from Seq2Seq-Vis (Strobelt et al. 2019, arXiv
1804.09299).
"""

from seq2seq_core.neighbours.build import DEFAULT_STATES, build
from seq2seq_core.neighbours.index import FILE, NeighbourIndex, has_index, load_index, save_index
from seq2seq_core.neighbours.nearest import DEFAULT_COUNT, Neighbour, Neighbours, nearest

__all__ = [
    "DEFAULT_COUNT",
    "DEFAULT_STATES",
    "FILE",
    "Neighbour",
    "NeighbourIndex",
    "Neighbours",
    "build",
    "has_index",
    "load_index",
    "nearest",
    "save_index",
]
