"""Queries and values that several tests of accounts use."""

from __future__ import annotations

import re

import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.mail.outbox.encryption import readable_text
from crm.core.mail.outbox.models import Mail
from crm.organizations.models import Organization


def user(email: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == email))


def team_id(name: str) -> int:
    return db.session.scalars(sa.select(Team.id).where(Team.name == name)).one()


def teams(user_id: int) -> list[int]:
    stmt = sa.select(Membership.team_id).where(Membership.user_id == user_id).order_by(Membership.position)
    return list(db.session.scalars(stmt))


def mails() -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def mailed_path() -> str:
    """Return the path of the link in the last mail; the link begins with CRM_BASE_URL."""
    match = re.search(r"^http://localhost(/\S+)$", readable_text(mails()[-1]), re.MULTILINE)
    assert match
    return match[1]


def events() -> list[str]:
    return [kind.value for kind in db.session.scalars(sa.select(SecurityEvent.kind).order_by(SecurityEvent.id))]


def record(label: str, counselor: User, team: str | None = "Inland", **more) -> Organization:
    team_id_or_none = team_id(team) if team else None
    row = Organization(name=label, label=label, counselor_id=counselor.id, team_id=team_id_or_none, **more)
    db.session.add(row)
    db.session.flush()
    return row


def user_form_values(row: User) -> dict[str, object]:
    """Return the values of the edit form of a user, without the teams."""
    return {"email": row.email, "name": row.name, "role": row.role.value, "first_team": "", "version": row.version}
