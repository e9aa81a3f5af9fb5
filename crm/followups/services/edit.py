"""Create and change follow-ups."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db, new_uid
from crm.core.data.identity import Membership
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record, touch, visible
from crm.core.data.record_names import name_record
from crm.core.errors import Invalid
from crm.core.hooks import DERIVED_DATES, QUICK_UNDO, REASSIGNED, UNDONE, QuickUndo
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.dates import refresh_next_steps
from crm.followups.models import FollowUp, FollowUpAbout
from crm.people.queries import get_person
from crm.records.services import (
    assign_chosen_counselor,
    check_counselor,
    declare_links,
    keep_readers,
    require_access,
    require_one_team,
    update_access,
)

from .about import AboutRecords, load_about

OWING_FIELDS = ("promised_by_id", "promised_to_id")
PLAIN = ("title", "note", "side", *OWING_FIELDS, "mail_alone", "repeat")
DERIVED_DATES["followup"] = lambda follow_up_id: refresh_next_steps(_about_ids(follow_up_id))
declare_links(
    "followup",
    sa.select(FollowUpAbout.followup_id, FollowUpAbout.record_id),
    sa.select(FollowUp.id, FollowUp.promised_by_id),
    sa.select(FollowUp.id, FollowUp.promised_to_id),
    sa.select(FollowUp.id, FollowUp.source_id),
)


def add_follow_up(
    actor: Actor,
    values: Mapping[str, Any],
    *,
    about: Collection[int] = (),
    source_id: int | None = None,
    uid: str | None = None,
) -> FollowUp:
    """Create a follow-up about records that the actor sees.

    `values`: title; due_on (a date) or due_wall (local date and time); zone; side; counselor_id and the other fields of
    the form. Team: that of a team's record it is about, else the counselor's first, else `team_id` of a counselor
    without one. Raises Invalid, NotFound.
    """
    records = load_about(actor, about, list_owing_ids(values))
    inserted = insert_follow_up(actor, values, about=records, source_id=source_id, uid=uid)
    follow_access(actor, inserted)
    refresh_next_steps(inserted.about_ids)
    return inserted.row


def list_owing_ids(values: Mapping[str, Any]) -> list[int]:
    """Return the ids of the people among the values of a follow-up who owe something, or to whom it is owed."""
    return [i for name in OWING_FIELDS if (i := values.get(name))]


class InsertedFollowUp(NamedTuple):
    """A new follow-up, the ids of the records that it is about, and its counselor if one was chosen."""

    row: FollowUp
    about_ids: list[int]
    counselor_id: int | None


def insert_follow_up(
    actor: Actor, values: Mapping[str, Any], *, about: AboutRecords, source_id: int | None, uid: str | None = None
) -> InsertedFollowUp:
    """Insert a follow-up as `add_follow_up`. The caller updates its access and the dates of what it is about."""
    counselor_id = values.get("counselor_id") or actor.id
    row = FollowUp(
        uid=uid or new_uid(), counselor_id=counselor_id, source_id=source_id, zone=values.get("zone") or actor.zone
    )
    row.team_id = about.team_id or _team_of(actor, counselor_id) or values.get("team_id")
    if row.team_id is None and not actor.is_system:
        raise Invalid(_("Choose a counselor with a team. Every follow-up belongs to a team."), "counselor_id")
    if not actor.is_system and counselor_id != actor.id:
        check_counselor(counselor_id, row.team_id)
    _set_values(actor, row, values)
    db.session.add(row)
    db.session.flush()
    db.session.add_all(FollowUpAbout(followup_id=row.id, record_id=i) for i in about.ids)
    return InsertedFollowUp(row, about.ids, values.get("counselor_id"))


def follow_access(actor: Actor, inserted: InsertedFollowUp) -> None:
    """Make a new follow-up as confidential as what it is about. Raises Invalid if its counselor has no access to it."""
    _apply_access(actor, inserted.row, inserted.counselor_id)


def _apply_access(actor: Actor, row: FollowUp, counselor_id: int | None) -> None:
    """Make it as confidential as the records it is about. Raises Invalid if the counselor has no access to them."""
    update_access("followup", [row.id])
    if row.confidential and not actor.is_system:
        require_access(row, counselor_id)
        require_one_team(row, "about")


def change_follow_up(actor: Actor, row: FollowUp, values: Mapping[str, Any]) -> FollowUp:
    """Change the values in `values`; `about` are ids. A new due date or counselor cancels the unsent email.

    Raises Invalid, also for an actor who may not reassign it.
    """
    before = (row.due_on, row.due_at, row.counselor_id)
    if values.get("counselor_id"):
        assign_chosen_counselor(actor, row, values["counselor_id"])
    about_before = set(about_of(row))
    with keep_readers(row):
        _set_values(actor, row, values)
        db.session.flush()
        if (row.due_on, row.due_at, row.counselor_id) != before:
            cancel_unsent_emails(row)
        if "about" in values:
            _set_about(actor, row, values["about"])
        _apply_access(actor, row, values.get("counselor_id"))
    refresh_next_steps(about_before | set(about_of(row)))
    return row


def _set_about(actor: Actor, row: FollowUp, ids: Collection[int]) -> None:
    """Set the records it is about; existing ones that the actor may not see stay.

    The interaction that closed it stays, too: its subject is the result.
    """
    stmt = sa.select(FollowUpAbout).where(FollowUpAbout.followup_id == row.id)
    existing = {x.record_id: x for x in db.session.scalars(stmt)}
    removable = sa.select(Record.id).where(Record.id.in_(existing), visible(actor))
    if row.result is not None:
        removable = removable.where(Record.kind != "interaction")
    removable_ids = set(db.session.scalars(removable))
    chosen_ids = load_about(actor, ids, list_owing_ids({name: getattr(row, name) for name in OWING_FIELDS})).ids
    removed_ids = removable_ids - set(chosen_ids)
    added_ids = [i for i in chosen_ids if i not in existing]
    for record_id in removed_ids:
        db.session.delete(existing[record_id])
    db.session.add_all(FollowUpAbout(followup_id=row.id, record_id=i) for i in added_ids)
    if removed_ids or added_ids:
        touch(row)
    db.session.flush()


def link_record(row: FollowUp, record_id: int) -> None:
    """Add a record to those that a follow-up is about; every reader of the follow-up must be able to see it."""
    if record_id not in about_of(row):
        db.session.add(FollowUpAbout(followup_id=row.id, record_id=record_id))
        db.session.flush()


def _set_values(actor: Actor, row: FollowUp, values: Mapping[str, Any]) -> None:
    before = (row.due_on, row.repeat)
    # The counselor may stay even if the actor can no longer see that user.
    for name in OWING_FIELDS:
        if values.get(name) and values[name] != getattr(row, name):
            get_person(actor, values[name])
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    if not row.title:
        raise Invalid(_("Enter a title."), "title")
    row.zone = values.get("zone") or row.zone
    due = values.get("due_wall") or values.get("due_on") or (row.due_wall if "zone" in values else None)
    if due is not None:
        set_due(row, due)
    if row.due_on is None:
        raise Invalid(_("Enter a due date."), "due_on")
    if row.repeat is not None and (row.repeat_from is None or (row.due_on, row.repeat) != before):
        row.repeat_from = row.due_on
    name_record(row, row.title, None, [names.tokens(row.title)])


def set_due(row: FollowUp, due: date | datetime) -> None:
    """Set a date, or a local date and time in the row's zone; an aware moment is converted to that zone."""
    if isinstance(due, datetime):
        wall = due.astimezone(ZoneInfo(row.zone)).replace(tzinfo=None) if due.tzinfo else due
        row.due_at = calendars.resolve_local(wall.date(), wall.time(), row.zone)
        row.due_wall, row.due_on = wall, wall.date()
    else:
        row.due_on, row.due_wall, row.due_at = due, None, None


def _team_of(actor: Actor, counselor_id: int | None) -> int | None:
    if counselor_id is None or counselor_id == actor.id:
        return actor.first_team_id
    stmt = (
        sa.select(Membership.team_id).where(Membership.user_id == counselor_id).order_by(Membership.position).limit(1)
    )
    return db.session.scalar(stmt) or actor.first_team_id


def about_of(row: FollowUp) -> list[int]:
    """Return the ids of the records that a follow-up is about."""
    return _about_ids(row.id)


def _about_ids(*follow_up_ids: int) -> list[int]:
    stmt = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id.in_(follow_up_ids))
    return list(db.session.scalars(stmt))


def cancel_unsent_emails(row: Record) -> None:
    """Cancel the unsent emails about it."""
    cancel_mails(db.session(), record_ids=[row.id])


def _cancel_unsent(kind: str, ids: Sequence[int], _before: int | None, _after: int | None) -> None:
    if kind == "followup":
        cancel_mails(db.session(), record_ids=ids)


REASSIGNED.append(_cancel_unsent)


def _update_after_undo(_actor: Actor, undone: Mapping[FollowUp, Sequence[NetChange]]) -> None:
    """Update the names and the dates of the records that they are or were about."""
    for row in undone:
        name_record(row, row.title, None, [names.tokens(row.title)])
    about = _about_ids(*(row.id for row in undone))
    former = [c.key[1] for changes in undone.values() for c in changes if c.table == FollowUpAbout.__tablename__]
    refresh_next_steps({*about, *former})


UNDONE["followup"] = _update_after_undo
QUICK_UNDO["followup"] = QuickUndo()
