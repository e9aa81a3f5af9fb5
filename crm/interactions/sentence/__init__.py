"""Reading the quick-log sentence: "met Li & Zhao at CIIE 20m prep 10m, wants HACCP cert, call Fri".

The reader proposes *chips*, each with its place in the text and whether it is sure; it saves nothing, and what it does
not understand stays as notes. English and Chinese. Readers in `durations`, `dates`, `steps` and `names` each take
spans of the text; `read.py` runs them in order.
"""

from .chips import ChipChoice, ChipKind, Draft, HeadCount, Lookup, NameMatch, NextStep, SentenceChip, When
from .read import read_sentence

__all__ = [
    "ChipChoice",
    "ChipKind",
    "Draft",
    "HeadCount",
    "Lookup",
    "NameMatch",
    "NextStep",
    "SentenceChip",
    "When",
    "read_sentence",
]
