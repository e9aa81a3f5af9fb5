"""The timeline of a record: contacts and settled follow-ups merged, newest first; and what is to come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.calendars import resolve_local
from crm.core import find
from crm.core.db import db, row_id
from crm.core.errors import BadRequest
from crm.core.policy import Actor
from crm.core.record import Record, visible
from crm.core.words import _
from crm.followups.queries import ToDo, of_record, settled_of
from crm.interactions.models import Interaction, InteractionLink, InteractionParty
from crm.interactions.policy import InteractionState, Kind

from .contacts import COLUMNS, contacts
from .rows import Contact

PAGE = 20
FOLLOW_UPS = "followup"


class Entry(NamedTuple):
    """One line: a contact, or a settled follow-up."""

    at: datetime
    id: int
    contact: Contact | None = None
    to_do: ToDo | None = None


class Timeline(NamedTuple):
    """A page of a timeline; `more` is the cursor of the next one, None at the end."""

    entries: list[Entry]
    more: str | None


def timeline(
    actor: Actor, record_id: int, kinds: Collection[str] = (), q: str = "", cursor: str | None = None
) -> Timeline:
    """What happened with a record, newest first, 20 a page. The caller has seen to it that the actor sees the record.

    `kinds`: codes of kinds of contact, and "followup"; none is all. `q` narrows to words of subject, people and notes.
    A contact of another team with a shared person is one line: date, kind, who of us. Raises BadRequest.
    """
    before = _read(cursor)
    words = [k for k in Kind if k.value in kinds]
    entries: list[Entry] = []
    if words or not kinds:
        entries += [Entry(c.at, c.id, contact=c) for c in _contacts(actor, record_id, words, q, before)]
    if FOLLOW_UPS in kinds or not kinds:
        settled = settled_of(actor, record_id, before=before, limit=PAGE + 1, words=q)
        entries += [Entry(t.closed_at, t.id, to_do=t) for t in settled if t.closed_at is not None]
    entries.sort(key=lambda e: (e.at, e.id), reverse=True)
    last = entries[PAGE - 1] if len(entries) > PAGE else None
    return Timeline(entries[:PAGE], f"{last.at.isoformat()}~{last.id}" if last else None)


def _read(cursor: str | None) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    text, _mark, last = cursor.partition("~")
    try:
        at, number = datetime.fromisoformat(text), row_id(last)
        place = (at.astimezone(UTC), number) if at.tzinfo else None
    except (ValueError, OverflowError):
        place = None
    if place is None:
        raise BadRequest(_("This timeline cannot be read from there."))
    return place


def _contacts(
    actor: Actor, record_id: int, kinds: list[Kind], q: str, before: tuple[datetime, int] | None
) -> list[Contact]:
    link, mine = InteractionLink, visible(actor, Interaction)
    asked = (
        sa.select(*COLUMNS, sa.not_(mine).label("is_fact"))
        .join(link, link.interaction_id == Interaction.id)
        .where(link.record_id == record_id, Interaction.archived_at.is_(None))
        .where(Interaction.state != InteractionState.planned)
        .order_by(link.at.desc(), Interaction.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        at, row_id = before
        asked = asked.where(sa.or_(link.at < at, sa.and_(link.at == at, Interaction.id < row_id)))
    if kinds:
        asked = asked.where(Interaction.what.in_(kinds))
    if q:
        # What is only known as a fact has no words to be found by.
        found = sa.or_(find.matching(q, Interaction.id), Interaction.notes.icontains(q, autoescape=True))
        return contacts(actor, asked.where(mine, found))
    return contacts(actor, asked.where(sa.or_(mine, is_fact(record_id)) if _is_shared_person(record_id) else mine))


def _is_shared_person(record_id: int) -> bool:
    asked = sa.select(Record.id).where(Record.id == record_id, Record.kind == "person", Record.team_id.is_(None))
    return db.session.scalar(asked) is not None


def is_fact(person_id: int) -> sa.ColumnElement[bool]:
    """Whether all may know that a contact took place: held, not confidential, a shared person took part."""
    party = InteractionParty
    there = sa.exists().where(party.interaction_id == Interaction.id, party.person_id == person_id)
    return sa.and_(
        sa.not_(Interaction.confidential),
        Interaction.state == InteractionState.held,
        there.correlate_except(party),
    )


def upcoming(actor: Actor, record_id: int) -> list[Entry]:
    """What is planned with a record and what is promised about it, the next one first."""
    link = InteractionLink
    asked: sa.Select[Any] = (
        sa.select(*COLUMNS, sa.false().label("is_fact"))
        .join(link, link.interaction_id == Interaction.id)
        .where(link.record_id == record_id, Interaction.archived_at.is_(None), visible(actor, Interaction))
        .where(Interaction.state == InteractionState.planned)
        .order_by(link.at)
        .limit(50)
    )
    entries = [Entry(c.at, c.id, contact=c) for c in contacts(actor, asked)]
    entries += [Entry(_due(t), t.id, to_do=t) for t in of_record(actor, [record_id], limit=50)]
    return sorted(entries, key=lambda e: (e.at, e.id))


def _due(to_do: ToDo) -> datetime:
    """The moment a follow-up is sorted by: the end of its day where it has no time."""
    return to_do.due_at or resolve_local(to_do.due_on, time(23, 59), to_do.zone)
