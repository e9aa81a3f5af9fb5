"""What stands on every record's page, asked in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.db import alias, db
from crm.core.identity import Team, User
from crm.core.policy import Actor
from crm.core.record import Record, RecordDates, visible
from crm.followups.models import Cadence
from crm.interactions.models import Interaction, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.queries import is_fact
from crm.records import queries as kept
from crm.reference.queries import days_off


class Knows(NamedTuple):
    """One of us who has been in contact with a record: how often, and when last."""

    name: str
    contacts: int
    last_at: datetime


class Place(NamedTuple):
    """The clock at a record's place, and its next holiday."""

    zone: str
    city: str
    at: datetime
    is_open: bool
    holiday_on: date | None
    holiday: str
    estimated: bool


@dataclass(frozen=True)
class Common:
    """What any record's page shows beside its own panels."""

    counselor: str | None
    team: str | None
    created_by: str | None
    starred: bool
    tags: list[str]
    points: list[kept.PointRow]
    files: list[kept.FileRow]
    cadence: Cadence | None
    last_interaction_at: datetime | None
    last_reached_at: datetime | None
    readers: list[str]


def common(actor: Actor, record: Record) -> Common:
    """Ask for what any record's page shows."""
    maker = alias(User, "desk_maker")
    names = sa.select(User.name, Team.name, maker.name, RecordDates.last_interaction_at, RecordDates.last_reached_at)
    names = (
        names.select_from(Record.__table__)
        .outerjoin(User, User.id == Record.counselor_id)
        .outerjoin(Team, Team.id == Record.team_id)
        .outerjoin(maker, maker.id == Record.created_by_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == Record.id, RecordDates.team_key == 0))
        .where(Record.id == record.id)
    )
    counselor, team, created_by, last, reached = db.session.execute(names).one()
    return Common(
        counselor=counselor,
        team=team,
        created_by=created_by,
        starred=kept.is_starred(actor, record.id),
        tags=kept.tags_of([record.id])[record.id],
        points=kept.points_of([record.id])[record.id],
        files=kept.files_of([record.id])[record.id],
        cadence=db.session.get(Cadence, record.id),
        last_interaction_at=last,
        last_reached_at=reached,
        readers=_names(record.reader_ids),
    )


def _names(ids: frozenset[int]) -> list[str]:
    return list(db.session.scalars(sa.select(User.name).where(User.id.in_(ids)).order_by(User.name))) if ids else []


def place(zone: str | None, country: str | None) -> Place | None:
    """What time it is at a place, whether offices are open, and the next holiday within 30 days."""
    if not zone or not calendars.is_zone(zone):
        return None
    now = clock.now()
    extra = days_off(country) if country else {}
    here = now.astimezone(ZoneInfo(zone))
    coming = calendars.next_holiday(country, here.date(), within_days=30, extra=extra) if country else None
    day, holiday = coming or (None, None)
    return Place(
        zone=zone,
        city=calendars.city_of(zone),
        at=here,
        is_open=calendars.office_open(now, zone, country, extra=extra),
        holiday_on=day,
        holiday=holiday.name if holiday else "",
        estimated=bool(holiday and holiday.estimated),
    )


def who_knows(actor: Actor, record: Record) -> list[Knows]:
    """Who of us was in contact with a record, the latest first; of other teams only with shared people, as a fact."""
    asked = (
        sa.select(User.name, sa.func.count(), sa.func.max(InteractionLink.at))
        .select_from(InteractionLink)
        .join(Interaction, Interaction.id == InteractionLink.interaction_id)
        .join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
        .join(User, User.id == InteractionStaff.user_id)
        .where(InteractionLink.record_id == record.id, Interaction.state == InteractionState.held)
        .where(Interaction.archived_at.is_(None))
        .group_by(User.id, User.name)
        .order_by(sa.func.max(InteractionLink.at).desc())
        .limit(8)
    )
    known = visible(actor, Interaction)
    if record.kind == "person" and record.team_id is None:
        known = sa.or_(known, is_fact(record.id))
    return [Knows(*row) for row in db.session.execute(asked.where(known))]
