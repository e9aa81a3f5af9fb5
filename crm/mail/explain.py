"""Why reminders about a record, or the digest, were or weren't sent: rules in sentences, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, get_visible
from crm.core.errors import NotFound
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor
from crm.reminders.kinds import DIGEST, EmailKind, ReminderKind, get_kind, load_kinds
from crm.reminders.models import Reminder

from .queries import listable_by

MAX_SENT_REMINDERS = 20


@dataclass(frozen=True)
class SentReminder:
    """One reminder, with its email where the actor may see it; an empty digest has no email."""

    name: str
    at: datetime
    mail_id: int | None
    state: MailState | None
    is_empty: bool = False


@dataclass(frozen=True)
class MailExplanation:
    """What was sent, and the rules for the time to come; `is_open` while reminders may still come."""

    title: str
    reminders: list[SentReminder]
    reasons: list[str]
    is_open: bool


def explain_reminders(actor: Actor, record_id: int, now: datetime) -> MailExplanation:
    """Explain the reminders about a record. Raises NotFound where there are none, and for what the actor can't see."""
    record_kind = get_visible(Record, actor, record_id).kind
    kinds = [kind for kind in load_kinds() if record_kind in kind.record_kinds]
    if not kinds:
        raise NotFound
    explanations = [kind.explain(actor, record_id, now) for kind in kinds]
    email_kinds = [kind for kind in kinds if isinstance(kind, EmailKind)]
    return MailExplanation(
        title=explanations[0].title,
        reminders=[sent for kind in email_kinds or kinds[:1] for sent in _list_sent(actor, kind, record_id)],
        reasons=[reason for explanation in explanations for reason in explanation.reasons],
        is_open=any(explanation.is_open for explanation in explanations),
    )


def explain_digests(actor: Actor, now: datetime) -> MailExplanation:
    """Explain the actor's own digests."""
    kind = get_kind(DIGEST)
    explanation = kind.explain(actor, None, now)
    return MailExplanation(explanation.title, _list_sent(actor, kind, None), explanation.reasons, explanation.is_open)


def _list_sent(actor: Actor, kind: ReminderKind, record_id: int | None) -> list[SentReminder]:
    """Return the reminders about a record, the latest first; for what is in the digest the actor's digests."""
    if record_id is None or not isinstance(kind, EmailKind):
        condition = sa.and_(Reminder.kind == DIGEST, Reminder.user_id == actor.id)
    else:
        condition = sa.and_(Reminder.kind == kind.code, Reminder.record_id == record_id)
    stmt = (
        sa.select(User.name, Reminder.at, Mail.id, Mail.state, Reminder.mail_id.is_(None))
        .select_from(Reminder)
        .join(User, User.id == Reminder.user_id)
        .outerjoin(Mail, sa.and_(Mail.id == Reminder.mail_id, listable_by(actor)))
        .where(condition)
        .order_by(Reminder.at.desc(), Reminder.id.desc())
        .limit(MAX_SENT_REMINDERS)
    )
    return [SentReminder(*row) for row in db.session.execute(stmt)]
