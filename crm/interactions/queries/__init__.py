"""Queries of interactions, starting from what is visible to the actor.

`interactions`: single ones and rows; `timelines`: those of a record; `counting`: facts that funders require.
"""

from .counting import MONEY, ClientHistory, count_facts, load_client_histories, missing_for, missing_requirements
from .files import list_files_of_interactions
from .interactions import get_interaction, load_details, load_interaction_rows, load_staff_names, visible_to
from .latest import find_last_interaction, last_funder, last_funder_of
from .rows import InteractionClientRow, InteractionContents, InteractionPartyRow, InteractionRow, LinkedRecord
from .timelines import LINKED, EventSource, Timeline, TimelineEntry, TimelineEvent, is_fact, timeline

__all__ = [
    "LINKED",
    "MONEY",
    "ClientHistory",
    "EventSource",
    "InteractionClientRow",
    "InteractionContents",
    "InteractionPartyRow",
    "InteractionRow",
    "LinkedRecord",
    "Timeline",
    "TimelineEntry",
    "TimelineEvent",
    "count_facts",
    "find_last_interaction",
    "get_interaction",
    "is_fact",
    "last_funder",
    "last_funder_of",
    "list_files_of_interactions",
    "load_client_histories",
    "load_details",
    "load_interaction_rows",
    "load_staff_names",
    "missing_for",
    "missing_requirements",
    "timeline",
    "visible_to",
]
