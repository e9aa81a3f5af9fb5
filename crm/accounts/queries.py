"""Questions about users, teams, sessions and the security log."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import alias, db
from crm.core.data.identity import Membership, Team, User
from crm.core.data.record import Record
from crm.core.errors import NotFound
from crm.core.policy import Actor, administrators
from crm.core.words import LabeledEnum, Lazy, _l

from .models import AuthSession, SecurityEvent
from .policy import EventKind, device_words
from .sessions import alive


class AccountState(LabeledEnum):
    """Whether somebody signs in."""

    active = "active", _l("Active")
    invited = "invited", _l("Invited")
    disabled = "disabled", _l("Deactivated")


def state_of(user: User) -> AccountState:
    """Where a user stands."""
    if not user.active:
        return AccountState.disabled
    return AccountState.active if user.password else AccountState.invited


def state_sql() -> sa.ColumnElement[str]:
    """The same as a column: the code of the state."""
    gone, waiting = sa.not_(User.active), User.password.is_(None)
    return sa.case(
        (gone, AccountState.disabled.value), (waiting, AccountState.invited.value), else_=AccountState.active.value
    )


def users_for(actor: Actor) -> sa.ColumnElement[bool]:
    """The users whose accounts this person looks after: a manager those of the own teams."""
    if administrators(actor):
        return sa.true()
    own = sa.select(Membership.user_id).where(Membership.team_id.in_(sorted(actor.team_ids)))
    return User.id.in_(own)


def user_for(actor: Actor, user_id: int) -> User:
    """One of those. Raises NotFound."""
    found = db.session.scalar(sa.select(User).where(User.id == user_id, users_for(actor)))
    if found is None:
        raise NotFound
    return found


def team(team_id: int) -> Team:
    """One team. Raises NotFound."""
    found = db.session.get(Team, team_id)
    if found is None:
        raise NotFound
    return found


class TeamName(NamedTuple):
    """A team of a user."""

    id: int
    name: str


def teams_of(user_ids: Iterable[int]) -> dict[int, list[TeamName]]:
    """The teams of these users, in each one's order."""
    stmt = sa.select(Membership.user_id, Team.id, Team.name).join(Team, Team.id == Membership.team_id)
    found: dict[int, list[TeamName]] = {}
    stmt = stmt.where(Membership.user_id.in_(list(user_ids))).order_by(Membership.position, Team.id)
    for user_id, team_id, name in db.session.execute(stmt):
        found.setdefault(user_id, []).append(TeamName(team_id, name))
    return found


def all_teams() -> list[TeamName]:
    """Every team, by name."""
    return [TeamName(*row) for row in db.session.execute(sa.select(Team.id, Team.name).order_by(Team.name))]


def active_emails(among: Collection[str]) -> set[str]:
    """Which of these addresses belong to users who may sign in."""
    return set(db.session.scalars(sa.select(User.email).where(User.email.in_(among), User.active)))


def user_by_email(email: str) -> User | None:
    """The user with this address, disabled ones too."""
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))


class Session(NamedTuple):
    """A session that counts."""

    id: int
    device: str
    address: str
    created_at: datetime
    seen_at: datetime


def sessions_of(user_id: int, now: datetime) -> list[Session]:
    """Where a user is signed in, last used first."""
    stmt = sa.select(
        AuthSession.id, AuthSession.device, AuthSession.address, AuthSession.created_at, AuthSession.seen_at
    ).where(AuthSession.user_id == user_id, alive(now))
    return [
        Session(row[0], device_words(row[1]), *row[2:])
        for row in db.session.execute(stmt.order_by(AuthSession.seen_at.desc(), AuthSession.id))
    ]


class Event(NamedTuple):
    """A line of the security log."""

    at: datetime
    what: Lazy
    address: str


def events_of(user_id: int, limit: int = 20) -> list[Event]:
    """The last lines about a user."""
    stmt = sa.select(SecurityEvent.at, SecurityEvent.what, SecurityEvent.address)
    stmt = stmt.where(SecurityEvent.user_id == user_id).order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
    return [Event(at, what.label, address) for at, what, address in db.session.execute(stmt.limit(limit))]


class ExportAlert(NamedTuple):
    """A person who exported unusually much: rows within 24 hours, and when the alert was sent."""

    at: datetime
    user_id: int
    name: str
    rows: int


def list_recent_alerts(now: datetime, limit: int = 5) -> list[ExportAlert]:
    """Return the export alerts of the last 7 days, newest first."""
    stmt = (
        sa.select(SecurityEvent.at, User.id, User.name, sa.func.coalesce(SecurityEvent.count, 0))
        .join(User, User.id == SecurityEvent.user_id)
        .where(SecurityEvent.what == EventKind.export_alert, SecurityEvent.at > now - timedelta(days=7))
        .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
    )
    return [ExportAlert(*row) for row in db.session.execute(stmt.limit(limit))]


RECORD_KINDS = {
    "organization": _l("Organization"),
    "person": _l("Person"),
    "representation": _l("China rep"),
    "followup": _l("Follow-up"),
    "interaction": _l("Interaction"),
    "opportunity": _l("Opportunity"),
    "project": _l("Project"),
    "need": _l("Need"),
    "product": _l("Product"),
    "show": _l("Show"),
}
"""What a record is called in the security log: its kind and number, never its name."""


class EventParties(NamedTuple):
    """Who caused an event and what it concerns, as texts; empty where there is nothing to say.

    `account` is the account concerned, when it is not the user's own. `record` is "Person 12": never a name.
    """

    user: str
    account: str
    email: str
    record: str


def list_event_parties(event_ids: Collection[int]) -> dict[int, EventParties]:
    """Return who caused each of these events and what it concerns; one statement."""
    actor, account, event = alias(User, "event_actor"), alias(User, "event_account"), SecurityEvent
    stmt = (
        sa.select(
            event.id,
            sa.func.coalesce(actor.name, account.name, sa.func.nullif(event.email, ""), "–"),
            sa.case((event.user_id != event.actor_id, account.name), else_=""),
            sa.func.coalesce(actor.email, account.email, event.email),
            Record.kind,
            event.record_id,
        )
        .outerjoin(actor, actor.id == event.actor_id)
        .outerjoin(account, account.id == event.user_id)
        .outerjoin(Record, Record.id == event.record_id)
        .where(event.id.in_(event_ids))
    )
    return {
        row[0]: EventParties(row[1], row[2], row[3], f"{RECORD_KINDS.get(row[4], '')} {row[5] or ''}".strip())
        for row in db.session.execute(stmt)
    }


def password_context(user: User | None = None) -> tuple[str, ...]:
    """Return what a password must not be built from: names of the center, of all teams, and of the user."""
    center = current_app.config["CRM_CENTER_NAME"], current_app.config["CRM_BASE_URL"].partition("://")[2]
    teams = db.session.scalars(sa.select(Team.name).order_by(Team.name)).all()
    own = (user.name, user.native_name or "", user.email) if user else ()
    return (*own, *center, *teams)


def list_users() -> list[tuple[int, str]]:
    """Return id and name of every user, by name."""
    return [(row[0], row[1]) for row in db.session.execute(sa.select(User.id, User.name).order_by(User.name, User.id))]


KINDS = {
    "organization": _l("Organizations"),
    "person": _l("People"),
    "representation": _l("China reps"),
    "followup": _l("Open follow-ups"),
    "interaction": _l("Interactions"),
    "opportunity": _l("Opportunities"),
    "project": _l("Projects"),
    "need": _l("Needs"),
    "product": _l("Products"),
    "show": _l("Shows"),
}


class OwnedRecordCount(NamedTuple):
    """How many records of a kind somebody is the counselor of."""

    label: Lazy
    number: int


def count_owned_records(condition: sa.ColumnElement[bool]) -> list[OwnedRecordCount]:
    """Records under a condition by kind: numbers only, so that confidential ones can be among them."""
    stmt = sa.select(Record.kind, sa.func.count()).where(condition).group_by(Record.kind)
    found: dict[str, int] = {row[0]: row[1] for row in db.session.execute(stmt)}
    return [OwnedRecordCount(label, found[kind]) for kind, label in KINDS.items() if kind in found]
