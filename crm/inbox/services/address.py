"""A new filing address for a user."""

from __future__ import annotations

from crm.accounts.policy import EventKind
from crm.accounts.security_log import add_event
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.policy import Actor


def replace_filing_address(actor: Actor) -> None:
    """Give the actor a new filing address; the old one ends with this transaction. It is in the security log."""
    user = db.session.get_one(User, actor.id)
    user.filing_number += 1
    db.session.flush()
    add_event(db.session(), EventKind.filing_address)
