"""Change shows, participants, and meetings."""

from .meetings import link_interaction, save_meeting, set_meeting_state, set_note
from .participants import add_participants, remove_participant, save_participant
from .shows import move_meetings, save_show

__all__ = [
    "add_participants",
    "link_interaction",
    "move_meetings",
    "remove_participant",
    "save_meeting",
    "save_participant",
    "save_show",
    "set_meeting_state",
    "set_note",
]
