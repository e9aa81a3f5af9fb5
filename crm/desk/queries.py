"""The content of every record's page, read with a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, fetch, fetch_values
from crm.core.data.identity import Team, User
from crm.core.data.pointers import has_rows_columns, may_have_rows, note_rows
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.interactions.models import Interaction, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.queries import LINKED, is_fact
from crm.people.models import Person
from crm.people.queries import may_see_contact_details
from crm.records import queries as records
from crm.records.models import Star
from crm.reference.queries import days_off


class StaffContact(NamedTuple):
    """A member of our staff who has been in contact with a record: how often, and when last."""

    name: str
    interactions: int
    last_at: datetime


class LocalTime(NamedTuple):
    """The clock at a record's place, and its next holiday."""

    zone: str
    city: str
    at: datetime
    is_open: bool
    holiday_on: date | None
    holiday: str
    estimated: bool


class CadenceRow(NamedTuple):
    """How often to keep in touch: as the tier says, unless `every_days` is set; without a tier no interval is set."""

    tier: Tier | None
    every_days: int | None


@dataclass(frozen=True)
class RecordSummary:
    """What every record's page shows, whatever its kind."""

    counselor: str | None
    team: str | None
    created_by: str | None
    starred: bool
    tags: list[str]
    points: list[records.PointRow]
    files: list[records.FileRow]
    cadence: CadenceRow
    last_interaction_at: datetime | None
    readers: list[str]


CREATOR = alias(User, "desk_creator")
SHOWN_COLUMNS = (
    User.name,
    Team.name,
    CREATOR.name,
    RecordDates.last_interaction_at,
    Star.record_id,
    Cadence.tier,
    Cadence.every_days,
)


@cache
def _summary_stmt() -> Select:
    """Return what the row of a record names, and which tables have rows of it."""
    record: Any = sa.bindparam("record", type_=sa.Integer)
    return (
        sa.select(*SHOWN_COLUMNS, *has_rows_columns(record))
        .select_from(Record.__table__)
        .outerjoin(User, User.id == Record.counselor_id)
        .outerjoin(Team, Team.id == Record.team_id)
        .outerjoin(CREATOR, CREATOR.id == Record.created_by_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == Record.id, RecordDates.team_key == 0))
        .outerjoin(Star, sa.and_(Star.record_id == Record.id, Star.user_id == sa.bindparam("user")))
        .outerjoin(Cadence, Cadence.record_id == Record.id)
        .where(Record.id == record)
    )


WITH_POINTS = frozenset({"organization", "person"})


def load_record_summary(actor: Actor, record: Record) -> RecordSummary:
    """Load what every record's page shows, and note which tables have no rows of the record.

    One statement for the record, and one for its tags, contact points and files if there are any.
    """
    row = fetch(_summary_stmt(), {"record": record.id, "user": actor.id})[0]
    counselor, team, created_by, last, starred, tier, every_days = row[: len(SHOWN_COLUMNS)]
    note_rows(record.id, row[len(SHOWN_COLUMNS) :])
    tags, points, files, readers = run_together(
        partial(records.tags_of, [record.id]),
        lambda: records.points_of([record.id])[record.id] if _has_channels(actor, record) else [],
        partial(records.files_of, [record.id]),
        lambda: _names(record.reader_ids),
    )
    return RecordSummary(
        counselor=counselor,
        team=team,
        created_by=created_by,
        starred=bool(starred),
        tags=tags[record.id],
        points=points,
        files=files[record.id],
        cadence=CadenceRow(tier, every_days),
        last_interaction_at=last,
        readers=readers,
    )


def _has_channels(actor: Actor, record: Record) -> bool:
    """Whether a record has email addresses and phone numbers that the actor may see."""
    return may_see_contact_details(actor, record) if isinstance(record, Person) else record.kind in WITH_POINTS


def _names(ids: frozenset[int]) -> list[str]:
    return fetch_values(sa.select(User.name).where(User.id.in_(ids)).order_by(User.name)) if ids else []


def load_local_time(zone: str | None, country: str | None) -> LocalTime | None:
    """Return the time at a place, whether offices are open there, and the next holiday within 30 days."""
    if not zone or not calendars.is_zone(zone):
        return None
    now = clock.now()
    extra = days_off(country) if country else {}
    local = now.astimezone(ZoneInfo(zone))
    coming = calendars.next_holiday(country, local.date(), within_days=30, extra=extra) if country else None
    day, holiday = coming or (None, None)
    return LocalTime(
        zone=zone,
        city=formats.place(zone),
        at=local,
        is_open=calendars.is_office_open(now, zone, country, extra=extra),
        holiday_on=day,
        holiday=holiday.name if holiday else "",
        estimated=bool(holiday and holiday.is_estimated),
    )


def list_staff_contacts(actor: Actor, record: Record) -> list[StaffContact]:
    """Return our staff in contact with a record, latest first; of other teams only with shared people, as a fact."""
    rows = _talked_with(actor, record=record.id) if may_have_rows(record.id, LINKED) else ()
    return [StaffContact(*row) for row in rows]


@cached_query
def _talked_with(profile: AccessProfile) -> Select:
    record = sa.bindparam("record", type_=sa.Integer)
    return (
        sa.select(User.name, sa.func.count(), sa.func.max(InteractionLink.at))
        .select_from(InteractionLink)
        .join(Interaction, Interaction.id == InteractionLink.interaction_id)
        .join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
        .join(User, User.id == InteractionStaff.user_id)
        .where(InteractionLink.record_id == record, Interaction.state == InteractionState.held)
        .where(Interaction.archived_at.is_(None), sa.or_(visible(profile, Interaction), is_fact(record)))
        .group_by(User.id, User.name)
        .order_by(sa.func.max(InteractionLink.at).desc())
        .limit(8)
    )
