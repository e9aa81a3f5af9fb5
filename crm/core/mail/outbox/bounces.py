"""Addresses to which delivery failed for good: emails to them stop, and start again when someone resumes them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import fetch
from crm.core.words import _

from .models import BouncedAddress, Mail
from .policy import MailState

BOUNCES = sa.select(BouncedAddress.address, BouncedAddress.why).where(
    BouncedAddress.address.in_(sa.bindparam("addresses", expanding=True))
)


def find_bounce(session: Session, address: str) -> str | None:
    """Return why nothing is sent to an address; None if it is."""
    why: str | None = session.scalar(
        sa.select(BouncedAddress.why).where(BouncedAddress.address == address.strip().lower())
    )
    return why


def list_bounces(addresses: Collection[str]) -> dict[str, str]:
    """Return by address in lower case why nothing is sent to it."""
    return dict(map(tuple, fetch(BOUNCES, {"addresses": sorted({address.strip().lower() for address in addresses})})))


def describe_bounce(why: str) -> str:
    """Return the reason for an email that isn't sent."""
    return _("An earlier email to this address couldn't be delivered: %(why)s", why=why)[:500]


def stop_address(session: Session, address: str, why: str, mail_id: int) -> None:
    """Stop email to an address, also what waits for it."""
    address = address.strip().lower()
    if session.get(BouncedAddress, address) is None:
        session.add(BouncedAddress(address=address, why=why[:300], mail_id=mail_id, at=clock.now()))
        session.flush()
    waiting = sa.update(Mail).where(
        sa.func.lower(Mail.address) == address, Mail.state.in_([MailState.pending, MailState.retry])
    )
    stopped = waiting.values(state=MailState.dead, why_dead=describe_bounce(why))
    session.execute(stopped.execution_options(synchronize_session=False))


def resume_address(session: Session, address: str) -> bool:
    """Send email to an address again; return whether it was stopped. What was stopped meanwhile stays unsent."""
    row = session.get(BouncedAddress, address.strip().lower())
    if row is not None:
        session.delete(row)
        session.flush()
    return row is not None
