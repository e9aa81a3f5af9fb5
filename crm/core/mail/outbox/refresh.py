"""A mail says no more than its reader may be told when it leaves, however long it has waited."""

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
from crm.core.data.identity import Membership, User, actor_of
from crm.core.data.record import Record, visible
from crm.core.mail.messages import Message, Rendered, compose, one_line
from crm.core.mail.outbox.claim import Claimed
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, MailState

if TYPE_CHECKING:
    from crm.core.mail.outbox.kinds import RenderCurrent

FRESH = timedelta(minutes=1)


def refresh_mail(session: Session, worker: str, mail: Claimed, render_current: RenderCurrent) -> Claimed | None:
    """The mail as it may leave: as it was made, or with other words under the same identity; None to cancel it."""
    if not _may_say_too_much(session, mail):
        return mail
    rendered = render_current(session, mail)
    if rendered is None:
        return None
    stored = session.execute(sa.select(Mail.text, Mail.message_id).where(Mail.id == mail.id)).one()
    if (_subject(rendered), _text(rendered)) == (mail.subject, stored.text):
        return mail
    message = _composed(session, mail, rendered, stored.message_id)
    hides = session.scalar(sa.select(Record.confidential).where(Record.id == mail.record_id))
    changed: dict[str, Any] = {"subject": _subject(rendered), "text": _text(rendered), "mime": message.mime}
    # In a context of its own: only the questions of a claim begin their transactions for reading.
    Context().run(_write, db.engine, worker, mail, changed | ({"confidential": True} if hides else {}))
    return mail._replace(subject=changed["subject"], mime=message.mime)


def _may_say_too_much(session: Session, mail: Claimed) -> bool:
    """Whether it has waited, or a record was hidden from its reader or from all mails about when it was made."""
    if clock.now() - mail.date > FRESH:
        return True
    user = session.get(User, mail.user_id)
    if user is None:
        return False
    teams = sa.select(Membership.team_id).where(Membership.user_id == user.id).order_by(Membership.position)
    is_visible = sa.and_(visible(actor_of(user, list(session.scalars(teams))), Record), sa.not_(Record.confidential))
    # The kinds are named for the index, and the moment stands in the statement: PostgreSQL keeps one plan for what is
    # asked often, and one that does not know the moment reads every record.
    kinds = sorted(str(kind) for kind in Record.__mapper__.polymorphic_map)
    since = sa.literal(mail.date - FRESH, Instant(), literal_execute=True)
    hidden = sa.exists().where(Record.kind.in_(kinds), Record.changed_at >= since, sa.not_(is_visible))
    return bool(session.scalar(sa.select(hidden)))


def _composed(session: Session, mail: Claimed, rendered: Rendered, message_id: str) -> Message:
    name = session.scalar(sa.select(User.name).where(User.id == mail.user_id)) or ""
    return compose(
        sender=current_app.config["CRM_MAIL_FROM"],
        to=mail.address,
        name=name,
        date=mail.date,
        message_id=message_id,
        **rendered._asdict(),
    )


def _subject(rendered: Rendered) -> str:
    return one_line(rendered.subject)[:300]


def _text(rendered: Rendered) -> str:
    return rendered.text.replace("\x00", "")


def _write(engine: Engine, worker: str, mail: Claimed, changed: dict[str, Any]) -> None:
    """Keep the new words, unless somebody has taken the mail from us: then its marker is refused as well."""
    with Session(engine) as session, session.begin():
        is_claimed = sa.and_(Mail.id == mail.id, Mail.worker == worker, Mail.state == MailState.claimed)
        result: Any = session.execute(
            sa.update(Mail).where(is_claimed).values(changed).execution_options(synchronize_session=False)
        )
        if result.rowcount:
            session.add(MailAttempt(mail_id=mail.id, at=clock.now(), outcome=AttemptOutcome.reworded, worker=worker))
