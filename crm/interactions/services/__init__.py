"""Log contacts, change and settle them; take an inquiry."""

from . import following  # noqa: F401 - it registers itself
from .inquiries import take_inquiry
from .log import about_for_follow_ups, change_interaction, log_interaction, team_of
from .many import ToLog, log_interactions
from .settle import before_tries, move_interaction, settle_planned, take_back
from .strangers import add_strangers, name_parts
from .told import ForClient, Party, Told

__all__ = [
    "ForClient",
    "Party",
    "ToLog",
    "Told",
    "about_for_follow_ups",
    "add_strangers",
    "before_tries",
    "change_interaction",
    "log_interaction",
    "log_interactions",
    "move_interaction",
    "name_parts",
    "settle_planned",
    "take_back",
    "take_inquiry",
    "team_of",
]
