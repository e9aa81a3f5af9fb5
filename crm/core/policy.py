"""Who may do what. Pure: an actor, a right, and plain facts about a record; denied by default."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from crm.core.words import LabeledEnum, _l


class Role(LabeledEnum):
    """The role of a user, who has exactly one."""

    staff = "staff", _l("Counselor")
    manager = "manager", _l("Manager")
    network_manager = "network_manager", _l("Network manager")
    administrator = "administrator", _l("Administrator")


class Right(LabeledEnum):
    """A right that a user may have besides the role."""

    compliance = "compliance", _l("Compliance")


class Limit(LabeledEnum):
    """A restriction of what a user sees."""

    china_desk = "china_desk", _l("China desk: can't see sales, ownership or funders")


class ReminderChoice(LabeledEnum):
    """Which reminders are separate emails."""

    digest = "digest", _l("Daily digest only")
    timed = "timed", _l("Daily digest plus separate emails for items with a time")
    all = "all", _l("Daily digest plus a separate email for each follow-up")


class DateFormat(LabeledEnum):
    """How dates and times are written; without a choice the format follows the user's country."""

    us = "us", _l("US: Tue, Dec 8, 5:00 PM")
    uk = "uk", _l("UK: Tue 8 Dec, 17:00")
    iso = "iso", _l("ISO: 2026-12-08 17:00")


@dataclass(frozen=True)
class Actor:
    """The user (or the shell: `is_system`) on whose behalf something is done."""

    id: int | None
    name: str = ""
    role: Role = Role.staff
    team_ids: frozenset[int] = frozenset()
    first_team_id: int | None = None
    rights: frozenset[Right] = frozenset()
    limits: frozenset[Limit] = frozenset()
    zone: str = "UTC"
    country: str = "US"
    language: str = "en"
    is_system: bool = False
    keys_on: bool = True
    date_format: DateFormat | None = None
    """None: the format of `country`."""

    @property
    def initials(self) -> str:
        """One or two letters for an avatar."""
        words = self.name.split()
        if not words:
            return "?"
        last = words[-1][0] if len(words) > 1 else ""
        return (words[0][0] + last).upper()

    @property
    def sees_all_teams(self) -> bool:
        """Whether the actor sees the records of all teams."""
        return self.is_system or self.role is Role.network_manager

    @property
    def is_above_teams(self) -> bool:
        """Whether the actor works for teams without being a member, and so chooses a team each time."""
        return self.sees_all_teams and self.first_team_id is None

    @property
    def is_manager(self) -> bool:
        """Whether the actor manages own teams or the network."""
        return self.is_system or self.role in (Role.manager, Role.network_manager)

    @property
    def hides_money(self) -> bool:
        """Whether sales, export sales, ownership and funder are hidden."""
        return Limit.china_desk in self.limits


SYSTEM = Actor(id=None, name="Causeway", role=Role.administrator, is_system=True)


class HasAccess(Protocol):
    """What a rule needs to know about a record."""

    @property
    def team_id(self) -> int | None: ...
    @property
    def counselor_id(self) -> int | None: ...
    @property
    def confidential(self) -> bool: ...
    @property
    def reader_ids(self) -> Collection[int]: ...
    @property
    def without_managers(self) -> bool: ...


def is_own_team(actor: Actor, facts: HasAccess) -> bool:
    """Return whether the record's team is one of the actor's; the network manager has all."""
    return actor.sees_all_teams or (facts.team_id is not None and facts.team_id in actor.team_ids)


def may_see(actor: Actor, facts: HasAccess) -> bool:
    """Return whether the actor may see a record.

    Shared for all, a team's for the team, confidential for its readers.
    """
    if actor.is_system:
        return True
    if facts.confidential:
        if actor.id is not None and (facts.counselor_id == actor.id or actor.id in facts.reader_ids):
            return True
        is_manager = actor.role is Role.manager and facts.team_id in actor.team_ids
        return is_manager and not facts.without_managers
    return facts.team_id is None or is_own_team(actor, facts)


def may_edit(actor: Actor, facts: HasAccess) -> bool:
    """Return whether the actor may edit a record: shared ones all users, a team's the team."""
    return may_see(actor, facts)


def may_archive(actor: Actor, facts: HasAccess) -> bool:
    """Archive, restore and merge: a team's records the team, shared ones managers and administrators."""
    if not may_see(actor, facts):
        return False
    if facts.team_id is None:
        return actor.is_system or actor.role is not Role.staff
    return True


def may_change_counselor(actor: Actor, facts: HasAccess) -> bool:
    """Return whether the actor may reassign a record: staff their own, the other roles any of their teams'."""
    if not may_see(actor, facts):
        return False
    return actor.is_system or actor.role is not Role.staff or facts.counselor_id in (None, actor.id)


def default_counselor_id(actor: Actor) -> int | None:
    """Return who becomes the counselor of what the actor adds: the actor, if staff or manager of a team, else None."""
    return actor.id if actor.role in (Role.staff, Role.manager) and actor.team_ids else None


def may_make_confidential(actor: Actor, facts: HasAccess) -> bool:
    """Make confidential and choose readers: the record's counselor, or a manager of its team."""
    if actor.is_system:
        return True
    is_counselor = actor.id is not None and facts.counselor_id == actor.id
    is_manager = actor.role is Role.manager and facts.team_id is not None and facts.team_id in actor.team_ids
    return (is_counselor or is_manager) and may_see(actor, facts)


def is_signed_in(_actor: Actor) -> bool:
    """Return True: every signed-in user has such a right."""
    return True


def is_manager(actor: Actor) -> bool:
    """Return whether the actor manages a team or the network."""
    return actor.is_manager


def is_administrator(actor: Actor) -> bool:
    return actor.is_system or actor.role is Role.administrator


@dataclass(frozen=True)
class Rule:
    """The rule of a right: for an actor, and for an actor and a record; the description is for the docs."""

    for_actor: Callable[[Actor], bool]
    for_record: Callable[[Actor, HasAccess], bool] = may_see
    description: str = field(default="", compare=False)


RULES: dict[str, Rule] = {}


def can(actor: Actor, right: str, facts: HasAccess | None = None) -> bool:
    """Return whether the actor has the right, and for given facts on that record. KeyError for an unknown right."""
    rule = RULES[right]
    return rule.for_actor(actor) and (facts is None or rule.for_record(actor, facts))
