"""A user's notifications, as far as the user may still see their records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.history import Batch, Change
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.errors import NotFound
from crm.core.hooks import FRAME_COUNTS
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor
from crm.core.words import _, _l, ngettext
from crm.reminders.kinds import load_kinds

from .models import UNREAD_SQL, Notification
from .policy import ASSIGNED, CHECK_IN, INVITATION, MAX_COUNT, MENTIONED, STOPPED, SURVEY

PAGE = 50
MAX_RECORDS = 500
SUBJECT = alias(Record, "notification_record")
ICONS = {
    MENTIONED: "note",
    ASSIGNED: "handover",
    CHECK_IN: "people",
    SURVEY: "star",
    INVITATION: "meeting",
    STOPPED: "stop",
    "digest": "today",
}
ICONS |= dict.fromkeys(("referral_question", "referral_answer", "referral_closed"), "help")
ICONS |= {"reports": "report", "cover_notice": "handover"}
ICONS |= {"followup_due": "followup", "meeting_soon": "clock", "meeting_tomorrow": "clock"}
ICONS |= {"show_tomorrow": "show", "show_meeting_soon": "show"}
TITLES = {
    MENTIONED: _l("%(name)s mentioned you: %(item)s"),
    ASSIGNED: _l("%(name)s assigned you: %(item)s"),
    CHECK_IN: _l("A China rep answered a check-in"),
    STOPPED: _l("A China rep stopped the monthly check-ins"),
    SURVEY: _l("Survey answer to accept: %(item)s"),
    INVITATION: _l("Invitation declined or another time proposed: %(item)s"),
}


class NotificationLine(NamedTuple):
    id: int
    title: str
    kind: str
    icon: str
    at: datetime
    is_read: bool


def list_notifications(actor: Actor, before: int | None = None) -> list[NotificationLine]:
    """Return a page of the actor's notifications below an id, newest first, with one more if there are older ones."""
    rows = list(_list(actor, before=before or 2**31 - 1))
    batch_ids = [row.batch_id for row in rows if row.batch_id is not None]
    numbers = _count_assigned_records(actor, batch_ids)
    labels = {kind.code: str(kind.label) for kind in load_kinds()} | {k.name: str(k.label) for k in KINDS.values()}
    return [
        NotificationLine(
            row.id,
            _title(row, numbers),
            labels.get(row.kind, ""),
            ICONS.get(row.kind, "mail"),
            row.at,
            row.read_at is not None,
        )
        for row in rows
    ]


def _count_assigned_records(actor: Actor, batch_ids: Collection[int]) -> dict[int, int]:
    """Return by batch how many of the records that it assigned to the actor still are the actor's and visible."""
    rows = _count_assigned(actor, batches=list(batch_ids)) if batch_ids else ()
    return {row.batch_id: row.number for row in rows}


def _title(row: Any, numbers: Mapping[int, int]) -> str:
    if row.batch_id is not None:
        one, many = "%(name)s assigned you %(num)s record", "%(name)s assigned you %(num)s records"
        return str(ngettext(one, many, numbers[row.batch_id], name=row.by_name or _("A colleague")))
    if row.kind in TITLES:
        return str(TITLES[row.kind]) % {"name": row.by_name or _("A colleague"), "item": row.label or row.native_label}
    return str(row.subject or "")


def load_notification(actor: Actor, notification_id: int) -> Notification:
    """Return one of the actor's notifications. Raises NotFound for others, and for what the actor can't see."""
    if not _select_one(actor, id=notification_id):
        raise NotFound
    return db.session.get_one(Notification, notification_id)


def url_of(row: Notification) -> str:
    """Return the page that a notification opens."""
    if row.path:
        return row.path
    if row.batch_id is not None:
        return url_for("notifications.records", id=row.id)
    return url_for("records.show", id=row.record_id) if row.record_id else url_for("mail.show", id=row.mail_id)


def list_ids(actor: Actor, *, unread: bool) -> list[int]:
    """Return the ids of what the actor sees behind the bell, or of the unread ones of it."""
    return [row.id for row in _ids(actor, unread)]


def _visible_to(profile: AccessProfile, *columns: Any) -> Select:
    """Select notifications of the user that aren't dismissed, of visible records, and of emails that weren't canceled.

    An assignment disappears with it: after it was undone, or passed on. Of records that were assigned together one must
    be left. Those of an import are read only if the first one isn't left, because an import can have very many.
    """
    N = Notification  # noqa: N806 - read a dozen times below
    is_visible = sa.or_(N.record_id.is_(None), visible(profile, SUBJECT))
    is_own = sa.or_(N.kind != ASSIGNED, N.record_id.is_(None), SUBJECT.counselor_id == N.user_id)
    is_first_left = sa.and_(SUBJECT.archived_at.is_(None), SUBJECT.counselor_id == N.user_id, visible(profile, SUBJECT))
    has_records = _select_assigned(profile, Change.id).where(Change.batch_id == N.batch_id).correlate(N).exists()
    # SQLite evaluates both sides of an OR that isn't at the top.
    is_left = sa.case((N.batch_id.is_(None), sa.and_(is_visible, is_own)), (is_first_left, True), else_=has_records)
    return (
        sa.select(*columns)
        .select_from(N)
        .outerjoin(SUBJECT, SUBJECT.id == N.record_id)
        .outerjoin(Mail, Mail.id == N.mail_id)
        .outerjoin(Batch, Batch.id == N.batch_id)
        .where(N.user_id == profile.id, is_left)
        .where(sa.or_(N.mail_id.is_(None), Mail.state != MailState.canceled), Batch.undone_at.is_(None))
    )


@cached_query
def _list(profile: AccessProfile) -> Select:
    N = Notification  # noqa: N806 - read a dozen times below
    columns = (N.id, N.kind, N.at, N.read_at, N.batch_id, Mail.subject, SUBJECT.label, SUBJECT.native_label)
    stmt = _visible_to(profile, *columns, User.name.label("by_name")).outerjoin(User, User.id == N.by_id)
    stmt = stmt.where(N.dismissed_at.is_(None), N.id < sa.bindparam("before"))
    return stmt.order_by(N.id.desc()).limit(PAGE + 1)


class AssignedRecord(NamedTuple):
    """A record that was assigned to the reader."""

    id: int
    kind: str
    label: str
    native_label: str


def list_assigned_records(actor: Actor, batch_id: int) -> list[AssignedRecord]:
    """Return the records that a batch assigned to the actor and that still are the actor's; at most MAX_RECORDS."""
    return [AssignedRecord(*row) for row in _assigned_records(actor, batch=batch_id)]


def _select_assigned(profile: AccessProfile, *columns: Any) -> Select:
    """Select the changes of the counselor to the user, of records that the user still has and sees."""
    return (
        sa.select(*columns)
        .select_from(Change)
        .join(Record, Record.id == Change.root_id)
        .where(sa.cast(Change.diff, sa.Text).contains('"counselor_id"'))
        .where(Record.counselor_id == profile.id, Record.archived_at.is_(None), visible(profile))
    )


@cached_query
def _count_assigned(profile: AccessProfile) -> Select:
    stmt = _select_assigned(profile, Change.batch_id, sa.func.count(Record.id.distinct()).label("number"))
    return stmt.where(Change.batch_id.in_(sa.bindparam("batches", expanding=True))).group_by(Change.batch_id)


@cached_query
def _assigned_records(profile: AccessProfile) -> Select:
    columns = (Record.id, Record.kind, Record.label, Record.native_label)
    stmt = _select_assigned(profile, *columns).where(Change.batch_id == sa.bindparam("batch"))
    return stmt.group_by(*columns, Record.sort_key).order_by(Record.kind, Record.sort_key, Record.id).limit(MAX_RECORDS)


@cached_query
def _select_one(profile: AccessProfile) -> Select:
    return _visible_to(profile, Notification.id).where(Notification.id == sa.bindparam("id"))


@cached_query
def _ids(profile: AccessProfile, unread: bool) -> Select:  # noqa: FBT001 - a cache key is positional
    condition = sa.text(UNREAD_SQL) if unread else Notification.dismissed_at.is_(None)
    return _visible_to(profile, Notification.id).where(condition)


def _count_unread(profile: AccessProfile) -> sa.ScalarSelect[int]:
    """Count the unread notifications of the user, up to one more than the bell shows."""
    rows = _visible_to(profile, Notification.id).where(sa.text(UNREAD_SQL)).limit(MAX_COUNT + 1).subquery("unread")
    return sa.select(sa.func.count()).select_from(rows).scalar_subquery()


FRAME_COUNTS["unread"] = _count_unread
