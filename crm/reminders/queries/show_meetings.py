"""The reader's own meetings at shows as lines. Each begins from what the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, join_facts
from crm.shows.models import MeetingPerson, MeetingStaff, Show, ShowMeeting
from crm.shows.policy import MeetingState, is_still_to_come, name_meeting, seat
from crm.shows.queries import has_confidential_employer, visible_meetings

from .items import DigestItem

OPEN = tuple(state for state in MeetingState if state.takes_slot and not state.is_over)
MAX_MEETINGS = 500
"""More than a user has at shows in the month that a calendar looks back."""
UNCONFIRMED_DAYS = 7
"""How many days Today asks whether a meeting took place."""


class OwnMeeting(NamedTuple):
    """A meeting that the reader attends; `guests` are names with the native ones, at most those that may be named."""

    id: int
    show_id: int
    show: str
    starts_at: datetime
    wall: datetime
    zone: str
    minutes: int
    table: str | None
    state: MeetingState
    client: str | None
    host: str | None
    confidential: bool
    guests: tuple[tuple[str, str], ...] = ()

    @property
    def ends_at(self) -> datetime:
        """The end."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def show_day(self) -> tuple[int, date]:
        """The show and its local day."""
        return self.show_id, self.wall.date()

    @property
    def path(self) -> str:
        """The path of the show day."""
        return f"/shows/{self.show_id}/day?on={self.wall.date().isoformat()}"

    @property
    def title(self) -> str:
        """Who is met: at most two people, else the organization, else the client."""
        return name_meeting([name for name, _native in self.guests], self.host, self.client, self.show)

    @property
    def native_title(self) -> str:
        """The native name of the only guest; "" if there is none, or several guests."""
        if len(self.guests) != 1:
            return ""
        name, native = self.guests[0]
        return native if native != name else ""

    @property
    def other_host(self) -> str:
        """The organization that is met, if it isn't the title."""
        return self.host if self.host and self.host != self.title else ""

    @property
    def client_text(self) -> str:
        """The client who takes part, if it isn't the title: "with ClearAir"."""
        return _("with %(client)s", client=self.client) if self.client and self.client != self.title else ""


def list_own_meetings(actor: Actor, begins: datetime, ends: datetime, staff_id: int | None = None) -> list[OwnMeeting]:
    """Return the open meetings that begin in a period, and those later on a show day that begins in it, by time.

    With `staff_id` those of another user, as far as the actor may see them.
    """
    values = {"begins": begins, "ends": ends + timedelta(days=1), "staff_id": staff_id or actor.id}
    rows = [OwnMeeting(*row) for row in _meetings(actor, **values)]
    days = {row.show_day for row in rows if row.starts_at < ends}
    rows = [row for row in rows if row.starts_at < ends or row.show_day in days]
    guests = _load_guests(actor, [row.id for row in rows]) if rows else {}
    return [_with_guests(row, guests.get(row.id, [])) for row in rows]


def list_show_days(
    actor: Actor, begins: datetime, ends: datetime, staff_id: int | None = None
) -> dict[tuple[int, date], list[OwnMeeting]]:
    """Return the meetings by show and day of the show days whose first meeting begins in a period."""
    by_day: dict[tuple[int, date], list[OwnMeeting]] = {}
    for row in list_own_meetings(actor, begins - timedelta(days=1), ends, staff_id):
        by_day.setdefault(row.show_day, []).append(row)
    return {day: rows for day, rows in by_day.items() if begins <= rows[0].starts_at < ends}


@cached_query
def _meetings(profile: AccessProfile) -> Select:
    client, host = alias(Record, "own_meeting_client"), alias(Record, "own_meeting_host")
    M = ShowMeeting  # noqa: N806 - read often below
    return (
        sa.select(
            M.id,
            M.show_id,
            Show.label,
            M.at,
            M.wall,
            M.zone,
            M.minutes,
            M.table,
            M.state,
            sa.func.coalesce(sa.func.nullif(client.label, ""), client.native_label),
            sa.func.coalesce(sa.func.nullif(host.label, ""), host.native_label),
            sa.or_(
                Show.confidential,
                sa.func.coalesce(client.confidential, False),
                sa.func.coalesce(host.confidential, False),
                has_confidential_employer(),
            ),
        )
        .join(MeetingStaff, sa.and_(MeetingStaff.meeting_id == M.id, MeetingStaff.user_id == sa.bindparam("staff_id")))
        .join(Show, Show.id == M.show_id)
        .outerjoin(client, sa.and_(client.id == M.client_id, visible(profile, client)))
        .outerjoin(host, sa.and_(host.id == M.host_id, visible(profile, host)))
        .where(M.at >= sa.bindparam("begins"), M.at < sa.bindparam("ends"), M.state.in_(OPEN))
        .where(visible_meetings(profile), visible(profile, Show), Show.archived_at.is_(None))
        .order_by(M.at, M.id)
        .limit(MAX_MEETINGS)
    )


def _load_guests(actor: Actor, ids: Collection[int]) -> dict[int, list[tuple[str, str, bool]]]:
    by_meeting: dict[int, list[tuple[str, str, bool]]] = {}
    for meeting_id, label, native, confidential in _guests(actor, ids=list(ids)):
        by_meeting.setdefault(meeting_id, []).append((label or native, native, confidential))
    return by_meeting


@cached_query
def _guests(profile: AccessProfile) -> Select:
    return (
        sa.select(MeetingPerson.meeting_id, Record.label, Record.native_label, Record.confidential)
        .join(Record, Record.id == MeetingPerson.person_id)
        .where(MeetingPerson.meeting_id.in_(sa.bindparam("ids", expanding=True)), visible(profile))
        .order_by(Record.sort_key, Record.id)
    )


def _with_guests(row: OwnMeeting, guests: list[tuple[str, str, bool]]) -> OwnMeeting:
    is_confidential = row.confidential or any(confidential for _name, _native, confidential in guests)
    return row._replace(confidential=is_confidential, guests=tuple((name, native) for name, native, _hidden in guests))


def may_see_meetings(actor: Actor, show_id: int | None, staff_id: int, when: sa.ColumnElement[bool]) -> bool:
    """Return whether an actor may see the show and all open meetings of a user there that fulfill a condition."""
    hidden = (
        sa.select(ShowMeeting.id)
        .join(MeetingStaff, sa.and_(MeetingStaff.meeting_id == ShowMeeting.id, MeetingStaff.user_id == staff_id))
        .where(ShowMeeting.show_id == show_id, ShowMeeting.state.in_(OPEN), when, sa.not_(visible_meetings(actor)))
    )
    stmt = sa.select(Show.id).where(Show.id == show_id, visible(actor, Show), sa.not_(hidden.exists()))
    return db.session.scalar(stmt) is not None


class MeetingItems(NamedTuple):
    """The lines of meetings still to come, and of those that should be over."""

    coming: list[DigestItem]
    unconfirmed: list[DigestItem]


def list_meeting_items(
    actor: Actor, now: datetime, begins: datetime, ends: datetime, staff_id: int | None = None
) -> MeetingItems:
    """Return the meetings of a day as lines, and the unconfirmed ones of the last days, the latest first.

    With `staff_id` those of another user, as far as the actor may see them.
    """
    rows = list_own_meetings(actor, begins - timedelta(days=UNCONFIRMED_DAYS), ends, staff_id)
    coming = [row for row in rows if row.ends_at > now]
    following = next((row.id for row in coming if row.starts_at > now), None)
    return MeetingItems(
        [_build_item(row, now, is_next=row.id == following) for row in coming],
        [_build_item(row, now) for row in reversed(rows) if row.ends_at <= now],
    )


def _build_item(row: OwnMeeting, now: datetime, *, is_next: bool = False) -> DigestItem:
    is_over = row.ends_at <= now
    clocks = formats.both_clocks(row.starts_at, row.zone)
    badge = _("Next") if is_next else ""
    if row.starts_at <= now:
        badge = _("Now")
    time = formats.moment(row.starts_at) if is_over else ""
    parts = (time, row.other_host, row.client_text, seat(row.table or ""), row.show)
    return DigestItem(
        icon="show",
        title=row.title,
        record_id=row.show_id,
        kind="show",
        second=join_facts(parts),
        native=row.native_title,
        when="" if is_over else clocks,
        badge="" if is_over else badge,
        light="" if is_over else "due",
        at=row.starts_at,
        their_zone=row.zone,
        actions=("open",) if is_still_to_come(row.starts_at, now) else ("arrived", "no-show"),
        meeting_id=row.id,
        path=row.path,
        confidential=row.confidential,
    )
