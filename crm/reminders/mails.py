"""The emails of all kinds of reminders: created when due, checked again before they are sent."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask_babel import force_locale
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import RenderedMail, render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail
from crm.core.words import _l

from .kinds import DueReminder, EmailKind, list_email_kinds
from .models import Cover
from .queries import Reader, readers


def render_reminder(
    kind: EmailKind, user: User, reader: Reader, record_id: int | None, now: datetime
) -> RenderedMail | None:
    """Render an email in the language and on the clock of its reader; None when there is nothing to say."""
    with as_read_by(reader.actor):
        facts = kind.facts(reader, record_id, now)
        if facts is None:
            return None
        rendered = render_mail(kind.code, user.language, **facts)
        return rendered._replace(reply_to=facts.get("reply_to", ""), numbered=facts.get("numbered"))


def put_reminder(kind: EmailKind, user: User, reader: Reader, due: DueReminder, now: datetime) -> Mail | None:
    """Put the email about an occurrence into the outbox; None when there is nothing to say."""
    rendered = render_reminder(kind, user, reader, due.record_id, now)
    if rendered is None:
        return None
    parts = [kind.code, due.record_id, due.user_id, due.occurrence]
    return put_mail(
        kind.code,
        rendered,
        to=user,
        dedupe_key=":".join(str(part) for part in parts if part is not None),
        record=db.session.get(Record, due.record_id) if due.record_id else None,
        was_due_at=due.due_at,
    )


def _find_reader(mail: ClaimedMail) -> Reader | None:
    """Return the reader of an email; None for a deactivated user."""
    return next(iter(readers([mail.user_id or 0])), None)


def _still_wanted(kind: EmailKind, _session: Session, mail: ClaimedMail) -> bool:
    reader = _find_reader(mail)
    return reader is not None and kind.still_wanted(reader, mail)


def _render_now(kind: EmailKind, session: Session, mail: ClaimedMail) -> RenderedMail | None:
    """Render an email as if it were made at this moment, about the moment when it was made."""
    reader = _find_reader(mail)
    if reader is None:
        return None
    return render_reminder(kind, session.get_one(User, mail.user_id), reader, mail.record_id, mail.date)


def _page_of(kind: EmailKind, _mail: Mail) -> str:
    return kind.opens


COVER_NOTICE = "cover_notice"


def _is_cover_to_come(session: Session, mail: ClaimedMail) -> bool:
    """Return whether the cover of an email lasts today or later, by the calendar of the user who is away."""
    row = session.get(Cover, int(mail.dedupe_key.split(":")[1]))
    return row is not None and row.to_on >= clock.today(session.get_one(User, row.user_id).zone)


declare_mail_kind(
    MailKind(
        COVER_NOTICE,
        _l("Covering for a colleague"),
        still_wanted=_is_cover_to_come,
        opens=lambda _mail: "/profile/cover",
    )
)


def mail_cover(row: Cover) -> None:
    """Put the email to the colleague into the outbox."""
    user, colleague = db.session.get_one(User, row.user_id), db.session.get_one(User, row.colleague_id)
    with force_locale(colleague.language):
        rendered = render_mail(
            COVER_NOTICE,
            colleague.language,
            name=user.name,
            from_day=formats.day(row.from_on, weekday=True),
            to_day=formats.day(row.to_on, weekday=True),
        )
    # With its moment: SQLite gives the number of a deleted cover to the next one.
    key = f"{COVER_NOTICE}:{row.id}:{row.created_at.isoformat()}"
    put_mail(COVER_NOTICE, rendered, to=colleague, dedupe_key=key)


for _kind in list_email_kinds():
    declare_mail_kind(
        MailKind(
            _kind.code,
            _kind.email_label,
            still_wanted=partial(_still_wanted, _kind),
            render_current=partial(_render_now, _kind),
            opens=partial(_page_of, _kind) if _kind.opens else None,
        )
    )
