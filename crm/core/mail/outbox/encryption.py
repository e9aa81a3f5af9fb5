"""Secret emails have a link for choosing a password: stored encrypted, wiped once sent or expired.

The key is made from CRM_SECRET_KEY, which is neither in the database nor in a backup. The bytes that are sent are the
ones that were composed, also when the email is sent again.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.jobs import job
from crm.core.errors import Problem
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import SECRET_SQL, Mail
from crm.core.mail.outbox.policy import MailState

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

    from crm.core.mail.outbox.claim import ClaimedMail

PREFIX = b"sealed:"
WIPED: dict[str, Any] = {"mime": b"", "text": ""}
WAITING = (MailState.pending, MailState.retry)
IN_PROGRESS = (MailState.claimed, MailState.sending)

log = structlog.get_logger()


class Unreadable(Problem):
    """A secret email was wiped, or encrypted with another CRM_SECRET_KEY."""


def seal(data: bytes) -> bytes:
    """Encrypt the bytes of a secret email for the database."""
    return PREFIX + _cipher(current_app.config["SECRET_KEY"]).encrypt(data)


def unseal(stored: bytes) -> bytes:
    """Decrypt sealed bytes; emails of earlier releases are not encrypted. Raises Unreadable."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - few processes ever need it

    if not stored:
        raise Unreadable("wiped")
    if not stored.startswith(PREFIX):
        return stored
    try:
        return _cipher(current_app.config["SECRET_KEY"]).decrypt(stored.removeprefix(PREFIX))
    except InvalidToken as error:
        raise Unreadable("encrypted under another CRM_SECRET_KEY") from error


def readable_text(mail: Mail) -> str:
    """Return the text of any email as it was composed. Raises Unreadable for a secret one that was wiped."""
    return unseal(mail.text.encode()).decode() if mail.secret else mail.text


def unseal_mail(mail: ClaimedMail) -> ClaimedMail | None:
    """Return a claimed email with the bytes to send; None for a secret one whose link has expired or was wiped."""
    if not mail.secret:
        return mail
    kind = KINDS.get(mail.kind)
    if kind is not None and kind.secret_for is not None and mail.date <= clock.now() - kind.secret_for:
        return None
    try:
        return mail._replace(mime=unseal(mail.mime))
    except Unreadable as problem:
        log.exception("secret mail cannot be sent", mail=mail.id, why=str(problem))
        return None


def is_wiped(session: Session, mail: Mail) -> bool:
    """Return whether the link in a secret email was wiped."""
    return bool(mail.secret and session.scalar(sa.select(sa.func.length(Mail.mime) == 0).where(Mail.id == mail.id)))


@job(every=600)
def wipe_expired_links() -> None:
    """Wipe secret emails whose link has expired, and cancel those that were never sent."""
    for name, kind in KINDS.items():
        if kind.secret_for is not None:
            _wipe(name, clock.now() - kind.secret_for)
    db.session.commit()


def _wipe(kind: str, made_before: datetime) -> None:
    expired = sa.and_(
        sa.text(SECRET_SQL),
        Mail.kind == kind,
        Mail.date <= made_before,
        Mail.mime != b"",
        Mail.state.not_in(IN_PROGRESS),
    )
    canceled = sa.literal(MailState.canceled, Mail.state.type)
    state = sa.case((Mail.state.in_(WAITING), canceled), else_=Mail.state)
    stmt = sa.update(Mail).where(expired).values(**WIPED, state=state)
    db.session.execute(stmt.execution_options(synchronize_session=False))


def _cipher(secret_key: str) -> Fernet:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - few processes ever need it
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - as above

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"causeway secret mail").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))
