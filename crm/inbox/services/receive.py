"""Handle one incoming email: decide what it is, carry it out and record it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from crm.answers.access import AnswerAccess, find_filing_actor, find_guest_access
from crm.answers.reply import find_reply_access, handle_reply, is_stopped
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.identity import User
from crm.core.errors import Invalid
from crm.core.i18n.formats import as_read_by
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Actor
from crm.inbox.message import IncomingMail, read_message
from crm.inbox.models import InboxMessage
from crm.inbox.policy import MAX_FROM_SENDER, InboxOutcome, is_automatic, is_delivery_report
from crm.invitations.models import CalendarInvitation

from .bounces import handle_report
from .calendar_answers import handle_calendar_answer
from .filing import file_email

HANDLED = tuple(InboxOutcome.from_code(code) for code in ("answered", "filed", "waiting", "discarded", "bounced"))


class InboxResult(NamedTuple):
    """What became of an email."""

    outcome: InboxOutcome
    user_id: int | None = None
    record_id: int | None = None
    detail: str = ""


def receive(raw: bytes, *, uid_validity: int, uid: int, size: int) -> InboxMessage:
    """Handle the message with a number of the mailbox; flushes. `raw` is empty for a message that is too large."""
    mail = read_message(raw) if raw else None
    if mail is None:
        lost = InboxResult(InboxOutcome.unreadable if raw else InboxOutcome.too_large)
        return _note(None, lost, uid_validity=uid_validity, uid=uid, size=size)
    handled = next((result for step in _STEPS if (result := step(mail)) is not None), InboxResult(InboxOutcome.refused))
    return _note(mail, handled, uid_validity=uid_validity, uid=uid, size=size)


def note_failure(*, uid_validity: int, uid: int, size: int) -> None:
    """Note a message that could not be handled because of an error; it stays in the mailbox."""
    _note(None, InboxResult(InboxOutcome.failed), uid_validity=uid_validity, uid=uid, size=size)


def _note(mail: IncomingMail | None, result: InboxResult, *, uid_validity: int, uid: int, size: int) -> InboxMessage:
    waits = result.outcome is InboxOutcome.waiting
    row = InboxMessage(
        uid_validity=uid_validity,
        uid=uid,
        fingerprint=mail.fingerprint if mail else "",
        outcome=result.outcome,
        detail=result.detail[:300],
        user_id=result.user_id,
        record_id=result.record_id,
        from_address=mail.sender.address[:254] if mail else "",
        from_name=mail.sender.name[:200] if mail else "",
        subject=mail.subject if mail else "",
        size=size,
        at=clock.now(),
        mime=mail.raw if mail and waits else None,
        files=[file.name for file in mail.files] if mail and waits else None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _is_own(mail: IncomingMail) -> InboxResult | None:
    """An email that we sent ourselves, such as a copy that was redirected to us."""
    is_ours = mail.message_id and db.session.scalar(sa.select(Mail.id).where(Mail.message_id == mail.message_id))
    return InboxResult(InboxOutcome.own) if is_ours else None


def _is_duplicate(mail: IncomingMail) -> InboxResult | None:
    stmt = sa.select(InboxMessage.id).where(
        InboxMessage.fingerprint == mail.fingerprint, InboxMessage.outcome.in_(HANDLED)
    )
    return InboxResult(InboxOutcome.duplicate) if db.session.scalar(stmt.limit(1)) else None


def _is_report(mail: IncomingMail) -> InboxResult | None:
    report_type = str(mail.message.get_param("report-type", "") or "")
    if not is_delivery_report(mail.content_type, report_type, mail.sender.address):
        return None
    user_id, address = handle_report(mail)
    return (
        InboxResult(InboxOutcome.bounced, user_id, detail=address) if address else InboxResult(InboxOutcome.automatic)
    )


def _is_automatic(mail: IncomingMail) -> InboxResult | None:
    return InboxResult(InboxOutcome.automatic) if is_automatic(mail.headers, mail.subject) else None


def _is_too_many(mail: IncomingMail) -> InboxResult | None:
    since = clock.now() - timedelta(hours=1)
    stmt = sa.select(sa.func.count()).where(
        InboxMessage.from_address == mail.sender.address[:254], InboxMessage.at >= since
    )
    return InboxResult(InboxOutcome.too_many) if (db.session.scalar(stmt) or 0) >= MAX_FROM_SENDER else None


def _tokens(mail: IncomingMail) -> list[str]:
    """Return what follows the plus sign in the addresses of our mailbox."""
    name, _sign, domain = current_app.config["CRM_INBOX_ADDRESS"].lower().partition("@")
    prefix, suffix = f"{name}+", f"@{domain}"
    return [a[len(prefix) : -len(suffix)] for a in mail.recipients if a.startswith(prefix) and a.endswith(suffix)]


def _is_calendar_answer(mail: IncomingMail) -> InboxResult | None:
    """Note what the calendar of an invited guest answers. Calendars mark answers as automatic, so this comes before."""
    access = next((row for token in _tokens(mail) if (row := find_guest_access(token)) is not None), None)
    if access is None:
        return None
    outcome = handle_calendar_answer(access, mail)
    return InboxResult(outcome, _active_organizer(access.invitation)) if outcome is not None else None


def _active_organizer(invitation: CalendarInvitation) -> int | None:
    return db.session.scalar(sa.select(User.id).where(User.id == invitation.organizer_id, User.active))


def _is_addressed(mail: IncomingMail) -> InboxResult | None:
    """Handle an email to a signed address: a reply, one that a user files, or words of an invited guest."""
    tokens = _tokens(mail)
    for token in tokens:
        access = find_reply_access(token)
        if access is not None:
            return _answer(access, mail)
        actor = find_filing_actor(token)
        if actor is not None:
            return _file(actor, mail)
        guest_access = find_guest_access(token)
        if guest_access is not None:
            return InboxResult(InboxOutcome.waiting, _active_organizer(guest_access.invitation))
    return InboxResult(InboxOutcome.refused) if tokens else None


def _answer(access: AnswerAccess, mail: IncomingMail) -> InboxResult:
    if is_stopped(access):
        return InboxResult(InboxOutcome.too_many, access.actor.id)
    handle_reply(access, mail.text, key=mail.fingerprint[:40])
    return InboxResult(InboxOutcome.answered, access.actor.id)


def _file(actor: Actor, mail: IncomingMail) -> InboxResult:
    act_as(db.session(), actor, ChangeSource.mail)
    try:
        with db.session.begin_nested(), force_locale(actor.language), as_read_by(actor):
            row = file_email(actor, mail)
    except Invalid as problem:
        return InboxResult(InboxOutcome.waiting, actor.id, detail=str(problem.message))
    return InboxResult(InboxOutcome.filed, actor.id, row.id) if row else InboxResult(InboxOutcome.waiting, actor.id)


def _hold_for_review(mail: IncomingMail) -> InboxResult:
    """Hold an email for the user who is named as sender or recipient, if any; a sender's name proves nothing."""
    addresses = [mail.sender.address, *mail.recipients]
    stmt = sa.select(User.id, sa.func.lower(User.email)).where(User.active, sa.func.lower(User.email).in_(addresses))
    users = {email: user_id for user_id, email in db.session.execute(stmt)}
    return InboxResult(InboxOutcome.waiting, next((users[a] for a in addresses if a in users), None))


_STEPS: tuple[Callable[[IncomingMail], InboxResult | None], ...] = (
    _is_own,
    _is_duplicate,
    _is_report,
    _is_too_many,
    _is_calendar_answer,
    _is_automatic,
    _is_addressed,
    _hold_for_review,
)
