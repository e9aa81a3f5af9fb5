"""Log, change and resolve interactions; save inquiries."""

from . import dependents, leaving  # they register themselves
from .bulk_log import InteractionToLog, log_interactions
from .details import ClientMinutes, InteractionDetails, PartyValues
from .follow_ups import about_for_follow_ups
from .funders import set_funder
from .inquiries import save_inquiry
from .log import change_interaction, log_interaction, team_of
from .new_people import SenderDetails, add_new_organizations, add_new_people, add_sender_points, name_parts
from .resolve import move_interaction, resolve_planned
from .search_words import index_next, refresh_words
