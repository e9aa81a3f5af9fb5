"""Questions about follow-ups; each begins from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, alias, db, fetch
from crm.core.data.identity import User
from crm.core.data.record import Record, counseled_by, get_visible, visible
from crm.core.policy import Actor
from crm.people.models import Person

from .enums import FollowUpState, RepeatRule, Side
from .models import Cadence, FollowUp, FollowUpAbout

MANY = 200
PERSON = Person.__table__
LIMIT: Any = sa.bindparam("limit", type_=sa.Integer)


class About(NamedTuple):
    """A record a follow-up is about; `kind` leads to its page, `zone` is a person's own."""

    id: int
    kind: str
    label: str
    native_label: str
    zone: str | None


@dataclass(frozen=True)
class ToDo:
    """A follow-up as lists, pages and mails show it. `due_at` only when it has a time of day, in `zone`."""

    id: int
    version: int
    title: str
    note: str | None
    side: Side
    state: FollowUpState
    due_on: date
    due_at: datetime | None
    zone: str
    tries: int
    put_off: int
    repeat: RepeatRule | None
    mail_alone: bool
    confidential: bool
    counselor_id: int | None
    counselor: str
    assigned_by: str
    result: str | None
    closed_at: datetime | None
    source_id: int | None
    is_archived: bool
    about: tuple[About, ...] = ()

    @property
    def their_zone(self) -> str:
        """The zone of the first person it is about, for the second clock; else its own."""
        return next((a.zone for a in self.about if a.zone), self.zone)


class Counts(NamedTuple):
    """How many open follow-ups of one person: late, due today, what others promised and is late, later."""

    late: int
    today: int
    they_owe: int
    later: int


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Follow-ups the actor may know of."""
    return sa.select(FollowUp).where(visible(actor, FollowUp))


def follow_up(actor: Actor, follow_up_id: int, right: str | None = None) -> FollowUp:
    """One follow-up. Raises NotFound, Forbidden."""
    return get_visible(FollowUp, actor, follow_up_id, right)


def _select_active(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """The columns of a row, of follow-ups that are not archived."""
    return _columns(viewer).where(FollowUp.archived_at.is_(None))


def _columns(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    f, maker = FollowUp, alias(User, "followup_maker")
    columns: list[Any] = [
        f.id,
        f.version,
        f.title,
        f.note,
        f.side,
        f.state,
        f.due_on,
        f.due_at,
        f.zone,
        f.tries,
        f.put_off,
        f.repeat,
        f.mail_alone,
        f.confidential,
        f.counselor_id,
        User.name.label("counselor"),
        maker.name.label("assigned_by"),
        f.result,
        f.closed_at,
        f.source_id,
        f.archived_at.is_not(None).label("is_archived"),
    ]
    is_assigned = sa.and_(maker.id == f.created_by_id, maker.id != f.counselor_id)
    return (
        sa.select(*columns)
        .outerjoin(User, User.id == f.counselor_id)
        .outerjoin(maker, is_assigned)
        .where(visible(viewer, f))
    )


def _with_about(actor: Actor, rows: Sequence[Any]) -> list[ToDo]:
    """Rows with what they are about: one statement more."""
    about = about_of_many(actor, [row.id for row in rows])
    return [
        ToDo(
            **{**row._asdict(), "counselor": row.counselor or "", "assigned_by": row.assigned_by or ""},
            about=about[row.id],
        )
        for row in rows
    ]


def about_of_many(actor: Actor, ids: Collection[int]) -> dict[int, tuple[About, ...]]:
    """By follow-up what it is about, people first; as far as the actor may know of it."""
    abouts: dict[int, list[About]] = {i: [] for i in ids}
    if not ids:
        return {}
    for followup_id, *rest in _about_of(actor, ids=list(ids)):
        abouts[followup_id].append(About(*rest))
    return {i: tuple(rows) for i, rows in abouts.items()}


@question
def _about_of(viewer: AccessProfile) -> Select:
    return (
        sa.select(FollowUpAbout.followup_id, Record.id, Record.kind, Record.label, Record.native_label, PERSON.c.zone)
        .join(Record, Record.id == FollowUpAbout.record_id)
        .outerjoin(PERSON, PERSON.c.id == Record.id)
        .where(FollowUpAbout.followup_id.in_(sa.bindparam("ids", expanding=True)), visible(viewer))
        .order_by(FollowUpAbout.followup_id, Record.kind != "person", Record.id)
    )


def to_dos(actor: Actor, ids: Sequence[int]) -> list[ToDo]:
    """These follow-ups, archived or not, in this order; those the actor may not see are left out."""
    if not ids:
        return []
    by_id = {row.id: row for row in _with_about(actor, _these(actor, ids=list(ids)))}
    return [by_id[i] for i in ids if i in by_id]


@question
def _these(viewer: AccessProfile) -> Select:
    return _columns(viewer).where(FollowUp.id.in_(sa.bindparam("ids", expanding=True)))


def zone_of(person_ids: Sequence[int]) -> str | None:
    """The zone of the first of these people who has one."""
    if not person_ids:
        return None
    zones = dict(db.session.execute(sa.select(PERSON.c.id, PERSON.c.zone).where(PERSON.c.id.in_(person_ids))).all())
    return next((zone for i in person_ids if (zone := zones.get(i))), None)


def of_record(actor: Actor, ids: Collection[int], *, limit: int = MANY) -> list[ToDo]:
    """Open follow-ups about any of these records, the next one first."""
    return _with_about(actor, _open_of(actor, ids=list(ids), limit=limit))


@question
def _open_of(viewer: AccessProfile) -> Select:
    stmt = _select_active(viewer).where(
        _about_any(sa.bindparam("ids", expanding=True)), FollowUp.state == FollowUpState.open
    )
    return stmt.order_by(FollowUp.due_on, FollowUp.id).limit(LIMIT)


def around(
    actor: Actor,
    record_id: int,
    *,
    before: tuple[datetime, int] | None = None,
    text: str = "",
    limit: int = 0,
    upcoming: int = 0,
) -> tuple[list[ToDo], list[ToDo]]:
    """For the timeline of a record: `limit` settled ones about it, the latest first, and the next `to_come` open ones.

    `before` is (closed at, id), `words` are of the title.
    """
    closed_rows = _load_closed(actor, record_id, before, text, limit) if limit else ()
    coming = _open_of(actor, ids=[record_id], limit=upcoming) if upcoming else ()
    rows = _with_about(actor, [*closed_rows, *coming])
    return rows[: len(closed_rows)], rows[len(closed_rows) :]


def _load_closed(
    actor: Actor, record_id: int, before: tuple[datetime, int] | None, text: str, limit: int
) -> Sequence[Any]:
    if before is None and not text:
        return _closed_of(actor, ids=[record_id], limit=limit)
    stmt = _select_closed(actor, [record_id])
    if before is not None:
        closed_at, row_id = before
        same = sa.and_(FollowUp.closed_at == closed_at, FollowUp.id < row_id)
        stmt = stmt.where(sa.or_(FollowUp.closed_at < closed_at, same))
    if text:
        stmt = stmt.where(FollowUp.title.icontains(text, autoescape=True))
    return fetch(stmt.limit(limit))


@question
def _closed_of(viewer: AccessProfile) -> Select:
    return _select_closed(viewer, sa.bindparam("ids", expanding=True)).limit(LIMIT)


def _select_closed(viewer: Actor | AccessProfile, ids: Any) -> sa.Select[Any]:
    stmt = _select_active(viewer).where(_about_any(ids), FollowUp.closed_at.is_not(None))
    return stmt.order_by(FollowUp.closed_at.desc(), FollowUp.id.desc())


def from_source(actor: Actor, source_id: int) -> list[ToDo]:
    """Follow-ups promised in a contact, whatever became of them."""
    return _with_about(actor, _promised_in(actor, source=source_id))


@question
def _promised_in(viewer: AccessProfile) -> Select:
    return _select_active(viewer).where(FollowUp.source_id == sa.bindparam("source")).order_by(FollowUp.id)


def _about_any(ids: Any) -> sa.ColumnElement[bool]:
    inner = sa.select(FollowUpAbout.followup_id).where(FollowUpAbout.record_id.in_(ids))
    return FollowUp.id.in_(inner)


def counts(actor: Actor, today: date) -> Counts:
    """How much is open of the actor's own; one statement."""
    late, they_owe = FollowUp.due_on < today, FollowUp.side == Side.they

    def number(condition: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    stmt = sa.select(
        number(sa.and_(late, sa.not_(they_owe))),
        number(FollowUp.due_on == today),
        number(sa.and_(late, they_owe)),
        number(FollowUp.due_on > today),
    ).where(
        visible(actor, FollowUp),
        FollowUp.archived_at.is_(None),
        FollowUp.state == FollowUpState.open,
        counseled_by(actor.id, FollowUp),
    )
    return Counts(*db.session.execute(stmt).one())


def cadence(record_id: int) -> Cadence | None:
    """How often to keep in touch with a record; None: nobody has said."""
    return db.session.get(Cadence, record_id)
