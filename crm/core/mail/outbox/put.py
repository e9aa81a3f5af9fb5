"""Put emails into the outbox in the caller's transaction, and cancel them when their reason no longer holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, undefer

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.centers import PRODUCT_NAME, find_center
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record
from crm.core.data.rows import upsert
from crm.core.hooks import MAIL_PUT
from crm.core.mail.messages import RenderedMail, change_recipient, compose, mailbox, one_line, sender_of
from crm.core.mail.outbox.bounces import describe_bounce, find_bounce
from crm.core.mail.outbox.encryption import seal
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, Audience, MailState


def put_mail(  # noqa: PLR0913 - facts about an email; most are optional
    kind: str,
    content: RenderedMail,
    *,
    to: User | str,
    name: str = "",
    dedupe_key: str,
    record: Record | None = None,
    team_id: int | None = None,
    audience: Audience | None = None,
    next_at: datetime | None = None,
    was_due_at: datetime | None = None,
    confidential: bool = False,
) -> Mail | None:
    """Put an email into the outbox, complete with its bytes; flushes, never commits.

    `name` is that of the recipient `to`, if this isn't a user. The email is sent at `next_at` (default: now), and dated
    then; `was_due_at` is when its reason fell due, if that was earlier. An email of a secret kind is stored encrypted,
    and wiped once sent or expired.
    Returns None if an email with this key exists; a withdrawn one gives its key up. To an address to which earlier
    email bounced it is stored as not delivered.
    Raises KeyError for an undeclared kind, Invalid for anything but one address.
    """
    audience = audience or KINDS[kind].audience
    secret = KINDS[kind].secret_for is not None
    now = clock.now()
    date = max(now, next_at or now)
    user = to if isinstance(to, User) else None
    address = mailbox(user.email if user else str(to))
    if not _free_key(dedupe_key):
        return None
    sender = current_app.config["CRM_MAIL_FROM"]
    team_id = team_id or (record.team_id if record else None) or (_first_team(user.id) if user else None)
    if audience is Audience.outside and sender_of(sender).display_name == PRODUCT_NAME:
        content = _add_sender_name(content, team_id)
    message = compose(content, sender=sender, to=address, name=user.name if user else name, date=date)
    bounce = find_bounce(db.session(), address)
    text = content.text.replace("\x00", "")
    return _insert(
        dedupe_key=dedupe_key,
        kind=kind,
        user_id=user.id if user else None,
        team_id=team_id,
        record_id=record.id if record else None,
        address=address,
        audience=audience,
        subject=one_line(content.subject)[:300],
        mime=seal(message.mime) if secret else message.mime,
        text=seal(text.encode()).decode() if secret else text,
        numbered=content.numbered,
        message_id=message.message_id,
        date=date,
        state=MailState.dead if bounce else MailState.pending,
        why_dead=describe_bounce(bounce) if bounce else None,
        confidential=confidential or bool(record and record.confidential),
        secret=secret,
        next_at=next_at or now,
        was_due_at=was_due_at or next_at or now,
        created_at=now,
    )


def _add_sender_name(content: RenderedMail, team_id: int | None) -> RenderedMail:
    """Send in the name of the team's center, if the email has no sender name."""
    if content.headers.sender_name:
        return content
    return content._replace(headers=content.headers._replace(sender_name=find_center(team_id)))


def is_withdrawn() -> sa.ColumnElement[bool]:
    """Return the condition of emails canceled before sending, not by a person: what they reported may be sent later."""
    by_hand = sa.exists().where(MailAttempt.mail_id == Mail.id, MailAttempt.outcome == AttemptOutcome.canceled)
    return sa.and_(Mail.state == MailState.canceled, sa.not_(by_hand))


def _free_key(key: str) -> bool:
    """Free a key that a withdrawn email has, by adding its id as a suffix. Return whether the key can be used."""
    mail_id = db.session.scalar(sa.select(Mail.id).where(Mail.dedupe_key == key))
    if mail_id is None:
        return True
    stmt = sa.update(Mail).where(Mail.id == mail_id, is_withdrawn()).values(dedupe_key=f"{key}#{mail_id}")
    result = db.session.execute(stmt.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _insert(**values: Any) -> Mail | None:
    stmt = upsert(db.session, Mail, values, key=[Mail.dedupe_key])
    mail: Mail | None = db.session.scalars(stmt.returning(Mail)).one_or_none()
    if mail is not None:
        for hook in MAIL_PUT:
            hook(db.session(), mail)
    return mail


def _first_team(user_id: int) -> int | None:
    stmt = sa.select(Membership.team_id).where(Membership.user_id == user_id).order_by(Membership.position)
    return db.session.scalar(stmt)


def readdress_mails(session: Session, user: User) -> None:
    """Send a user's waiting emails to the new address; links in secret emails ended with the old one."""
    waiting = sa.and_(Mail.user_id == user.id, Mail.state.in_([MailState.pending, MailState.retry]))
    secret = sa.update(Mail).where(waiting, Mail.secret).values(state=MailState.canceled)
    session.execute(secret.execution_options(synchronize_session=False))
    address = mailbox(user.email)
    stmt = sa.select(Mail).where(waiting, sa.not_(Mail.secret)).options(undefer(Mail.mime))
    # Locked, so that none is sent to the old address meanwhile and then said to have gone to the new one.
    stmt = stmt.with_for_update()
    for mail in session.scalars(stmt):
        mail.mime, mail.address = change_recipient(mail.mime, mail.address, address), address
    session.flush()


def cancel_mails(
    session: Session,
    *,
    record_ids: Collection[int] | None = None,
    kind: str | None = None,
    except_kinds: Collection[str] = (),
    dedupe_prefix: str | None = None,
) -> int:
    """Cancel unsent emails that match all arguments, but none of `except_kinds`, in the caller's transaction.

    Returns how many. An email that is being sent at this moment is not among them: its marker was committed first.
    """
    conditions: list[sa.ColumnElement[bool]] = [Mail.state.in_([MailState.pending, MailState.retry, MailState.claimed])]
    if record_ids is not None:
        conditions.append(Mail.record_id.in_(record_ids))
    if kind is not None:
        conditions.append(Mail.kind == kind)
    if dedupe_prefix is not None:
        # A range instead of LIKE: the unique index serves it on both engines, and nothing needs escaping.
        conditions += [Mail.dedupe_key >= dedupe_prefix, Mail.dedupe_key < dedupe_prefix + "\U0010ffff"]
    if len(conditions) == 1:
        raise ValueError("cancel_mails needs an argument that limits the emails")
    if except_kinds:
        conditions.append(Mail.kind.not_in(except_kinds))
    stmt = sa.update(Mail).where(*conditions).values(state=MailState.canceled, lease_until=None)
    result = session.execute(stmt.execution_options(synchronize_session="fetch"))
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def reinstate_mail(session: Session, key: str, next_at: datetime) -> None:
    """Send an email that was canceled before sending, not by a person, at `next_at`: its reason holds again."""
    stmt = sa.update(Mail).where(Mail.dedupe_key == key, is_withdrawn())
    stmt = stmt.values(state=MailState.pending, next_at=next_at)
    session.execute(stmt.execution_options(synchronize_session="fetch"))
