"""Emails as their page shows them; each query starts from what the actor may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import undefer

from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.errors import Forbidden, NotFound
from crm.core.mail.outbox.encryption import Unreadable, readable_text
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, Audience, MailState
from crm.core.policy import Actor, Role
from crm.core.words import _
from crm.people.queries import is_readable_address

from .policy import MailFacts, may_answer, may_know, may_read_body, may_read_subject

PAGE = 50
GROUPS: dict[str, tuple[MailState, ...]] = {
    "due": (MailState.pending, MailState.claimed, MailState.sending),
    "retrying": (MailState.retry,),
    "held": (MailState.uncertain,),
    "dead": (MailState.dead,),
    "sent": (MailState.sent, MailState.display_only),
    "cancelled": (MailState.canceled,),
}
"""The tabs of the page and the states behind each."""


class MailRow(NamedTuple):
    """A row of the list; subject and address are empty, and `why_dead` is None, if the actor may not read them."""

    id: int
    state: MailState
    kind: str
    subject: str
    address: str
    was_due_at: datetime
    next_at: datetime
    sent_at: datetime | None
    tries: int
    ever_ambiguous: bool
    why_dead: str | None
    may_answer: bool


class Attempt(NamedTuple):
    """One attempt, or one decision of a person."""

    at: datetime
    outcome: AttemptOutcome
    text: str


def listable_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the same as `policy.may_know`, as a condition."""
    if actor.is_system or actor.role is Role.administrator:
        return sa.true()
    own = Mail.user_id == actor.id
    return sa.or_(own, Mail.team_id.in_(sorted(actor.team_ids))) if actor.role is Role.manager else own


def facts_of(row: Any) -> MailFacts:
    """Return the facts that rights depend on."""
    return MailFacts(row.user_id, row.team_id, row.confidential, row.secret)


def count_mails(actor: Actor) -> dict[str, int]:
    """Return the number of emails in each tab; "held" counts those whose delivery is unconfirmed now."""
    stmt = sa.select(Mail.state, sa.func.count()).where(listable_by(actor)).group_by(Mail.state)
    by_state = dict(db.session.execute(stmt).all())
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in GROUPS.items()}


def list_mails(actor: Actor, group: str | None, *, ambiguous: bool = False, before: int | None = None) -> list[MailRow]:
    """Return a page of emails below an id, newest first; `ambiguous` keeps only those that were ever in doubt."""
    stmt = sa.select(
        Mail.id,
        Mail.state,
        Mail.kind,
        Mail.subject,
        Mail.address,
        Mail.was_due_at,
        Mail.next_at,
        Mail.sent_at,
        Mail.tries,
        Mail.ever_ambiguous,
        Mail.why_dead,
        Mail.user_id,
        Mail.team_id,
        Mail.confidential,
        Mail.secret,
        _is_withheld(actor).label("is_withheld"),
        _has_hidden_address(actor).label("has_hidden_address"),
    ).where(listable_by(actor))
    if group is not None:
        stmt = stmt.where(Mail.state.in_(GROUPS[group]))
    if ambiguous:
        stmt = stmt.where(Mail.ever_ambiguous)
    if before is not None:
        stmt = stmt.where(Mail.id < before)
    return [_row(actor, row) for row in db.session.execute(stmt.order_by(Mail.id.desc()).limit(PAGE + 1))]


def _row(actor: Actor, row: Any) -> MailRow:
    facts = facts_of(row)
    subject = row.subject if may_read_subject(actor, facts) and not row.is_withheld else ""
    mail_row = MailRow._make([*row[:3], subject, *row[4:11], may_answer(actor, facts)])
    return mail_row._replace(address="", why_dead=None) if row.has_hidden_address else mail_row


def get_mail(actor: Actor, mail_id: int, *, to_answer: bool = False) -> Mail:
    """Return an email. Raises NotFound if the actor may not see it, Forbidden if they may not handle it."""
    stmt = sa.select(Mail).where(Mail.id == mail_id, listable_by(actor)).options(undefer(Mail.text))
    rows = db.session.scalars(stmt).one_or_none()
    if rows is None or not may_know(actor, facts_of(rows)):
        raise NotFound
    if to_answer and not may_answer(actor, facts_of(rows)):
        raise Forbidden
    return rows


def load_mail_text(actor: Actor, mail_row: Mail) -> tuple[str, str | None]:
    """Return subject and text of an email; "" and None for what the actor may not read."""
    if db.session.scalar(sa.select(Mail.id).where(Mail.id == mail_row.id, _is_withheld(actor))) is not None:
        return "", None
    facts = facts_of(mail_row)
    subject = mail_row.subject if may_read_subject(actor, facts) else ""
    return subject, _text_of(mail_row) if may_read_body(actor, facts, demo=current_app.config["CRM_DEMO"]) else None


def _text_of(mail_row: Mail) -> str:
    try:
        return readable_text(mail_row)
    except Unreadable:
        return _("This email contained a private link. The text was deleted after sending or when the link expired.")


def _is_withheld(actor: Actor) -> sa.ColumnElement[bool]:
    """Return whether it is about a record that the actor may not see, or may no longer see: sent or not."""
    is_visible = sa.exists().where(Record.id == Mail.record_id, visible(actor))
    return sa.and_(Mail.record_id.is_not(None), sa.not_(is_visible))


def _has_hidden_address(actor: Actor) -> sa.ColumnElement[bool]:
    """Return whether the address of an email to someone outside would reveal a record or a contact that is hidden."""
    is_hidden = sa.or_(_is_withheld(actor), sa.not_(is_readable_address(actor, Mail.address)))
    return sa.and_(Mail.audience == Audience.outside, is_hidden)


def may_read_address(actor: Actor, mail_id: int) -> bool:
    """Return whether the actor may read the address of an email, and what mail servers replied: they repeat it."""
    return db.session.scalar(sa.select(Mail.id).where(Mail.id == mail_id, _has_hidden_address(actor))) is None


def attempts_of(mail_id: int, *, with_text: bool) -> list[Attempt]:
    """Return the attempts of an email, in order, without the replies of mail servers unless `with_text`."""
    text = MailAttempt.text if with_text else sa.literal("")
    stmt = sa.select(MailAttempt.at, MailAttempt.outcome, text).where(MailAttempt.mail_id == mail_id)
    return [Attempt(*row) for row in db.session.execute(stmt.order_by(MailAttempt.id))]
