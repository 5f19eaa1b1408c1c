"""Where the app has the core do something: finds and loads models, validates requests, runs them.

The rest of the app knows the core's results, its strategies and their settings, and nothing that runs. Of the modules
here, ``served`` knows the models, ``wishes`` validates, ``budget`` says what may be taken, ``running`` runs within
deadlines, and ``groups`` decides who is decoded when and with whom.
"""

from demo.service.about import log_of as log_of
from demo.service.about import picture_of as picture_of
from demo.service.about import piece_lengths as piece_lengths
from demo.service.about import pieces_of as pieces_of
from demo.service.budget import DOCUMENT_CHUNK as DOCUMENT_CHUNK
from demo.service.files import DOCUMENT_FORMATS as DOCUMENT_FORMATS
from demo.service.files import DOCUMENT_LIMITS as DOCUMENT_LIMITS
from demo.service.files import MAX_UNIT as MAX_UNIT
from demo.service.files import read_document as read_document
from demo.service.quality import agreement as agreement
from demo.service.quality import groups_of as groups_of
from demo.service.quality import least_resampled as least_resampled
from demo.service.quality import ngrams_apart as ngrams_apart
from demo.service.quality import resampled_quality as resampled_quality
from demo.service.quality import sentence_chrf as sentence_chrf
from demo.service.quality import sentence_quality as sentence_quality
from demo.service.quality import utility_matrix as utility_matrix
from demo.service.running import CHUNK as CHUNK
from demo.service.running import Part as Part
from demo.service.running import Service as Service
from demo.service.wishes import MOST_BESIDE as MOST_BESIDE
from demo.service.wishes import MOST_CANDIDATES as MOST_CANDIDATES
from demo.service.wishes import MOST_SECONDS as MOST_SECONDS
from demo.service.wishes import Asked as Asked
from demo.service.wishes import AskedBeside as AskedBeside
from demo.service.wishes import AskedNear as AskedNear
from demo.service.wishes import AskedText as AskedText
from demo.service.wishes import AskedWhy as AskedWhy
from demo.service.work import DoneUnit as DoneUnit
from demo.service.work import Draft as Draft
from seq2seq_core.about import LoggedEvent as LoggedEvent
from seq2seq_core.about import PieceLengths as PieceLengths
from seq2seq_core.decoding.next_token import Foreseen as Foreseen
from seq2seq_core.limits import SearchCost as SearchCost
from seq2seq_core.why_not import MAX_WIDTH as MAX_WIDTH
from seq2seq_core.why_not import true_best_of as true_best_of
from seq2seq_core.worked import TEMPERATURES as TEMPERATURES
from seq2seq_core.worked import beam_by_hand as beam_by_hand
from seq2seq_core.worked import softmax_at as softmax_at
