"""The meetings in the emails about meetings at shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crm.answers.links import AnswerLinks
from crm.answers.policy import meeting_target
from crm.core.i18n import formats
from crm.core.words import _, join_facts
from crm.reminders.queries.readers import Reader
from crm.reminders.queries.show_meetings import OwnMeeting
from crm.shows.policy import seat

StaffMeeting = tuple[OwnMeeting, str]
"""A meeting, with the name of the user for whom the reader covers; "" for an own meeting."""


class MeetingLine(NamedTuple):
    when: str
    title: str
    details: str
    answer_path: str = ""


def merge_meetings(meetings: Iterable[StaffMeeting]) -> list[StaffMeeting]:
    """Return each meeting once, by time; those that the reader attends as own."""
    by_id: dict[int, StaffMeeting] = {}
    for row, name in meetings:
        by_id.setdefault(row.id, (row, name))
    return sorted(by_id.values(), key=lambda pair: (pair[0].starts_at, pair[0].id))


def list_names(meetings: Sequence[StaffMeeting]) -> list[str]:
    """Return the users for whom the reader covers; none if the reader attends a meeting."""
    names = [name for _row, name in meetings]
    return list(dict.fromkeys(names)) if all(names) else []


def describe_meetings(reader: Reader, meetings: Sequence[StaffMeeting], now: datetime) -> list[MeetingLine]:
    """Return the meetings of an email, each with the link that answers how it went."""
    links = AnswerLinks(reader.actor.id or 0, reader.today(now))
    lines = [_add_name(describe_meeting(row), name) for row, name in meetings]
    paths = [links.for_item(meeting_target(row.id)) for row, _name in meetings]
    return [line._replace(answer_path=path) for line, path in zip(lines, paths, strict=True)]


def build_show_facts(reader: Reader, meetings: Sequence[StaffMeeting], now: datetime) -> dict[str, Any]:
    """Return what an email says about meetings at one show: `meetings` are not empty, and by time."""
    first, _name = meetings[0]
    return {
        "show": first.show,
        "day": formats.day(first.wall.date(), weekday=True),
        "first": formats.both_clocks(first.starts_at, first.zone),
        "path": first.path,
        "lines": describe_meetings(reader, meetings, now),
        "covered": list_names(meetings),
    }


def _add_name(line: MeetingLine, name: str) -> MeetingLine:
    parts = (_("for %(name)s", name=name) if name else "", line.details)
    return line._replace(details=join_facts(parts))


def describe_meeting(row: OwnMeeting) -> MeetingLine:
    """Return a meeting; of a confidential one only the time."""
    when = formats.clock_time(row.wall)
    if row.confidential:
        return MeetingLine(when, _("confidential meeting"), "")
    parts = (row.native_title, row.other_host, row.client_text, seat(row.table or ""))
    return MeetingLine(when, row.title, join_facts(parts))
