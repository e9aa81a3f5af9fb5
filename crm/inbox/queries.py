"""The emails that wait for a user, and what became of the latest ones."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import NotFound
from crm.core.policy import Actor, can

from .models import InboxMessage, Mailbox
from .policy import InboxOutcome, may_handle

PAGE = 50


def _is_for(actor: Actor) -> sa.ColumnElement[bool]:
    own = InboxMessage.user_id == actor.id
    return sa.or_(own, InboxMessage.user_id.is_(None)) if actor.is_manager else own


def list_waiting(actor: Actor) -> list[InboxMessage]:
    """Return the emails that wait for the actor, newest first; for managers also those of nobody."""
    stmt = sa.select(InboxMessage).where(InboxMessage.outcome == InboxOutcome.waiting, _is_for(actor))
    return list(db.session.scalars(stmt.order_by(InboxMessage.id.desc()).limit(PAGE)))


def count_waiting(actor: Actor) -> int:
    """Return how many emails wait for the actor."""
    stmt = sa.select(sa.func.count()).where(InboxMessage.outcome == InboxOutcome.waiting, _is_for(actor))
    return db.session.scalar(stmt) or 0


def list_handled(actor: Actor) -> list[InboxMessage]:
    """Return the actor's latest emails that were handled, newest first."""
    stmt = sa.select(InboxMessage).where(InboxMessage.user_id == actor.id, InboxMessage.outcome != InboxOutcome.waiting)
    return list(db.session.scalars(stmt.order_by(InboxMessage.id.desc()).limit(PAGE)))


def load_message(actor: Actor, message_id: int, *, lock: bool = False) -> InboxMessage:
    """Return an email that the actor handles. Raises NotFound.

    With `lock` it is read again, and another request that decides about it waits.
    """
    stmt: Any = sa.select(InboxMessage).where(InboxMessage.id == message_id).options(sa.orm.undefer(InboxMessage.mime))
    if lock:
        stmt = stmt.with_for_update(key_share=True).execution_options(populate_existing=True)
    row: InboxMessage | None = db.session.scalars(stmt).one_or_none()
    if row is None or not can(actor, "inbox:see") or not may_handle(actor, row.user_id):
        raise NotFound
    return row


def load_waiting(actor: Actor, message_id: int, *, lock: bool = False) -> InboxMessage:
    """Return an email that waits for the actor. Raises NotFound, also for one that was handled."""
    row = load_message(actor, message_id, lock=lock)
    if row.outcome is not InboxOutcome.waiting:
        raise NotFound
    return row


def load_mailbox() -> Mailbox | None:
    """Return the state of the mailbox; None before the first check."""
    return db.session.get(Mailbox, 1)
