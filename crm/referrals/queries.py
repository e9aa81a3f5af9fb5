"""Questions that a user asked or was asked; the record is named only to those who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias, db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor

from .models import Referral
from .policy import ReferralState

MAX_LINES = 10


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
    """Select the questions that the actor asked or was asked."""
    return sa.select(Referral).where(sa.or_(Referral.from_id == actor.id, Referral.to_id == actor.id))


def get_referral(actor: Actor, referral_id: int) -> Referral:
    """Return a question that the actor asked or was asked. Raises NotFound."""
    row: Referral | None = db.session.scalar(visible_referrals(actor).where(Referral.id == referral_id))
    if row is None:
        raise NotFound
    return row


def load_referral(actor: Actor, referral_id: int) -> ReferralRow:
    """Return a question for its page. Raises NotFound."""
    rows = _select_one(actor, id=referral_id)
    if not rows:
        raise NotFound
    return ReferralRow._make(rows[0])


def list_open_questions(actor: Actor) -> list[ReferralRow]:
    """Return the questions that the actor hasn't answered, the oldest first; at most ten."""
    return [ReferralRow._make(row) for row in _select_open(actor)]


def list_answers_since(actor: Actor, since: datetime) -> list[ReferralRow]:
    """Return the answers that the actor got since a moment, the oldest first; at most ten."""
    return [ReferralRow._make(row) for row in _answers(actor, since=since)]


def _rows(viewer: AccessProfile) -> Select:
    asker, colleague, record = alias(User, "asker"), alias(User, "colleague"), alias(Record, "referral_record")
    R = Referral  # noqa: N806 - read a dozen times below
    return (
        sa.select(
            R.id,
            R.from_id,
            asker.name,
            R.to_id,
            colleague.name,
            R.question,
            R.answer,
            R.state,
            R.asked_at,
            R.closed_at,
            record.id,
            record.label,
            record.native_label,
            record.confidential,
        )
        .join(asker, asker.id == R.from_id)
        .join(colleague, colleague.id == R.to_id)
        .outerjoin(record, sa.and_(record.id == R.record_id, visible(viewer, record)))
    )


@cached_query
def _select_one(viewer: AccessProfile) -> Select:
    is_own = sa.or_(Referral.from_id == viewer.id, Referral.to_id == viewer.id)
    return _rows(viewer).where(Referral.id == sa.bindparam("id"), is_own)


@cached_query
def _select_open(viewer: AccessProfile) -> Select:
    stmt = _rows(viewer).where(Referral.to_id == viewer.id, Referral.state == ReferralState.open)
    return stmt.order_by(Referral.id).limit(MAX_LINES)


@cached_query
def _answers(viewer: AccessProfile) -> Select:
    since = sa.bindparam("since", type_=Instant)
    stmt = _rows(viewer).where(Referral.from_id == viewer.id, Referral.state == ReferralState.answered)
    return stmt.where(Referral.closed_at >= since).order_by(Referral.closed_at, Referral.id).limit(MAX_LINES)
