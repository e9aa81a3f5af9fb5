"""Queries of shows, participants and meetings."""

from .appointments import Appointment, list_appointments
from .meetings import (
    MeetingRow,
    agenda,
    load_meeting_interactions,
    meeting,
    meeting_prefill,
    meeting_row,
    meeting_rows,
    people_of,
    staff_of,
    visible_meetings,
)
from .shows import GoingRow, MeetingRecord, going, going_to, organizer_of, show, visible_to

__all__ = [
    "Appointment",
    "GoingRow",
    "MeetingRecord",
    "MeetingRow",
    "agenda",
    "going",
    "going_to",
    "list_appointments",
    "load_meeting_interactions",
    "meeting",
    "meeting_prefill",
    "meeting_row",
    "meeting_rows",
    "organizer_of",
    "people_of",
    "show",
    "staff_of",
    "visible_meetings",
    "visible_to",
]
