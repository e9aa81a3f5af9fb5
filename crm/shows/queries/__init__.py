"""Queries of shows, participants and meetings."""

from .appointments import Appointment, list_appointments
from .attendance import (
    AttendedEvent,
    AttendedRow,
    list_attendees,
    list_events,
    list_participants,
    select_attendees,
    select_attending_clients,
)
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
from .shows import ParticipantRow, get_participant, get_show, load_participant_rows, organizer_of, visible_to
