"""Follow-ups as rows, with the records they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.words import Lazy
from crm.followups.enums import FollowUpSide, FollowUpState, RepeatRule
from crm.followups.models import FollowUp, FollowUpAbout
from crm.followups.policy import try_label
from crm.people.models import Person

PERSON = Person.__table__


class AboutRow(NamedTuple):
    """A record that a follow-up is about; `kind` determines its page, `zone` is that of a person."""

    id: int
    kind: str
    label: str
    native_label: str
    zone: str | None


@dataclass(frozen=True)
class FollowUpRow:
    """A follow-up as lists, pages and emails show it. `due_at` is set only if it has a time of day, in `zone`."""

    id: int
    version: int
    title: str
    note: str | None
    side: FollowUpSide
    state: FollowUpState
    due_on: date
    due_at: datetime | None
    zone: str
    tries: int
    postponed_count: int
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
    about: tuple[AboutRow, ...] = ()

    @property
    def try_label(self) -> Lazy | None:
        """How often it was tried without an answer: "2nd try"; None for the first time."""
        return try_label(self.tries)

    @property
    def their_zone(self) -> str:
        """The zone of the first person it is about, for the second clock; else its own."""
        return next((a.zone for a in self.about if a.zone), self.zone)


def select_all(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Return the statement for the columns of `FollowUpRow`, including archived follow-ups."""
    maker = alias(User, "followup_maker")
    columns: list[Any] = [
        FollowUp.id,
        FollowUp.version,
        FollowUp.title,
        FollowUp.note,
        FollowUp.side,
        FollowUp.state,
        FollowUp.due_on,
        FollowUp.due_at,
        FollowUp.zone,
        FollowUp.tries,
        FollowUp.postponed_count,
        FollowUp.repeat,
        FollowUp.mail_alone,
        FollowUp.confidential,
        FollowUp.counselor_id,
        User.name.label("counselor"),
        maker.name.label("assigned_by"),
        FollowUp.result,
        FollowUp.closed_at,
        FollowUp.source_id,
        FollowUp.archived_at.is_not(None).label("is_archived"),
    ]
    is_assigned = sa.and_(maker.id == FollowUp.created_by_id, maker.id != FollowUp.counselor_id)
    return (
        sa.select(*columns)
        .outerjoin(User, User.id == FollowUp.counselor_id)
        .outerjoin(maker, is_assigned)
        .where(visible(viewer, FollowUp))
    )


def select_active(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Return the statement for the columns of `FollowUpRow`, without archived follow-ups."""
    return select_all(viewer).where(FollowUp.archived_at.is_(None))


def with_about(actor: Actor, rows: Sequence[Any]) -> list[FollowUpRow]:
    """Return the rows with the records they are about, which takes one more statement."""
    about = about_of_many(actor, [row.id for row in rows])
    return [
        FollowUpRow(
            **{**row._asdict(), "counselor": row.counselor or "", "assigned_by": row.assigned_by or ""},
            about=about[row.id],
        )
        for row in rows
    ]


def about_of_many(actor: Actor, ids: Collection[int]) -> dict[int, tuple[AboutRow, ...]]:
    """Return by follow-up the records it is about, people first, as far as the actor may see them."""
    abouts: dict[int, list[AboutRow]] = {i: [] for i in ids}
    if not ids:
        return {}
    for followup_id, *rest in _about_of(actor, ids=list(ids)):
        abouts[followup_id].append(AboutRow(*rest))
    return {i: tuple(rows) for i, rows in abouts.items()}


@cached_query
def _about_of(viewer: AccessProfile) -> Select:
    return (
        sa.select(FollowUpAbout.followup_id, Record.id, Record.kind, Record.label, Record.native_label, PERSON.c.zone)
        .join(Record, Record.id == FollowUpAbout.record_id)
        .outerjoin(PERSON, PERSON.c.id == Record.id)
        .where(FollowUpAbout.followup_id.in_(sa.bindparam("ids", expanding=True)), visible(viewer))
        .order_by(FollowUpAbout.followup_id, Record.kind != "person", Record.id)
    )


def zone_of(person_ids: Sequence[int]) -> str | None:
    """Return the zone of the first of these people who has one."""
    if not person_ids:
        return None
    zones = dict(db.session.execute(sa.select(PERSON.c.id, PERSON.c.zone).where(PERSON.c.id.in_(person_ids))).all())
    return next((zone for i in person_ids if (zone := zones.get(i))), None)
