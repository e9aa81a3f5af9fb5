"""What users are notified of: emails to them, mentions, assignments and answers, in the transaction of the cause.

Whether the reader may see the record is decided when the list is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.history import UNDO, UNMERGE, Batch, ChangeSource, build_stamp
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.data.rows import upsert
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import Audience
from crm.impact.models import ImpactSurvey
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.invitations.policy import GuestAnswer
from crm.invitations.queries import path_of
from crm.reminders.kinds import get_kind
from crm.reminders.mentions import build_named_user, list_newly_mentioned, list_note_changes
from crm.reminders.models import ReminderSetting

from .models import Notification
from .policy import ASSIGNED, CHECK_IN, INVITATION, MENTIONED, STOPPED, SURVEY

Row = Mapping[str, Any]
KEY = [Notification.user_id, Notification.key]
BY_PEOPLE = (ChangeSource.web, ChangeSource.api, ChangeSource.mail, ChangeSource.import_)
"""What jobs assign is in the digest only."""
ANSWERS = {"checkin": (CHECK_IN, "answer"), "impact_survey": (SURVEY, "answered_at")}
ANSWERS |= {"checkin_plan": (STOPPED, "stopped_at")}
"""Tables with answers from outside: the kind, and the column that an answer sets."""


def notify_of_mail(session: Session, mail: Mail) -> None:
    """Add the notification of an email to a user; emails with secret links and those to outsiders have none."""
    if mail.user_id is None or mail.secret or mail.audience is not Audience.staff:
        return
    opens = KINDS[mail.kind].opens
    values = {"user_id": mail.user_id, "key": f"mail:{mail.id}", "kind": mail.kind, "record_id": mail.record_id}
    _add(session, values | {"mail_id": mail.id, "path": opens(mail) if opens else ""})


def notify_of_changes(session: Session, changes: Sequence[Row]) -> None:
    """Add the notifications of what a flush changed: mentions, assignments by a colleague, answers from outside."""
    causes = [*_list_mentions(session, changes), *_list_assignments(session, changes), *_list_answers(session, changes)]
    for values in [*causes, *_list_guest_answers(session, changes)]:
        if _is_enabled(session, values["user_id"], values["kind"]):
            _add(session, values)


def notify_of_assignments(session: Session, rows: Sequence[tuple[str, int]], user_id: int) -> None:
    """Add one notification of all records that a colleague assigned to a user in a batch, unless it exists."""
    stamp = build_stamp(session)
    if stamp["actor_id"] in (None, user_id) or stamp["via"] not in BY_PEOPLE or stamp["batch_id"] is None:
        return
    if not _is_enabled(session, user_id, ASSIGNED):
        return
    first_id = min(id for _kind, id in rows) if stamp["via"] is ChangeSource.import_ else None
    _add(session, _assigned_together(stamp, user_id, first_id))


def _assigned_together(change: Row, user_id: int, first_id: int | None) -> dict[str, Any]:
    """Return the notification of all records that a batch assigns to a user; of an import with the first of them."""
    values = {"user_id": user_id, "key": f"{ASSIGNED}:batch:{change['batch_id']}", "kind": ASSIGNED}
    values["record_id"] = first_id
    return values | {"by_id": change["actor_id"], "batch_id": change["batch_id"]}


def _add(session: Session, values: Row) -> None:
    session.execute(upsert(session, Notification, {"path": "", "at": clock.now(), **values}, key=KEY))


def _is_enabled(session: Session, user_id: int, kind: str) -> bool:
    """Return whether a user didn't turn off reminders of this kind."""
    table: Any = ReminderSetting.__table__
    stmt = sa.select(table.c.enabled).where(table.c.user_id == user_id, table.c.kind == kind)
    enabled = session.connection().scalar(stmt)
    return get_kind(kind).is_default if enabled is None else bool(enabled)


def _list_mentions(session: Session, changes: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield the users whom notes newly mention; the undo of a change mentions nobody again."""
    # Once, not for each user: a note can be long.
    pairs = [(change, list_note_changes(change["diff"])) for change in changes if change["root_id"]]
    with_signs = [(change, notes) for change, notes in pairs if notes]
    undo_ids = _list_undo_ids(session, [change for change, _notes in with_signs])
    with_signs = [(change, notes) for change, notes in with_signs if change["batch_id"] not in undo_ids]
    if not with_signs:
        return
    table: Any = User.__table__
    columns = (table.c.id, table.c.name, table.c.native_name, table.c.email, table.c.active)
    rows = session.connection().execute(sa.select(*columns).order_by(table.c.id)).all()
    # A mention of a deactivated user is no mention of another one with the same first name.
    users, active_ids = [build_named_user(row) for row in rows], {row.id for row in rows if row.active}
    for change, notes in with_signs:
        if change["actor_id"] is None:
            continue
        for user_id in sorted(list_newly_mentioned(users, notes) & active_ids - {change["actor_id"]}):
            yield _values(change, user_id, MENTIONED)


def _list_assignments(session: Session, changes: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield the counselors to whom a colleague assigned a record, once for all of an import; no undo assigns."""
    assigned = [change for change in changes if change["root_id"] and _new_counselor(change)]
    undo_ids = _list_undo_ids(session, assigned)
    assigned = [change for change in assigned if change["batch_id"] not in undo_ids]
    # Reversed: the notification of an import has the first of its records.
    imported = {_new_counselor(change): change for change in assigned[::-1] if change["via"] is ChangeSource.import_}
    for user_id, change in imported.items():
        yield _assigned_together(change, user_id, change["root_id"])
    for change in assigned:
        if change["via"] is not ChangeSource.import_:
            yield _values(change, _new_counselor(change), ASSIGNED)


def _list_undo_ids(session: Session, changes: Sequence[Row]) -> set[int]:
    """Return the batches of these changes that undo another one, or a merge."""
    batch_ids = {change["batch_id"] for change in changes} - {None}
    if not batch_ids:
        return set()
    stmt = sa.select(Batch.id).where(Batch.id.in_(batch_ids), Batch.kind.in_((UNDO, UNMERGE)))
    return set(session.connection().scalars(stmt))


def _new_counselor(change: Row) -> int:
    """Return the user to whom a colleague assigned the record; 0 if none did."""
    user_id = change["diff"].get("counselor_id", (None, None))[1]
    return user_id if user_id and change["actor_id"] not in (None, user_id) and change["via"] in BY_PEOPLE else 0


def _list_answers(session: Session, changes: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield the counselors of the records about which someone outside answered."""
    table: Any = Record.__table__
    for change in changes:
        kind, column = ANSWERS.get(change["table"], ("", ""))
        if change["action"] != "changed" or not change["diff"].get(column, (None, None))[1]:
            continue
        stmt = sa.select(table.c.counselor_id).where(table.c.id == change["root_id"])
        counselor_id = session.connection().scalar(stmt)
        if counselor_id is not None and counselor_id != change["actor_id"]:
            yield _values(change, counselor_id, kind) | _opportunity_of(session, change)


def _list_guest_answers(session: Session, changes: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield the organizers of the invitations that a guest declined, or for which a guest proposed another time."""
    table: Any = CalendarInvitation.__table__
    for change in changes:
        diff = change["diff"]
        if change["table"] != CalendarGuest.__tablename__ or change["action"] != "changed":
            continue
        if diff.get("answer", ("", ""))[1] != GuestAnswer.declined.value and not diff.get("proposed_at", ("", ""))[1]:
            continue
        invitation_id = int(change["row_id"].partition("/")[0])
        stmt = sa.select(table.c.organizer_id, table.c.record_id, table.c.subject_key)
        row = session.connection().execute(stmt.where(table.c.id == invitation_id)).one()
        values = _values(change, row.organizer_id, INVITATION)
        yield values | {"record_id": row.record_id, "path": path_of(row.subject_key)}


def _opportunity_of(session: Session, change: Row) -> dict[str, Any]:
    """Return the opportunity of a survey as the record: the right to see it is the right to see the survey."""
    if change["table"] != ImpactSurvey.__tablename__:
        return {}
    table: Any = ImpactSurvey.__table__
    opportunity_id = session.connection().scalar(
        sa.select(table.c.opportunity_id).where(table.c.id == int(change["row_id"]))
    )
    return {"record_id": opportunity_id} if opportunity_id else {}


def _values(change: Row, user_id: int, kind: str) -> dict[str, Any]:
    key = f"{kind}:{change['table']}:{change['row_id']}:{change['at'].isoformat()}"
    path = ""
    if kind in (CHECK_IN, STOPPED):
        path = f"/people/reps/{change['root_id']}/check-ins"
    if kind == SURVEY:
        path = f"/milestones/surveys/{change['row_id']}"
    values = {"user_id": user_id, "kind": kind, "record_id": change["root_id"], "key": key[:120], "path": path}
    return values | {"by_id": change["actor_id"]}
