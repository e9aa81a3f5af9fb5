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
from .shows import (
    MeetingRecord,
    ParticipantRow,
    get_participant,
    get_show,
    load_participant_rows,
    organizer_of,
    visible_to,
)

__all__ = [
    "Appointment",
    "AttendedEvent",
    "AttendedRow",
    "MeetingRecord",
    "MeetingRow",
    "ParticipantRow",
    "agenda",
    "get_meeting",
    "get_participant",
    "get_show",
    "has_confidential_employer",
    "list_appointments",
    "list_attendees",
    "list_events",
    "list_participants",
    "list_staff_without_access",
    "load_meeting_interactions",
    "load_participant_rows",
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
