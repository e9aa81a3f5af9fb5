"""Users: invite, change, disable, enable again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.accounts.devices import forget_devices
from crm.accounts.mails import Notice, mail_invitation, mail_notice
from crm.accounts.policy import EventKind, may_invite, roles_to_offer, teams_to_offer
from crm.accounts.security_log import add_event
from crm.accounts.sessions import end_sessions
from crm.calendars.zones import country_of_zone
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.identity import Membership, Team, User
from crm.core.errors import Forbidden, Invalid
from crm.core.mail.outbox.put import readdress_mails
from crm.core.policy import Actor, Role, administrators
from crm.core.words import _

from .reassignment import reassign_user_records, records_to_reassign


@dataclass(frozen=True)
class Account:
    """What an administrator says of a user; the first of `team_ids` is the first team."""

    email: str
    name: str
    role: Role
    team_ids: tuple[int, ...]
    has_compliance: bool = False
    is_china_desk: bool = False
    native_name: str | None = None


@dataclass(frozen=True)
class UserLocale:
    """Where a new user starts from; later it is theirs to say."""

    zone: str = "America/Los_Angeles"
    language: str = "en"


def invite_user(actor: Actor, account: Account, place: UserLocale) -> tuple[User, str]:
    """Make a user without a password and mail the invitation; gives the user and the link in it.

    Raises Forbidden beyond what the actor may give, Invalid on `email` when there is such a user, and on `team_ids`
    when a manager names no team.
    """
    _refuse_more_than_may(actor, account)
    user = add_user(account, place)
    user.invited_at = clock.now()
    link = mail_invitation(user, actor.name)
    _note(EventKind.invited, user)
    return user, link


def add_user(account: Account, place: UserLocale, password_hash: str | None = None) -> User:
    """Make a user without a mail; the country is guessed from the zone. Raises Invalid on `email` when there is one."""
    country = country_of_zone(place.zone) or "US"
    user = User(zone=place.zone, country=country, language=place.language)
    user.created_at, user.password = clock.now(), password_hash
    _fill(user, account)
    _insert(user)
    set_teams(user, account.team_ids)
    return user


def invite_again(actor: Actor, user: User) -> str:
    """Mail the invitation once more; gives the link. Raises Invalid when the user has a password already."""
    if user.password or not user.active:
        raise Invalid(_("Invitations can be resent only to active users who haven't chosen a password yet."))
    user.invited_at = clock.now()
    _note(EventKind.invited, user)
    return mail_invitation(user, actor.name)


def change_user(user: User, account: Account) -> None:
    """Change what an administrator says of a user. Raises Invalid: last administrator, address taken."""
    if account.role is not Role.administrator:
        _refuse_last_administrator(user)
    before, old_email = _power(user), user.email
    moves = old_email != account.email.strip().lower()
    if moves:
        # Links that went to the old address are dead from now on.
        user.fs_uniquifier = new_uid()
    _fill(user, account)
    _insert(user)
    if moves:
        readdress_mails(db.session(), user)
        # To the old address too: whoever takes an account over changes the address first.
        for address in (old_email, user.email):
            mail_notice(user, Notice.email_changed, to=address, detail=f"{old_email} → {user.email}")
    set_teams(user, account.team_ids)
    if detail := _difference(before, _power(user)):
        _note(EventKind.changed, user, detail)


def disable_user(user: User, new_owner: User | None) -> int:
    """Disable a user and end the sessions; everything passes to the heir. Gives how many things moved.

    Raises Invalid on `heir` when there is something to pass on and nobody to pass it to, or the heir would not see it.
    """
    if not user.active:
        raise Invalid(_("%(name)s is already deactivated.", name=user.name))
    _refuse_last_administrator(user)
    if new_owner is None and db.session.scalar(sa.select(sa.exists().where(records_to_reassign(user.id)))):
        raise Invalid(_("Choose a user to reassign the records to."), "heir")
    moved = reassign_user_records(user, new_owner) if new_owner else 0
    if new_owner and moved:
        add_event(
            db.session(),
            EventKind.handed_over,
            user_id=user.id,
            count=moved,
            detail=f"{user.email} → {new_owner.email}",
        )
    user.active = False
    user.disabled_at = clock.now()
    user.fs_uniquifier = new_uid()
    end_sessions(user.id)
    forget_devices(user.id)
    _note(EventKind.disabled, user)
    db.session.flush()
    return moved


def enable_user(user: User) -> None:
    """Let a disabled user sign in again, with the old password; what was handed over stays where it went."""
    user.active = True
    user.disabled_at = None
    _note(EventKind.enabled, user)
    db.session.flush()


def sign_out_user(user: User) -> int:
    """End all sessions of a user, and forget the devices; returns how many sessions ended."""
    ended = end_sessions(user.id)
    forget_devices(user.id)
    add_event(db.session(), EventKind.ended_all, user_id=user.id, email=user.email, count=ended)
    db.session.flush()
    return ended


def set_teams(user: User, team_ids: Iterable[int]) -> None:
    """Make these the teams of a user, in this order. Flushes."""
    wanted = dict.fromkeys(team_ids)
    kept = {m.team_id: m for m in db.session.scalars(sa.select(Membership).where(Membership.user_id == user.id))}
    for team_id in kept.keys() - wanted.keys():
        db.session.delete(kept[team_id])
    for position, team_id in enumerate(wanted):
        if team_id in kept:
            kept[team_id].position = position
        else:
            db.session.add(Membership(user_id=user.id, team_id=team_id, position=position))
    db.session.flush()


def _fill(user: User, account: Account) -> None:
    user.email = account.email.strip().lower()
    for name in ("name", "native_name", "role", "has_compliance", "is_china_desk"):
        setattr(user, name, getattr(account, name))


def _insert(user: User) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise Invalid(_("A user with this email address already exists. Enter another address."), "email") from None


def _refuse_more_than_may(actor: Actor, account: Account) -> None:
    teams = teams_to_offer(actor, set(db.session.scalars(sa.select(Team.id))))
    if not may_invite(actor):
        raise Forbidden
    if not account.team_ids and not administrators(actor):
        raise Invalid(_("Choose a team."), "team_ids")
    beyond = account.has_compliance or account.is_china_desk
    if account.role not in roles_to_offer(actor) or not teams.issuperset(account.team_ids):
        raise Forbidden
    if beyond and not administrators(actor):
        raise Forbidden


def _refuse_last_administrator(user: User) -> None:
    if user.role is not Role.administrator:
        return
    # Locked in one order: of two who disable each other the second waits here, and then finds only itself.
    # NO KEY: what refers to them, such as a line of the log, is no reason to wait.
    active = sa.select(User.id).where(User.active, User.role == Role.administrator).order_by(User.id)
    if not set(db.session.scalars(active.with_for_update(key_share=True))) - {user.id}:
        raise Invalid(_("Make another user an administrator first. %(name)s is the last one.", name=user.name))


def _power(user: User) -> dict[str, str]:
    """Return what decides what a user may do, by name, as codes and names for the security log."""
    stmt = sa.select(Team.name).join(Membership, Membership.team_id == Team.id)
    teams = db.session.scalars(stmt.where(Membership.user_id == user.id).order_by(Team.name))
    flags = {"compliance": user.has_compliance, "china_desk": user.is_china_desk}
    return {
        "role": user.role.value,
        "rights": ", ".join(name for name, has in flags.items() if has) or "-",
        "teams": ", ".join(teams) or "-",
        "email": user.email,
    }


def _difference(before: dict[str, str], after: dict[str, str]) -> str:
    """Return the changed entries as "role: staff → manager; ..."; empty when nothing changed."""
    return "; ".join(f"{name}: {before[name]} → {after[name]}" for name in before if before[name] != after[name])


def _note(what: EventKind, user: User, detail: str = "") -> None:
    add_event(db.session(), what, user_id=user.id, email=user.email, detail=detail)
