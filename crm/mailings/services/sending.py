"""Send an email to one person, or to a selection in slices; a repeated submit or an interrupted job sends none twice.

A recipient's row and the email in the outbox change in one transaction, and the key of the email is unique.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import current_app

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.identity import User
from crm.core.data.locks import lock_row
from crm.core.errors import Conflict, Invalid
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.words import _, ngettext
from crm.mailings.mails import KIND, mail_recipient
from crm.mailings.models import Mailing, MailingRecipient, MailingText
from crm.mailings.policy import SLICE, ExclusionReason, MailingState, RecipientState
from crm.mailings.queries import (
    count_left_today,
    find_stop_reason,
    list_emailed_people,
    list_used_addresses,
    load_mailing_actor,
    load_mailing_texts,
    load_sender,
)
from crm.mailings.recipients import EmailText, MailCandidate, check_size, load_candidates

from .templates import check_fields


def send_to_one(  # noqa: PLR0913 - the form of an email; most are keyword-only
    actor: Actor,
    person_id: int,
    text: EmailText,
    *,
    language: str,
    address: str = "",
    on_workday: bool = False,
    uid: str | None = None,
) -> Mailing:
    """Send an email to one person, now or on their next working day. Raises Invalid, also if they get no email."""
    check_fields(text, "body")
    sender = load_sender(actor)
    candidate = _find_candidate(load_candidates(actor, sender, [person_id], {language: text}, is_bulk=False))
    _use_cap(actor, 1)
    if address and address not in candidate.addresses:
        raise Invalid(_("Choose one of the person's addresses."), "address")
    mailing = _add_mailing(actor, text.subject, {language: text}, is_bulk=False, on_workday=on_workday, uid=uid)
    mailing.state = MailingState.scheduled if on_workday else MailingState.sent
    row = _add_recipient(mailing, candidate)
    row.address = address or candidate.address
    db.session.flush()
    _queue(mailing, row, candidate, actor)
    return mailing


def _find_candidate(candidates: Sequence[MailCandidate]) -> MailCandidate:
    candidate = candidates[0] if candidates else None
    if candidate is None or candidate.reason is ExclusionReason.hidden:
        raise Invalid(_("You no longer have access to this person."))
    if candidate.reason is ExclusionReason.blank_field:
        message = _("Remove {%(name)s}: there is nothing to insert for this person.", name=candidate.detail)
        raise Invalid(message, "body")
    if candidate.reason is not None:
        raise Invalid(_("No email can be sent: %(why)s.", why=candidate.reason))
    return candidate


def start_mailing(  # noqa: PLR0913 - the form of a mailing; most are keyword-only
    actor: Actor,
    ids: Sequence[int],
    texts: Mapping[str, EmailText],
    *,
    title: str,
    template_id: int | None = None,
    on_workday: bool = False,
    uid: str | None = None,
) -> Mailing:
    """Store a mailing to a selection with its recipients; the job sends it. Raises Invalid."""
    sender = load_sender(actor)
    if not sender.postal_address:
        raise Invalid(
            _(
                "Ask an administrator to enter the postal address of %(team)s under Teams. "
                "Email to several people must show it.",
                team=sender.team.name,
            )
        )
    check_size(ids)
    candidates = load_candidates(actor, sender, ids, texts, is_bulk=True)
    count = sum(candidate.reason is None for candidate in candidates)
    if not count:
        raise Invalid(_("Select other people. The selected ones can't be emailed."))
    _use_cap(actor, count)
    mailing = _add_mailing(actor, title, texts, is_bulk=True, on_workday=on_workday, uid=uid)
    mailing.template_id = template_id
    for candidate in candidates:
        _add_recipient(mailing, candidate)
    db.session.flush()
    return mailing


def _use_cap(actor: Actor, count: int) -> None:
    """Raise Invalid if the actor may not send so many emails now.

    Until the transaction ends, the actor's other emails wait: they count these.
    """
    lock_row(User, actor.id)
    remaining = count_left_today(actor)
    if count > remaining:
        most = current_app.config["CRM_MAILING_PER_DAY"]
        raise Invalid(
            ngettext(
                "You can send %(num)s more email now: the limit is %(most)d in 24 hours.",
                "You can send %(num)s more emails now: the limit is %(most)d in 24 hours.",
                remaining,
                most=most,
            )
        )


def _add_mailing(
    actor: Actor, title: str, texts: Mapping[str, EmailText], *, is_bulk: bool, on_workday: bool, uid: str | None
) -> Mailing:
    mailing = Mailing(uid=uid or new_uid(), user_id=actor.id, team_id=actor.first_team_id, title=title)
    mailing.on_workday = on_workday
    mailing.is_bulk, mailing.created_at, mailing.state = is_bulk, clock.now(), MailingState.sending
    db.session.add(mailing)
    db.session.flush()
    for code, text in texts.items():
        db.session.add(MailingText(mailing_id=mailing.id, language=code, subject=text.subject, body=text.body))
    return mailing


def _add_recipient(mailing: Mailing, candidate: MailCandidate) -> MailingRecipient:
    row = MailingRecipient(mailing_id=mailing.id, person_id=candidate.person_id)
    row.address, row.language = candidate.address, candidate.language
    row.state = RecipientState.excluded if candidate.reason else RecipientState.waiting
    row.reason, row.detail = candidate.reason, candidate.detail
    db.session.add(row)
    return row


def continue_mailing(mailing_id: int) -> bool:
    """Put the next emails of a mailing into the outbox; return whether there are more. The caller commits.

    Another worker that has the mailing locked is left alone. People who may no longer be emailed are left out.
    """
    stmt = sa.select(Mailing).where(Mailing.id == mailing_id, Mailing.state == MailingState.sending)
    mailing: Mailing | None = db.session.scalar(stmt.with_for_update(skip_locked=True))
    if mailing is None:
        return False
    reason = find_stop_reason(mailing)
    if reason is not None:
        cancel_mailing(mailing, reason)
        return False
    waiting = sa.select(MailingRecipient).where(MailingRecipient.mailing_id == mailing_id)
    waiting = waiting.where(MailingRecipient.state == RecipientState.waiting).order_by(MailingRecipient.id)
    rows = list(db.session.scalars(waiting.limit(SLICE)))
    actor = load_mailing_actor(mailing)
    sender = load_sender(actor, mailing.team_id)
    ids = list(dict.fromkeys(row.person_id for row in rows))
    candidates = load_candidates(
        actor, sender, ids, load_mailing_texts(mailing_id), is_bulk=True, used=list_used_addresses(mailing_id)
    )
    by_person = {candidate.person_id: candidate for candidate in candidates}
    emailed = list_emailed_people(mailing_id)
    for row in rows:
        if row.mail_id is None and row.person_id in emailed:
            # Two people of the selection were merged meanwhile.
            row.state, row.reason = RecipientState.excluded, ExclusionReason.same_person
        else:
            _queue_or_leave_out(mailing, row, by_person.get(row.person_id), actor)
        if row.mail_id is not None:
            emailed.add(row.person_id)
    is_done = len(rows) < SLICE
    if is_done:
        mailing.state = MailingState.scheduled if mailing.on_workday else MailingState.sent
    db.session.flush()
    return not is_done


def _queue_or_leave_out(mailing: Mailing, row: MailingRecipient, candidate: MailCandidate | None, actor: Actor) -> None:
    reason = candidate.reason if candidate else ExclusionReason.hidden
    if candidate is None or reason is not None:
        row.state, row.reason = RecipientState.excluded, reason
        return
    row.address, row.language = candidate.address, candidate.language
    _queue(mailing, row, candidate, actor)


def _queue(mailing: Mailing, row: MailingRecipient, candidate: MailCandidate, actor: Actor) -> None:
    options = {"is_bulk": mailing.is_bulk, "on_workday": mailing.on_workday}
    mail = mail_recipient(row, candidate, load_sender(actor, mailing.team_id), **options)
    if mail is None:
        raise Conflict(_("This email was already sent."))
    row.mail_id, row.state = mail.id, RecipientState.queued
    db.session.flush()


def finish_mailing(mailing_id: int) -> None:
    """Mark a scheduled mailing as sent. The caller checks that none of its emails is waiting."""
    stmt = sa.select(Mailing).where(Mailing.id == mailing_id, Mailing.state == MailingState.scheduled)
    mailing: Mailing | None = db.session.scalar(stmt.with_for_update(skip_locked=True))
    if mailing is not None:
        mailing.state = MailingState.sent


def stop_mailing(mailing_id: int) -> None:
    """Cancel the rest of a mailing whose sender may no longer send it; nothing if the sender may again."""
    mailing = db.session.get_one(Mailing, mailing_id, with_for_update=True)
    reason = find_stop_reason(mailing)
    if reason is not None:
        cancel_mailing(mailing, reason)


def cancel_mailing(mailing: Mailing, reason: ExclusionReason | None = None) -> int:
    """Cancel what wasn't sent yet; return how many recipients get no email. Without a reason the sender wished it."""
    canceled = cancel_mails(db.session(), dedupe_prefix=f"{KIND}:{mailing.id}:")
    is_waiting = MailingRecipient.state == RecipientState.waiting
    is_canceled = sa.and_(MailingRecipient.state == RecipientState.queued, Mail.state == MailState.canceled)
    stmt = sa.select(MailingRecipient).outerjoin(Mail, Mail.id == MailingRecipient.mail_id)
    stmt = stmt.where(MailingRecipient.mailing_id == mailing.id, sa.or_(is_waiting, is_canceled))
    rows = list(db.session.scalars(stmt))
    count = canceled + sum(row.state is RecipientState.waiting for row in rows)
    for row in rows:
        row.state, row.reason = RecipientState.canceled, reason
    if mailing.state is MailingState.sending or canceled:
        mailing.state = MailingState.canceled
    db.session.flush()
    return count
