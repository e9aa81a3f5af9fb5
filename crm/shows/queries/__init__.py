"""Queries of shows, participants and meetings."""

from .appointments import Appointment, list_appointments
from .attendance import AttendedEvent, AttendedRow, list_attendees, list_events, list_participants, select_attendees
from .meetings import (
    MeetingRow,
    agenda,
    get_meeting,
    has_confidential_employer,
    list_staff_without_access,
    load_meeting_interactions,
    may_see_meeting,
    meeting_prefill,
    meeting_row,
    meeting_rows,
    people_of,
    staff_of,
    visible_meetings,
)
from .shows import GoingRow, MeetingRecord, get_going, get_show, going_to, organizer_of, visible_to

__all__ = [
    "Appointment",
    "AttendedEvent",
    "AttendedRow",
    "GoingRow",
    "MeetingRecord",
    "MeetingRow",
    "agenda",
    "get_going",
    "get_meeting",
    "get_show",
    "going_to",
    "has_confidential_employer",
    "list_appointments",
    "list_attendees",
    "list_events",
    "list_participants",
    "list_staff_without_access",
    "load_meeting_interactions",
    "may_see_meeting",
    "meeting_prefill",
    "meeting_row",
    "meeting_rows",
    "organizer_of",
    "people_of",
    "select_attendees",
    "staff_of",
    "visible_meetings",
    "visible_to",
]
