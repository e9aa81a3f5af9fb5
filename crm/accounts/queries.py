"""Queries about users, teams, sessions and the security log."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.data.record import Record
from crm.core.errors import Forbidden, NotFound
from crm.core.hooks import REASSIGN_CONDITIONS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor, Role, is_administrator
from crm.core.words import LabeledEnum, Lazy, _, _l

from .models import AuthSession
from .policy import device_name, may_reassign_user
from .sessions import is_current_session


class AccountState(LabeledEnum):
    """Whether a user can sign in."""

    active = "active", _l("Active")
    invited = "invited", _l("Invited")
    disabled = "disabled", _l("Deactivated")


def account_state(user: User) -> AccountState:
    """Return the state of a user's account."""
    if not user.active:
        return AccountState.disabled
    return AccountState.active if user.password else AccountState.invited


def describe_invitation(user: User) -> str:
    """Return whether the newest invitation was sent, while the user hasn't accepted it; "" if there is none."""
    if account_state(user) is not AccountState.invited:
        return ""
    stmt = sa.select(Mail.state).where(Mail.user_id == user.id, Mail.kind == "invitation")
    state = db.session.scalar(stmt.order_by(Mail.id.desc()).limit(1))
    if state is MailState.pending and not has_mail_server():
        text = _("Waiting for a mail server (CRM_SMTP_URL). To get a link, run “%(command)s” on the server.")
        return text % {"command": f"flask --app crm users link {user.email}"}
    return str(state.label) if state else ""


def has_mail_server() -> bool:
    """Return whether emails don't wait for a mail server; the demo shows them instead."""
    return bool(current_app.config["CRM_SMTP_URL"] or current_app.config["CRM_DEMO"])


def account_state_column() -> sa.ColumnElement[str]:
    """Return the code of the account state as an SQL expression."""
    return sa.case(
        (sa.not_(User.active), AccountState.disabled.value),
        (User.password.is_(None), AccountState.invited.value),
        else_=AccountState.active.value,
    )


def managed_users(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition of the users that the actor sees in the list: all for administrators, else own teams."""
    if is_administrator(actor):
        return sa.true()
    own = sa.select(Membership.user_id).where(Membership.team_id.in_(sorted(actor.team_ids)))
    return User.id.in_(own)


def load_user(actor: Actor, user_id: int) -> User:
    """Return one of the users that the actor sees. Raises NotFound."""
    user = db.session.scalar(sa.select(User).where(User.id == user_id, managed_users(actor)))
    if user is None:
        raise NotFound
    return user


def may_reassign(actor: Actor, user: User) -> bool:
    """Return whether the actor may reassign the records of a user and deactivate the user.

    Managers may not if the user still has records of a team that isn't their own: the user has left that team.
    """
    team_ids = [team.id for team in load_teams([user.id]).get(user.id, ())]
    is_allowed = may_reassign_user(actor, user.role, team_ids, has_compliance=user.has_compliance)
    return is_allowed and (is_administrator(actor) or _teams_of_records(user.id) <= actor.team_ids)


def records_to_reassign(user_id: int) -> sa.ColumnElement[bool]:
    """Return the condition of the records that are reassigned when this user leaves."""
    unconditional = Record.kind.not_in(list(REASSIGN_CONDITIONS))
    conditional = [sa.and_(Record.kind == kind, condition()) for kind, condition in REASSIGN_CONDITIONS.items()]
    return sa.and_(Record.counselor_id == user_id, sa.or_(unconditional, *conditional))


def records_of_former_teams(user: User) -> sa.ColumnElement[bool]:
    """Return the condition of a user's records of teams that an active user has left; nobody is reminded of them."""
    if not user.active or user.role is Role.network_manager:
        return sa.false()
    own_teams = sa.select(Membership.team_id).where(Membership.user_id == user.id)
    # A counselor sees confidential records of any team.
    is_hidden = sa.and_(Record.team_id.not_in(own_teams), sa.not_(Record.confidential))
    return sa.and_(records_to_reassign(user.id), is_hidden)


def _teams_of_records(user_id: int) -> set[int]:
    """Return the ids of the teams of the records that are reassigned when this user leaves."""
    stmt = sa.select(Record.team_id).where(records_to_reassign(user_id), Record.team_id.is_not(None))
    return {team_id for team_id in db.session.scalars(stmt.distinct()) if team_id is not None}


def load_reassignable_user(actor: Actor, user_id: int) -> User:
    """Return a user whose records the actor may reassign. Raises NotFound, Forbidden."""
    user = load_user(actor, user_id)
    if not may_reassign(actor, user):
        raise Forbidden
    return user


def team(team_id: int) -> Team:
    """Return a team. Raises NotFound."""
    row = db.session.get(Team, team_id)
    if row is None:
        raise NotFound
    return row


class TeamName(NamedTuple):
    id: int
    name: str


def load_teams(user_ids: Iterable[int]) -> dict[int, list[TeamName]]:
    """Return the teams of these users by user id; the primary team is first."""
    stmt = sa.select(Membership.user_id, Team.id, Team.name).join(Team, Team.id == Membership.team_id)
    teams: dict[int, list[TeamName]] = {}
    stmt = stmt.where(Membership.user_id.in_(list(user_ids))).order_by(Membership.position, Team.id)
    for user_id, team_id, name in db.session.execute(stmt):
        teams.setdefault(user_id, []).append(TeamName(team_id, name))
    return teams


def list_teams() -> list[TeamName]:
    """Return all teams, sorted by name."""
    return [TeamName(*row) for row in db.session.execute(sa.select(Team.id, Team.name).order_by(Team.name))]


def find_active_emails(emails: Collection[str]) -> set[str]:
    """Return those of these email addresses that belong to active users."""
    return set(db.session.scalars(sa.select(User.email).where(User.email.in_(emails), User.active)))


def find_user_by_email(email: str) -> User | None:
    """Return the user with this email address, active or deactivated; None if there is none."""
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))


class SessionRow(NamedTuple):
    """A current session."""

    id: int
    device: str
    address: str
    created_at: datetime
    seen_at: datetime


def list_sessions(user_id: int, now: datetime) -> list[SessionRow]:
    """Return the current sessions of a user, last used first."""
    stmt = sa.select(
        AuthSession.id, AuthSession.device, AuthSession.address, AuthSession.created_at, AuthSession.seen_at
    ).where(AuthSession.user_id == user_id, is_current_session(now))
    return [
        SessionRow(row[0], device_name(row[1]), *row[2:])
        for row in db.session.execute(stmt.order_by(AuthSession.seen_at.desc(), AuthSession.id))
    ]


def password_context(user: User | None = None) -> tuple[str, ...]:
    """Return names that a password must not be made of: those of the center, of all teams, and of the user."""
    center = current_app.config["CRM_CENTER_NAME"], current_app.config["CRM_BASE_URL"].partition("://")[2]
    teams = db.session.scalars(sa.select(Team.name).order_by(Team.name)).all()
    own = (user.name, user.native_name or "", user.email) if user else ()
    return (*own, *center, *teams)


def list_users() -> list[tuple[int, str]]:
    """Return id and name of every user, sorted by name."""
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
    "milestone": _l("Milestones"),
}


class OwnedRecordCount(NamedTuple):
    """The number of records of a kind that are assigned to a user."""

    label: Lazy
    number: int


def count_owned_records(condition: sa.ColumnElement[bool]) -> list[OwnedRecordCount]:
    """Return the number of records under a condition by kind. Confidential records count, as only numbers are shown."""
    stmt = sa.select(Record.kind, sa.func.count()).where(condition).group_by(Record.kind)
    counts: dict[str, int] = {row[0]: row[1] for row in db.session.execute(stmt)}
    return [OwnedRecordCount(label, counts[kind]) for kind, label in KINDS.items() if kind in counts]
