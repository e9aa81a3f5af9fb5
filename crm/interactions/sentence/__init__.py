"""Parser of quick-log sentences: "met Li & Zhao at CIIE 20m prep 10m, wants HACCP cert, call Fri".

The result are *chips*, each with its position in the text and whether it is certain; the rest of the text becomes
notes. English and Chinese. The parsers in `durations`, `dates`, `next_steps` and `names` each take
parts of the text; `read.py` runs them in order. Nothing is saved.
"""

from .chips import ChipKind, Draft, HeadCount, LocalMoment, NameMatch, NextStep, SentenceChip
from .read import read_sentence
