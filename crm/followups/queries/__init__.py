"""Queries of follow-ups."""

from .followups import MANY, around, cadence, from_source, get_follow_up, of_record, to_dos, visible_to
from .next_steps import NextStepRow, load_next_steps
from .rows import About, ToDo, about_of_many, zone_of
from .similar import find_similar

__all__ = [
    "MANY",
    "About",
    "NextStepRow",
    "ToDo",
    "about_of_many",
    "around",
    "cadence",
    "find_similar",
    "from_source",
    "get_follow_up",
    "load_next_steps",
    "of_record",
    "to_dos",
    "visible_to",
    "zone_of",
]
