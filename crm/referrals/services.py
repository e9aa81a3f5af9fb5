"""Ask a colleague, answer, and withdraw a question."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, find_visible, get_visible
from crm.core.errors import Conflict, Forbidden, Invalid
from crm.core.hooks import USER_PARTS, UserPart
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.words import _, _l

from .mails import mail_answer, mail_closed, mail_question
from .models import Referral
from .policy import ReferralState
from .queries import question_key


def ask_colleague(
    actor: Actor, to_id: int, question: str, record_id: int | None = None, *, uid: str | None = None
) -> Referral:
    """Ask a colleague, who gets an email at once.

    Raises Invalid for oneself, a deactivated user, and a colleague who may not see the record; NotFound for a record
    that the actor may not see.
    """
    record = get_visible(Record, actor, record_id) if record_id else None
    colleague = db.session.get(User, to_id)
    if colleague is None or not colleague.active:
        raise Invalid(_("Choose an active colleague."), "to_id")
    if colleague.id == actor.id:
        raise Invalid(_("Choose someone else."), "to_id")
    if record is not None and not _may_see_record(colleague, record):
        message = _("%(name)s doesn't have access to this record. Choose another colleague.", name=colleague.name)
        raise Invalid(message, "to_id")
    row = Referral(from_id=actor.id or 0, to_id=colleague.id, question=question, asked_at=clock.now())
    row.record_id, row.state = record.id if record else None, ReferralState.open
    if uid:
        row.uid = uid
    db.session.add(row)
    db.session.flush()
    mail_question(row)
    return row


def _may_see_record(colleague: User, record: Record) -> bool:
    return find_visible(load_actor(colleague), record.id) is not None


def answer_referral(actor: Actor, row: Referral, answer: str) -> None:
    """Answer and close a question; the asker gets an email. Raises Forbidden, and Conflict for one that is closed."""
    if row.to_id != actor.id:
        raise Forbidden
    _check_open(row)
    row.answer, row.state, row.closed_at = answer, ReferralState.answered, clock.now()
    db.session.flush()
    cancel_mails(db.session(), dedupe_prefix=question_key(row.id))
    mail_answer(row)


def withdraw_referral(actor: Actor, row: Referral) -> None:
    """Withdraw a question; its unsent email is canceled. Raises Forbidden, Conflict for one that is closed."""
    if row.from_id != actor.id:
        raise Forbidden
    _check_open(row)
    row.state, row.closed_at = ReferralState.withdrawn, clock.now()
    db.session.flush()
    cancel_mails(db.session(), dedupe_prefix=question_key(row.id))


def _check_open(row: Referral) -> None:
    if row.state is not ReferralState.open:
        raise Conflict(_("This question is already closed."), record_url=f"/referrals/{row.id}")


def _is_open_for(user_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Referral.to_id == user_id, Referral.state == ReferralState.open)


def _count_open(user_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Referral).where(_is_open_for(user_id))) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Pass the open questions to a user who leaves on to another one, who gets the emails.

    Those of the new owner, and those about records that the new owner may not see, are withdrawn; their askers get an
    email. Returns how many were passed on.
    """
    rows = list(db.session.scalars(sa.select(Referral).where(_is_open_for(old.id))))
    for row in rows:
        record = db.session.get(Record, row.record_id) if row.record_id else None
        is_hidden = record is not None and not _may_see_record(new_owner, record)
        if row.from_id == new_owner.id or is_hidden:
            row.state, row.closed_at = ReferralState.withdrawn, clock.now()
        else:
            row.to_id = new_owner.id
    db.session.flush()
    for row in rows:
        cancel_mails(db.session(), dedupe_prefix=question_key(row.id))
        if row.state is ReferralState.open:
            mail_question(row)
        else:
            mail_closed(row)
    return sum(row.state is ReferralState.open for row in rows)


USER_PARTS.append(UserPart(_l("Open questions"), _count_open, _reassign))
