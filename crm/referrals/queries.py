"""Questions that a user asked or was asked, and open ones to users for whom the user covers.

The record is named only to those who may see it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias, db
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, find_visible, visible
from crm.core.errors import NotFound
from crm.core.hooks import COVERED_USERS, COVERING_USERS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor

from .models import Referral
from .policy import ReferralState

MAX_LINES = 10
QUESTION = "referral_question"
"""The kind of the email with a question; its key has the ids of the question, the one who is asked and the reader."""
RECORD = alias(Record, "referral_record")


class ReferralRow(NamedTuple):
    """A question with the names of both users, and the record as far as the viewer may see it."""

    id: int
    from_id: int
    from_name: str
    to_id: int
    to_name: str
    question: str
    answer: str | None
    state: ReferralState
    asked_at: datetime
    closed_at: datetime | None
    record_id: int | None
    record: str | None
    native_record: str | None
    confidential: bool | None


def visible_referrals(actor: Actor) -> sa.Select[Any]:
    """Select the questions that the actor asked or was asked, and open ones to users for whom the actor covers.

    Of the latter not those about a record that the actor may not see.
    """
    own = sa.or_(Referral.from_id == actor.id, Referral.to_id == actor.id)
    covered_ids = _list_covered(actor)
    if not covered_ids:
        return sa.select(Referral).where(own)
    is_visible = sa.exists().where(Record.id == Referral.record_id, visible(actor))
    is_covered = sa.and_(Referral.to_id.in_(covered_ids), Referral.state == ReferralState.open)
    covered = sa.and_(is_covered, sa.or_(Referral.record_id.is_(None), is_visible))
    return sa.select(Referral).where(sa.or_(own, covered))


def _list_covered(actor: Actor) -> list[int]:
    return sorted({user_id for hook in COVERED_USERS for user_id in hook(actor)})


def list_covering_users(row: Referral) -> list[User]:
    """Return the colleagues who cover for the one who is asked, and may see the record; not the asker."""
    return [user for user in _list_covering(row) if _may_see_record(user, row)]


def list_users_without_access(row: Referral) -> list[User]:
    """Return the colleagues who cover for the one who is asked, but may not see the record; not the asker."""
    return [user for user in _list_covering(row) if not _may_see_record(user, row)]


def _list_covering(row: Referral) -> list[User]:
    ids = {user_id for hook in COVERING_USERS for user_id in hook(row.to_id)} - {row.from_id}
    return [db.session.get_one(User, user_id) for user_id in sorted(ids)]


def _may_see_record(user: User, row: Referral) -> bool:
    return row.record_id is None or find_visible(load_actor(user), row.record_id) is not None


def get_referral(actor: Actor, referral_id: int) -> Referral:
    """Return a question that the actor may read. Raises NotFound."""
    row: Referral | None = db.session.scalar(visible_referrals(actor).where(Referral.id == referral_id))
    if row is None:
        raise NotFound
    return row


def get_former_referral(actor: Actor, referral_id: int) -> Referral:
    """Return a question that the actor could read as a colleague who covers, or before it was passed on.

    Raises NotFound for others, and for one about a record that the actor may not see.
    """
    row = db.session.get(Referral, referral_id)
    if row is None or (row.record_id is not None and find_visible(actor, row.record_id) is None):
        raise NotFound
    sent = sa.select(Mail.id).where(Mail.user_id == actor.id, Mail.state != MailState.canceled)
    sent = sent.where(Mail.dedupe_key.startswith(question_key(referral_id)))
    if not _was_covered(actor, row) and not db.session.scalar(sent):
        raise NotFound
    return row


def _was_covered(actor: Actor, row: Referral) -> bool:
    """Return whether the actor covers for the one who was asked, and did so when the question was closed."""
    first_days = {user_id: day for hook in COVERED_USERS for user_id, day in hook(actor).items()}
    if row.to_id not in first_days or row.closed_at is None:
        return False
    zone = ZoneInfo(db.session.get_one(User, row.to_id).zone)
    return row.closed_at.astimezone(zone).date() >= first_days[row.to_id]


def question_key(referral_id: int) -> str:
    """Return how the keys of all emails with a question begin."""
    return f"{QUESTION}:{referral_id}:"


def load_referral(actor: Actor, referral_id: int) -> ReferralRow:
    """Return a question for its page. Raises NotFound."""
    rows = _select_one(actor, id=referral_id, covered_ids=_list_covered(actor))
    if not rows:
        raise NotFound
    return ReferralRow._make(rows[0])


def list_open_questions(actor: Actor) -> list[ReferralRow]:
    """Return the questions that the actor hasn't answered, the oldest first; at most ten."""
    return [ReferralRow._make(row) for row in _select_open(actor)]


def list_questions_to(actor: Actor, user_id: int) -> list[ReferralRow]:
    """Return what others ask a user for whom the actor covers, as far as the actor may see it; at most ten."""
    return [ReferralRow._make(row) for row in _select_covered(actor, user_id=user_id)]


def list_answers_since(actor: Actor, since: datetime) -> list[ReferralRow]:
    """Return the answers that the actor got since a moment, the oldest first; at most ten."""
    return [ReferralRow._make(row) for row in _answers(actor, since=since)]


def _rows(viewer: AccessProfile) -> Select:
    asker, colleague, record = alias(User, "asker"), alias(User, "colleague"), RECORD
    return (
        sa.select(
            Referral.id,
            Referral.from_id,
            asker.name,
            Referral.to_id,
            colleague.name,
            Referral.question,
            Referral.answer,
            Referral.state,
            Referral.asked_at,
            Referral.closed_at,
            record.id,
            record.label,
            record.native_label,
            record.confidential,
        )
        .join(asker, asker.id == Referral.from_id)
        .join(colleague, colleague.id == Referral.to_id)
        .outerjoin(record, sa.and_(record.id == Referral.record_id, visible(viewer, record)))
    )


@cached_query
def _select_one(viewer: AccessProfile) -> Select:
    is_own = sa.or_(Referral.from_id == viewer.id, Referral.to_id == viewer.id)
    is_to_covered = Referral.to_id.in_(sa.bindparam("covered_ids", expanding=True))
    is_covered = sa.and_(is_to_covered, Referral.state == ReferralState.open, _is_readable_record())
    return _rows(viewer).where(Referral.id == sa.bindparam("id"), sa.or_(is_own, is_covered))


@cached_query
def _select_open(viewer: AccessProfile) -> Select:
    stmt = _rows(viewer).where(Referral.to_id == viewer.id, Referral.state == ReferralState.open)
    return stmt.order_by(Referral.id).limit(MAX_LINES)


@cached_query
def _select_covered(viewer: AccessProfile) -> Select:
    is_open = sa.and_(Referral.to_id == sa.bindparam("user_id"), Referral.state == ReferralState.open)
    stmt = _rows(viewer).where(is_open, Referral.from_id != viewer.id, _is_readable_record())
    return stmt.order_by(Referral.id).limit(MAX_LINES)


def _is_readable_record() -> sa.ColumnElement[bool]:
    """Whether a row of `_rows` is about no record, or about one that the viewer may see."""
    return sa.or_(Referral.record_id.is_(None), RECORD.id.is_not(None))


@cached_query
def _answers(viewer: AccessProfile) -> Select:
    since = sa.bindparam("since", type_=Instant)
    stmt = _rows(viewer).where(Referral.from_id == viewer.id, Referral.state == ReferralState.answered)
    return stmt.where(Referral.closed_at >= since).order_by(Referral.closed_at, Referral.id).limit(MAX_LINES)
