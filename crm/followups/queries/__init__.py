"""Queries of follow-ups."""

from .followups import (
    MANY,
    find_cadence,
    from_source,
    get_follow_up,
    load_follow_up_rows,
    load_timeline_follow_ups,
    of_record,
    visible_to,
)
from .next_steps import NextStepRow, load_next_steps
from .rows import AboutRow, FollowUpRow, about_of_many, zone_of
from .similar import find_similar

__all__ = [
    "MANY",
    "AboutRow",
    "FollowUpRow",
    "NextStepRow",
    "about_of_many",
    "find_cadence",
    "find_similar",
    "from_source",
    "get_follow_up",
    "load_follow_up_rows",
    "load_next_steps",
    "load_timeline_follow_ups",
    "of_record",
    "visible_to",
    "zone_of",
]
