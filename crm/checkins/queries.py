"""Check-ins: what is due, what a link belongs to, and what China reps answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import calendars
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias, db
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.core.tokens import hash_token
from crm.people.models import Person, Representation
from crm.people.policy import RepresentationStatus
from crm.people.position_dates import is_over
from crm.records.policy import ContactMedium
from crm.records.queries import points_of
from crm.reference.queries import days_off

from .models import CheckIn, CheckInPlan
from .policy import CheckInState, is_due, is_expired, month_of

FALLBACK_ZONE = "Asia/Shanghai"
MAX_ROWS = 24
REP, PERSON, INTERACTION, CLIENT = (
    alias(Record, f"checkin_{name}") for name in ("rep", "person", "interaction", "client")
)


class CheckInRow(NamedTuple):
    """A check-in of a China rep, with the name of the person who got it."""

    id: int
    representation_id: int
    person: str
    native_person: str
    month: str
    state: CheckInState
    sent_at: datetime
    answer: str | None
    answered_at: datetime | None
    interaction_id: int | None
    confidential: bool

    @property
    def month_start(self) -> date:
        """Return the first day of its month."""
        return date.fromisoformat(f"{self.month}-01")


def list_due_plans(now: datetime) -> list[int]:
    """Return the China reps whose check-in of this month is due and wasn't sent; none past the end of the agreement."""
    R = Representation  # noqa: N806 - read several times below
    stmt = (
        sa.select(R.id, R.to_on, CheckInPlan.started_on, Person.zone, Person.country)
        .select_from(CheckInPlan)
        .join(R, R.id == CheckInPlan.representation_id)
        .join(Person.__table__, Person.__table__.c.id == R.person_id)
        .join(CLIENT, sa.and_(CLIENT.id == R.client_id, CLIENT.archived_at.is_(None)))
        .where(R.status == RepresentationStatus.active, R.archived_at.is_(None), CheckInPlan.stopped_at.is_(None))
        .order_by(R.id)
    )
    due = []
    for id, ends_on, started_on, zone, country in db.session.execute(stmt):
        place, home = zone or FALLBACK_ZONE, country or calendars.country_of_zone(zone or FALLBACK_ZONE) or "CN"
        if is_over(ends_on, calendars.local_day(now, place)) or not is_due(
            now, place, home, started_on, days_off(home)
        ):
            continue
        if not _has_check_in(id, month_of(now, place)):
            due.append(id)
    return due


def _has_check_in(representation_id: int, month: str) -> bool:
    stmt = sa.exists().where(CheckIn.representation_id == representation_id, CheckIn.month == month)
    return bool(db.session.scalar(sa.select(stmt)))


def find_email_address(person_id: int) -> str:
    """Return the first email address of a person; "" without one."""
    points = points_of([person_id])[person_id]
    return next((point.value for point in points if point.medium is ContactMedium.email and point.value), "")


def find_check_in_of_link(token: str, now: datetime, *, lock: bool = False) -> CheckIn | None:
    """Return the check-in of a link; None for an unknown one, and for one that has expired.

    With `lock` a counselor who decides about the answer waits, or the reverse.
    """
    stmt = sa.select(CheckIn).where(CheckIn.token_hash == hash_token(token))
    row: CheckIn | None = db.session.scalar(stmt.with_for_update() if lock else stmt)
    return None if row is None or is_expired(row.sent_at, now) else row


def find_check_in_to_stop(token: str) -> CheckIn | None:
    """Return the check-in of a link, however old: an email in an archive must be able to stop further ones."""
    return db.session.scalars(sa.select(CheckIn).where(CheckIn.token_hash == hash_token(token))).one_or_none()


def list_plans(person_id: int) -> list[CheckInPlan]:
    """Return the check-ins that a person gets, of all clients."""
    table = Representation.__table__
    reps = sa.select(table.c.id).where(table.c.person_id == person_id)
    return list(db.session.scalars(sa.select(CheckInPlan).where(CheckInPlan.representation_id.in_(reps))))


def get_check_in(actor: Actor, check_in_id: int, right: str) -> CheckIn:
    """Return a check-in whose China rep and person the actor may see, to decide about: another request waits.

    Raises NotFound, Forbidden.
    """
    row = db.session.get(CheckIn, check_in_id, with_for_update=True)
    if row is None:
        raise NotFound
    get_visible(Representation, actor, row.representation_id, right)
    get_visible(Person, actor, row.person_id)
    return row


def list_check_ins(actor: Actor, representation_id: int) -> list[CheckInRow]:
    """Return the check-ins of a China rep, the latest first.

    Without those of people whom the actor may not see, and those logged as interactions that the actor may not see.
    """
    return [CheckInRow._make(row) for row in _of_rep(actor, representation=representation_id)]


def list_answers(actor: Actor) -> list[CheckInRow]:
    """Return the answers of the actor's China reps that are neither logged nor dismissed, the oldest first.

    Without those of people whom the actor may not see.
    """
    return [CheckInRow._make(row) for row in _answers(actor)]


def _rows(viewer: AccessProfile) -> sa.Select[Any]:
    C = CheckIn  # noqa: N806 - read often below
    confidential = sa.or_(REP.confidential, PERSON.confidential)
    columns = (C.id, C.representation_id, PERSON.label, PERSON.native_label, C.month, C.state, C.sent_at, C.answer)
    return (
        sa.select(*columns, C.answered_at, C.interaction_id, confidential)
        .select_from(C)
        .join(REP, sa.and_(REP.id == C.representation_id, visible(viewer, REP)))
        .join(PERSON, sa.and_(PERSON.id == C.person_id, visible(viewer, PERSON)))
        .outerjoin(INTERACTION, INTERACTION.id == C.interaction_id)
        .where(sa.or_(C.interaction_id.is_(None), visible(viewer, INTERACTION)))
    )


@cached_query
def _of_rep(viewer: AccessProfile) -> Select:
    stmt = _rows(viewer).where(CheckIn.representation_id == sa.bindparam("representation"))
    return stmt.order_by(CheckIn.id.desc()).limit(MAX_ROWS)


@cached_query
def _answers(viewer: AccessProfile) -> Select:
    stmt = _rows(viewer).where(CheckIn.state == CheckInState.answered, REP.counselor_id == viewer.id)
    return stmt.order_by(CheckIn.id).limit(MAX_ROWS)


def list_stopped(actor: Actor, since: datetime) -> list[Any]:
    """Return the actor's China reps who stopped their check-ins since a moment, the latest first."""
    return list(_select_stopped(actor, since=since))


@cached_query
def _select_stopped(viewer: AccessProfile) -> Select:
    confidential = sa.or_(REP.confidential, sa.func.coalesce(PERSON.confidential, False))
    table = Representation.__table__
    return (
        sa.select(REP.id, PERSON.label, PERSON.native_label, confidential.label("confidential"))
        .select_from(CheckInPlan)
        .join(REP, sa.and_(REP.id == CheckInPlan.representation_id, visible(viewer, REP)))
        .join(table, table.c.id == REP.id)
        .outerjoin(PERSON, sa.and_(PERSON.id == table.c.person_id, visible(viewer, PERSON)))
        .where(CheckInPlan.stopped_at >= sa.bindparam("since", type_=Instant), REP.counselor_id == viewer.id)
        .where(REP.archived_at.is_(None))
        .order_by(CheckInPlan.stopped_at.desc(), REP.id)
        .limit(MAX_ROWS)
    )
