"""Change the confidentiality of a record, and log it in the security log."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from crm.accounts.policy import EventKind
from crm.accounts.security_log import add_event
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, touch

from .access import set_confidentiality


def change_confidentiality(record: Record, *, confidential: bool, readers: Iterable[int]) -> None:
    """Call `set_confidentiality`, and add a security event for each change, in the same transaction.

    Raises Invalid as `set_confidentiality` does. Records that follow this one get no event of their own.
    """
    before, old_readers = record.confidential, record.reader_ids
    set_confidentiality(record, confidential=confidential, readers=readers)
    db.session.flush()
    if record.reader_ids != old_readers:
        touch(record)
        db.session.flush()
    if record.confidential != before:
        kind = EventKind.confidential_on if record.confidential else EventKind.confidential_off
        add_event(db.session(), kind, record_id=record.id)
    if detail := _reader_changes(old_readers, record.reader_ids):
        add_event(db.session(), EventKind.readers_changed, record_id=record.id, detail=detail)


def _reader_changes(before: frozenset[int], after: frozenset[int]) -> str:
    """Return added and removed readers by email, as "+anna@..., -boris@..."; empty when nothing changed."""
    stmt = sa.select(User.id, User.email).where(User.id.in_(before ^ after)).order_by(User.email)
    rows = db.session.execute(stmt).all() if before ^ after else ()
    return ", ".join(f"{'+' if user_id in after else '-'}{email}" for user_id, email in rows)
