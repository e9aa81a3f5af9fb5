"""Invite, change, deactivate and reactivate users."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.accounts.devices import delete_devices
from crm.accounts.mails import Notice, mail_invitation, mail_notice
from crm.accounts.policy import INVITATION_PAUSE, EventKind, assignable_roles, assignable_teams, may_invite
from crm.accounts.security_log import add_event
from crm.accounts.sessions import end_sessions
from crm.calendars.zones import country_of_zone
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.identity import Membership, Team, User
from crm.core.errors import Forbidden, Invalid
from crm.core.hooks import MEMBERSHIP_CHANGED
from crm.core.mail.outbox.put import cancel_mails, readdress_mails
from crm.core.policy import Actor, Role, is_administrator
from crm.core.words import _

from .permission_changes import describe_difference, list_permissions
from .reassignment import OwnersByGroup, reassign_user_records
from .returning import return_records


@dataclass(frozen=True)
class AccountValues:
    """What an administrator enters about a user; the first of `team_ids` is the primary team."""

    email: str
    name: str
    role: Role
    team_ids: tuple[int, ...]
    has_compliance: bool = False
    is_china_desk: bool = False
    native_name: str | None = None


@dataclass(frozen=True)
class UserLocale:
    """Time zone and language of a new user, who can change them in the profile."""

    zone: str = "America/Los_Angeles"
    language: str = "en"


def invite_user(actor: Actor, account: AccountValues, locale: UserLocale) -> tuple[User, str]:
    """Create a user without a password and email an invitation; return the user and the link in it.

    Raises Forbidden if the actor may not assign the role, teams or rights, Invalid on `email` if the user exists, and
    on `team_ids` if a counselor or manager would have no team.
    """
    _check_may_assign(actor, account)
    user = add_user(account, locale)
    return user, _send_invitation(actor, user)


def _send_invitation(actor: Actor, user: User) -> str:
    user.invited_at = clock.now()
    _add_event(EventKind.invited, user)
    return mail_invitation(user, actor.name)


def add_user(account: AccountValues, locale: UserLocale, password_hash: str | None = None) -> User:
    """Create a user without sending an email; the country follows from the zone. Raises Invalid on `email` if taken."""
    country = country_of_zone(locale.zone) or "US"
    user = User(zone=locale.zone, country=country, language=locale.language)
    user.created_at, user.password = clock.now(), password_hash
    _fill(user, account)
    _insert(user)
    set_teams(user, account.team_ids)
    return user


def resend_invitation(actor: Actor, user: User) -> str:
    """Email the invitation again, in place of one that waits; return the link, or "" within INVITATION_PAUSE.

    Raises Invalid if the user has a password or is deactivated.
    """
    # Of two requests at the same moment the second waits here for the first, and then sees its time.
    db.session.refresh(user, with_for_update={"key_share": True})
    if user.password or not user.active:
        raise Invalid(_("Invitations can be resent only to active users who haven't chosen a password yet."))
    if user.invited_at is not None and clock.now() - user.invited_at < INVITATION_PAUSE:
        return ""
    cancel_mails(db.session(), dedupe_prefix=f"invitation/{user.id}/")
    return _send_invitation(actor, user)


def change_user(actor: Actor, user: User, account: AccountValues) -> bool:
    """Change a user; one who hasn't accepted the invitation gets a new one at a new address: then returns True.

    Raises Invalid on `role` for the last administrator, on `email` if another user has it, and on `team_ids` for a
    counselor or manager without a team.
    """
    _require_team(account)
    if account.role is not Role.administrator:
        _refuse_last_administrator(user)
    before, old_email = list_permissions(user), user.email
    moves = old_email != account.email.strip().lower()
    if moves:
        # Links that were sent to the old address stop working.
        user.fs_uniquifier = new_uid()
    _fill(user, account)
    _insert(user)
    is_invited = moves and user.password is None and user.active
    if moves:
        readdress_mails(db.session(), user)
    if is_invited:
        _send_invitation(actor, user)
    elif moves:
        # Also to the old address: an attacker who takes over an account changes the address first.
        for address in (old_email, user.email):
            mail_notice(user, Notice.email_changed, to=address, detail=f"{old_email} → {user.email}")
    set_teams(user, account.team_ids)
    if detail := describe_difference(before, list_permissions(user)):
        _add_event(EventKind.changed, user, detail)
    return is_invited


def deactivate_user(
    user: User, new_owner: User | None, by_group: OwnersByGroup | None = None, *, leaves_unassigned: bool = False
) -> int:
    """Deactivate a user, end the sessions and reassign everything; return the number of reassigned records.

    Raises Invalid like `reassign_user_records`.
    """
    if not user.active:
        raise Invalid(_("%(name)s is already deactivated.", name=user.name))
    _refuse_last_administrator(user)
    # Before the records are reassigned, so that those batches can be distinguished from earlier ones.
    user.disabled_at = clock.now()
    moved = reassign_user_records(user, new_owner, by_group, leaves_unassigned=leaves_unassigned)
    user.active = False
    user.fs_uniquifier = new_uid()
    end_sessions(user.id)
    delete_devices(user.id)
    _add_event(EventKind.disabled, user)
    db.session.flush()
    return moved


def reactivate_user(user: User, *, gets_records: bool = False) -> int:
    """Let a deactivated user sign in again with the old password; return the number of records returned to them.

    Without `gets_records`, reassigned records stay with their new owners. Raises Invalid for an active user.
    """
    if user.active:
        raise Invalid(_("%(name)s is already active.", name=user.name))
    returned = return_records(user) if gets_records else 0
    user.active = True
    user.disabled_at = None
    _add_event(EventKind.enabled, user)
    db.session.flush()
    return returned


def sign_out_user(user: User) -> int:
    """End all sessions of a user and delete the known devices; return the number of ended sessions."""
    ended = end_sessions(user.id)
    delete_devices(user.id)
    add_event(db.session(), EventKind.ended_all, user_id=user.id, email=user.email, count=ended)
    db.session.flush()
    return ended


def set_teams(user: User, team_ids: Iterable[int]) -> None:
    """Set the teams of a user, in this order, after the role. Flushes."""
    positions = dict.fromkeys(team_ids)
    existing = {m.team_id: m for m in db.session.scalars(sa.select(Membership).where(Membership.user_id == user.id))}
    for team_id in existing.keys() - positions.keys():
        db.session.delete(existing[team_id])
    for position, team_id in enumerate(positions):
        if team_id in existing:
            existing[team_id].position = position
        else:
            db.session.add(Membership(user_id=user.id, team_id=team_id, position=position))
    db.session.flush()
    for update in MEMBERSHIP_CHANGED:
        update(user.id)


def _fill(user: User, account: AccountValues) -> None:
    user.email = account.email.strip().lower()
    for name in ("name", "native_name", "role", "has_compliance", "is_china_desk"):
        setattr(user, name, getattr(account, name))


def _insert(user: User) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise Invalid(_("A user with this email address already exists. Enter another address."), "email") from None


def _check_may_assign(actor: Actor, account: AccountValues) -> None:
    teams = assignable_teams(actor, set(db.session.scalars(sa.select(Team.id))))
    if not may_invite(actor):
        raise Forbidden
    _require_team(account)
    if account.role not in assignable_roles(actor) or not teams.issuperset(account.team_ids):
        raise Forbidden
    if (account.has_compliance or account.is_china_desk) and not is_administrator(actor):
        raise Forbidden


def _require_team(account: AccountValues) -> None:
    if not account.team_ids and account.role in (Role.staff, Role.manager):
        raise Invalid(_("Choose a team."), "team_ids")


def _refuse_last_administrator(user: User) -> None:
    if user.role is not Role.administrator:
        return
    # Locked in one order: if two administrators deactivate each other, the second waits here and finds only itself.
    # key_share (FOR NO KEY UPDATE): rows that refer to the users, such as events, don't have to wait.
    active = sa.select(User.id, User.password).where(User.active, User.role == Role.administrator).order_by(User.id)
    rows = db.session.execute(active.with_for_update(key_share=True)).all()
    # An invited user can't sign in yet, and perhaps never will.
    if not any(row.password or not user.password for row in rows if row.id != user.id):
        raise Invalid(
            _("Make another user an administrator first. %(name)s is the last one who can sign in.", name=user.name),
            "role",
        )


def _add_event(kind: EventKind, user: User, detail: str = "") -> None:
    add_event(db.session(), kind, user_id=user.id, email=user.email, detail=detail)
