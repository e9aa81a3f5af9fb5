"""Addresses whose owners asked for no more email: nobody who has such an address gets any."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import db, fetch
from crm.core.data.rows import upsert

from .models import EmailOptOut

ACTIVE = sa.select(EmailOptOut.address).where(
    EmailOptOut.address.in_(sa.bindparam("addresses", expanding=True)), EmailOptOut.ended_at.is_(None)
)


def find_opt_outs(addresses: Collection[str]) -> set[str]:
    """Return which of these addresses get no email, in lower case."""
    return {row.address for row in fetch(ACTIVE, {"addresses": _lower_addresses(addresses)})} if addresses else set()


def is_opted_out(session: Session, address: str) -> bool:
    """Return whether an address gets no email."""
    return session.scalar(ACTIVE, {"addresses": _lower_addresses([address])}) is not None


def _lower_addresses(addresses: Collection[str]) -> list[str]:
    return sorted({address.strip().lower() for address in addresses if address})


def opt_out(addresses: Collection[str], user_id: int | None = None) -> None:
    """Stop email to addresses that aren't stopped yet. Without a user, their owner did it."""
    for address in _lower_addresses(addresses):
        values = {"address": address, "at": clock.now(), "by_id": user_id}
        db.session.execute(upsert(db.session, EmailOptOut, values))


def opt_in(addresses: Collection[str], user_id: int | None = None) -> None:
    """Allow email to addresses again."""
    active = EmailOptOut.address.in_(_lower_addresses(addresses)), EmailOptOut.ended_at.is_(None)
    stmt = sa.update(EmailOptOut).where(*active).values(ended_at=clock.now(), ended_by_id=user_id)
    db.session.execute(stmt.execution_options(synchronize_session="fetch"))
