"""Queries of follow-ups."""

from .followups import (
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
