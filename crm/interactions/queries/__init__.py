"""Queries of interactions, starting from what is visible to the actor.

`interactions`: single ones and rows; `timelines`: those of a record; `counting`: facts that funders require.
"""

from .counting import MONEY, ClientHistory, count_facts, load_client_histories, missing_for, missing_requirements
from .files import list_files_of_interactions
from .interactions import get_interaction, load_details, load_staff_names, visible_to
from .latest import find_last_interaction, last_funder, last_funder_of
from .rows import InteractionContents, InteractionPartyRow, LinkedRecord
from .timelines import LINKED, EventSource, TimelineEntry, TimelineEvent, is_fact, timeline
