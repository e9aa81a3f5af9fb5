"""Change shows, participants, and meetings."""

from .meetings import link_interaction, save_meeting, set_meeting_state, set_note
from .participants import add_participants, remove_participant, save_participant
from .shows import move_meetings, save_show
