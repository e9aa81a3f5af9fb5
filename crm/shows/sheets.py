"""Day sheets to print: for a client what it needs at the show, for a staff member also our notes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.centers import find_center
from crm.core.data.identity import Membership
from crm.core.policy import Actor

from .day import choose_day
from .models import Show
from .queries import MeetingRow, agenda, load_participant_rows
from .queries.guests import Guest, load_guests

LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "CL", "CO", "PH"})
"""Countries that print on Letter paper (Unicode CLDR, paper size US-Letter)."""


@dataclass(frozen=True)
class SheetMeeting:
    """A meeting on a sheet: the people of the other side apart from the client's and our own."""

    row: MeetingRow
    guests: list[Guest]
    client_people: list[Guest]


@dataclass(frozen=True)
class DaySheet:
    """The meetings of one client or staff member on one day; `is_internal` with our notes.

    `center` is the name of the client's center, by the team of its meetings, or of the staff member's first team.
    """

    key: str
    name: str
    native_name: str
    center: str
    is_internal: bool
    booth: str = ""
    meetings: list[SheetMeeting] = field(default_factory=list)


@dataclass(frozen=True)
class DaySheets:
    """The sheets of a day; `chosen` is the key of the only one shown, "" for all."""

    day: date
    days: list[date]
    choices: list[DaySheet]
    chosen: str
    paper: str

    @property
    def sheets(self) -> list[DaySheet]:
        return [sheet for sheet in self.choices if self.chosen in ("", sheet.key)]


def build_day_sheets(actor: Actor, show: Show, chosen_day: date | None, chosen: str | None) -> DaySheets:
    """Return the sheets of a day: one for each client, one for each staff member with meetings.

    Without a choice the actor's own, else all. Canceled meetings and wishes are left out.
    """
    by_day = agenda(actor, show.id)
    days = sorted(by_day)
    today = local_day(clock.now(), show.zone)
    day = chosen_day if chosen_day in days else choose_day(days, today) or show.starts_on
    rows = [row for row in by_day.get(day, []) if row.state.takes_slot]
    choices = _build_sheets(actor, show, rows)
    keys = {sheet.key for sheet in choices}
    own = f"staff-{actor.id}"
    default = own if own in keys else ""
    key = chosen if chosen in keys or chosen == "" else default
    paper = "letter" if actor.country in LETTER_COUNTRIES else "a4"
    return DaySheets(day, days, choices, key or "", paper)


def _build_sheets(actor: Actor, show: Show, rows: list[MeetingRow]) -> list[DaySheet]:
    guests = load_guests(actor, rows)
    booths = {row.record_id: row.booth or "" for row in load_participant_rows(actor, show.id) if row.record_id}
    staff_teams = _load_first_teams({member.id for row in rows for member in row.staff})
    centers = {team_id: find_center(team_id) for team_id in {row.team_id for row in rows} | set(staff_teams.values())}
    clients: dict[int, DaySheet] = {}
    staff: dict[int, DaySheet] = {}
    for row in rows:
        meeting = SheetMeeting(
            row,
            [guest for guest in guests[row.id] if not guest.is_ours],
            [guest for guest in guests[row.id] if guest.is_ours],
        )
        if row.client:
            label, native, booth = row.client.label, row.client.native_label, booths.get(row.client.id, "")
            key, center = f"client-{row.client.id}", centers[row.team_id]
            sheet = DaySheet(key, label or native, native, center, is_internal=False, booth=booth)
            clients.setdefault(row.client.id, sheet).meetings.append(meeting)
        for member in row.staff:
            center = centers[staff_teams.get(member.id, row.team_id)]
            sheet = DaySheet(f"staff-{member.id}", member.label, member.native_label, center, is_internal=True)
            staff.setdefault(member.id, sheet).meetings.append(meeting)
    return [
        *sorted(staff.values(), key=lambda sheet: (sheet.key != f"staff-{actor.id}", sheet.name)),
        *sorted(clients.values(), key=lambda sheet: sheet.name),
    ]


def _load_first_teams(user_ids: Collection[int]) -> dict[int, int]:
    """Return the primary team of each user; those without a team are left out."""
    stmt = sa.select(Membership.user_id, Membership.team_id).where(Membership.user_id.in_(user_ids))
    primary_last = stmt.order_by(Membership.position.desc(), Membership.team_id.desc())
    return dict(db.session.execute(primary_last).all())
