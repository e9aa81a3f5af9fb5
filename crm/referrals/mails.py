"""Emails about questions: to the colleague at once, and to the asker with the answer, or when nobody can answer."""

from __future__ import annotations

from flask_babel import force_locale
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, find_visible
from crm.core.mail.messages import RenderedMail, render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail
from crm.core.words import _l

from .models import Referral
from .policy import ReferralState
from .queries import QUESTION, list_covering_users

ANSWER, CLOSED = "referral_answer", "referral_closed"


def _load(session: Session, mail: ClaimedMail) -> Referral | None:
    """Return the question of an email; None if its recipient is deactivated or may no longer see the record."""
    row = session.get(Referral, int(mail.dedupe_key.split(":")[1]))
    user = session.get(User, mail.user_id)
    if row is None or user is None or not user.active:
        return None
    may_see = row.record_id is None or find_visible(load_actor(user, session), row.record_id) is not None
    return row if may_see else None


def _is_open(session: Session, mail: ClaimedMail) -> bool:
    """Return whether the question is still open, and the recipient is the colleague who is asked or covers now."""
    row = _load(session, mail)
    if row is None or row.state is not ReferralState.open:
        return False
    return mail.user_id in (row.to_id, *(user.id for user in list_covering_users(row)))


def _may_read(session: Session, mail: ClaimedMail) -> bool:
    return _load(session, mail) is not None


def _render_now(session: Session, mail: ClaimedMail) -> RenderedMail | None:
    """Render an email again: its record may have become confidential."""
    row = _load(session, mail)
    if row is None or mail.user_id is None:
        return None
    recipient = session.get_one(User, mail.user_id)
    other = session.get_one(User, row.from_id if mail.kind == QUESTION else row.to_id)
    record = session.get(Record, row.record_id) if row.record_id else None
    return _render(mail.kind, row, recipient, other, record)


def _page_of(mail: Mail) -> str:
    return f"/referrals/{mail.dedupe_key.split(':')[1]}"


declare_mail_kind(
    MailKind(
        QUESTION,
        _l("Question from a colleague"),
        still_wanted=_is_open,
        render_current=_render_now,
        opens=_page_of,
        survives_undo=True,
    )
)


def mail_question(row: Referral) -> None:
    """Put the question into the outbox: for the colleague, and for the colleague who covers during an absence."""
    for user_id in (row.to_id, *(user.id for user in list_covering_users(row))):
        _put(QUESTION, row, user_id, row.from_id)


declare_mail_kind(
    MailKind(
        ANSWER,
        _l("Answer from a colleague"),
        still_wanted=_may_read,
        render_current=_render_now,
        opens=_page_of,
        survives_undo=True,
    )
)


def mail_answer(row: Referral) -> None:
    """Put the answer into the outbox."""
    _put(ANSWER, row, row.from_id, row.to_id)


declare_mail_kind(
    MailKind(
        CLOSED,
        _l("Question that a colleague can't answer"),
        still_wanted=_may_read,
        render_current=_render_now,
        opens=_page_of,
        survives_undo=True,
    )
)


def mail_closed(row: Referral) -> None:
    """Put the news into the outbox that the colleague's work was reassigned, and nobody answers the question."""
    _put(CLOSED, row, row.from_id, row.to_id)


def _put(kind: str, row: Referral, recipient_id: int, other_id: int) -> None:
    recipient, other = db.session.get_one(User, recipient_id), db.session.get_one(User, other_id)
    record = db.session.get(Record, row.record_id) if row.record_id else None
    put_mail(
        kind,
        _render(kind, row, recipient, other, record),
        to=recipient,
        dedupe_key=f"{kind}:{row.id}:{row.to_id}:{recipient.id}",
        record=record,
    )


def _render(kind: str, row: Referral, recipient: User, other: User, record: Record | None) -> RenderedMail:
    """Render the email; about a confidential record it has no name and no text.

    Replies to a question go to the asker.
    """
    is_confidential = bool(record and record.confidential)
    label = (record.label or record.native_label) if record and not is_confidential else ""
    note = (row.answer or "") if kind == ANSWER else row.question
    covered = db.session.get_one(User, row.to_id).name if recipient.id not in (row.to_id, row.from_id) else ""
    with force_locale(recipient.language):
        rendered = render_mail(
            kind,
            recipient.language,
            name=other.name,
            note="" if is_confidential else note,
            record=label,
            path=f"/referrals/{row.id}",
            covered=covered,
        )
    return rendered._replace(reply_to=other.email) if kind == QUESTION else rendered
