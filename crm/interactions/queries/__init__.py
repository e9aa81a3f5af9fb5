"""Questions about contacts; each begins from what the actor may see.

`contacts`: one contact and rows of many; `timelines`: those of a record; `counting`: what is missing for the funder.
"""

from .counting import MONEY, count_facts, missing_for, missing_requirements
from .interactions import details, interaction, last_funder, last_with, load_interaction_rows, visible_to
from .rows import Details, InteractionClientRow, InteractionPartyRow, InteractionRow, LinkedRecord
from .timelines import Timeline, TimelineEntry, is_fact, timeline

__all__ = [
    "MONEY",
    "Details",
    "InteractionClientRow",
    "InteractionPartyRow",
    "InteractionRow",
    "LinkedRecord",
    "Timeline",
    "TimelineEntry",
    "count_facts",
    "details",
    "interaction",
    "is_fact",
    "last_funder",
    "last_with",
    "load_interaction_rows",
    "missing_for",
    "missing_requirements",
    "timeline",
    "visible_to",
]
