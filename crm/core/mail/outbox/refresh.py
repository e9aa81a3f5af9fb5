"""Before an email is sent, remove from it what its reader may no longer see."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Instant, db
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, visible
from crm.core.mail.messages import Message, RenderedMail, compose, one_line
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, MailState

if TYPE_CHECKING:
    from crm.core.mail.outbox.kinds import RenderCurrent

FRESH = timedelta(minutes=1)


def refresh_mail(session: Session, worker: str, mail: ClaimedMail, render_current: RenderCurrent) -> ClaimedMail | None:
    """Return the email as it may be sent: unchanged, or rendered again with the same Message-ID; None to cancel it."""
    if not _may_reveal_hidden(session, mail):
        return mail
    rendered = render_current(session, mail)
    if rendered is None:
        return None
    stored = session.execute(sa.select(Mail.text, Mail.message_id, Mail.numbered).where(Mail.id == mail.id)).one()
    current = (_subject(rendered), _text(rendered), rendered.numbered)
    if current == (mail.subject, stored.text, stored.numbered):
        return mail
    message = _compose_message(session, mail, rendered, stored.message_id)
    is_confidential = session.scalar(sa.select(Record.confidential).where(Record.id == mail.record_id))
    changed: dict[str, Any] = {
        "subject": _subject(rendered),
        "text": _text(rendered),
        "mime": message.mime,
        "numbered": rendered.numbered,
    }
    # In a separate context: only the queries of a claim begin their transactions for reading.
    Context().run(_write, db.engine, worker, mail, changed | ({"confidential": True} if is_confidential else {}))
    return mail._replace(subject=changed["subject"], mime=message.mime)


def _may_reveal_hidden(session: Session, mail: ClaimedMail) -> bool:
    """Return whether it may have too much: it has waited, or a record was hidden about when it was made.

    Hidden means: its reader no longer has access, or the record became confidential, which no email may name.
    """
    if clock.now() - mail.date > FRESH:
        return True
    user = session.get(User, mail.user_id)
    if user is None:
        return False
    is_visible = sa.and_(visible(load_actor(user, session), Record), sa.not_(Record.confidential))
    # Kinds are listed for the index, and the moment is a literal: PostgreSQL keeps a generic plan for frequent
    # statements, and without the moment it reads every record.
    kinds = sorted(str(kind) for kind in Record.__mapper__.polymorphic_map)
    since = sa.literal(mail.date - FRESH, Instant(), literal_execute=True)
    hidden = sa.exists().where(Record.kind.in_(kinds), Record.changed_at >= since, sa.not_(is_visible))
    return bool(session.scalar(sa.select(hidden)))


def _compose_message(session: Session, mail: ClaimedMail, rendered: RenderedMail, message_id: str) -> Message:
    name = session.scalar(sa.select(User.name).where(User.id == mail.user_id)) or ""
    sender = current_app.config["CRM_MAIL_FROM"]
    return compose(rendered, sender=sender, to=mail.address, name=name, date=mail.date, message_id=message_id)


def _subject(rendered: RenderedMail) -> str:
    return one_line(rendered.subject)[:300]


def _text(rendered: RenderedMail) -> str:
    return rendered.text.replace("\x00", "")


def _write(engine: Engine, worker: str, mail: ClaimedMail, changed: dict[str, Any]) -> None:
    """Store the new bytes, unless another worker has claimed the email: then its marker is refused as well."""
    with Session(engine) as session, session.begin():
        is_claimed = sa.and_(Mail.id == mail.id, Mail.worker == worker, Mail.state == MailState.claimed)
        result: Any = session.execute(
            sa.update(Mail).where(is_claimed).values(changed).execution_options(synchronize_session=False)
        )
        if result.rowcount:
            session.add(MailAttempt(mail_id=mail.id, at=clock.now(), outcome=AttemptOutcome.updated, worker=worker))
