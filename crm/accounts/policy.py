"""Rights over users, lifetimes of sessions and links, event kinds, and limits of attempts. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from crm.core.policy import RULES, Actor, HasAccess, Role, Rule, is_administrator, is_signed_in
from crm.core.words import LabeledEnum, _l

KNOWN_DEVICE_LIFETIME = timedelta(days=365)
"""A device without a sign-in for this long is deleted."""
SECOND_STEP_TIMEOUT = timedelta(minutes=10)
"""Time after the password within which the second factor must follow."""
LAST_SEEN_INTERVAL = timedelta(minutes=5)
"""The time a user was last seen is written at most this often."""
RESET_LINK_LIFETIME = timedelta(hours=2)
INVITATION_LIFETIME = timedelta(days=7)
INVITATION_PAUSE = timedelta(minutes=1)
"""How long after an invitation none is sent again to the same user: a click was repeated."""
MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 128


class EventKind(LabeledEnum):
    """The kinds of events in the security log."""

    signed_in = "signed_in", _l("Signed in")
    failed = "failed", _l("Sign-in failed")
    throttled = "throttled", _l("Too many attempts")
    attack_warning = "attacked", _l("User warned of an attack")
    new_device = "new_device", _l("Signed in on a new device")
    second_failed = "second_failed", _l("Two-factor authentication failed")
    recovery_used = "recovery_used", _l("Recovery code used")
    confirmed = "confirmed", _l("Identity confirmed")
    factor_added = "factor_added", _l("Two-factor method added")
    factor_removed = "factor_removed", _l("Two-factor method removed")
    factor_reset = "factor_reset", _l("Two-factor authentication reset")
    codes_generated = "codes_made", _l("Recovery codes generated")
    signed_out = "signed_out", _l("Signed out")
    session_ended = "session_ended", _l("Signed out on one other device")
    ended_others = "ended_others", _l("Signed out on other devices")
    ended_all = "ended_all", _l("Signed out everywhere by an administrator")
    reset_requested = "reset_asked", _l("Password reset requested")
    password_set = "password_set", _l("Password set with a link")
    password_changed = "password_changed", _l("Password changed")
    filing_address = "filing_address", _l("Filing address replaced")
    invited = "invited", _l("Invited")
    created = "created", _l("Account created")
    changed = "changed", _l("Role, teams or permissions changed")
    disabled = "disabled", _l("Deactivated")
    enabled = "enabled", _l("Reactivated")
    reassigned = "handed_over", _l("Records reassigned")
    exported = "exported", _l("Exported a list")
    export_alert = "export_alert", _l("Unusually large export")
    viewed = "viewed", _l("Opened a confidential record")
    confidential_on = "confidential_on", _l("Made confidential")
    confidential_off = "confidential_off", _l("No longer confidential")
    readers_changed = "readers_changed", _l("Readers changed")
    mail_paused = "mail_paused", _l("Email paused")
    mail_resumed = "mail_resumed", _l("Email resumed")
    imported = "imported", _l("Import completed")
    import_undone = "import_undone", _l("Import undone")


class SecondFactor(LabeledEnum):
    """The kinds of second factors."""

    app = "app", _l("Authenticator app")
    passkey = "passkey", _l("Passkey")
    recovery_code = "recovery_code", _l("Recovery code")


ROLES_REQUIRING_SECOND_FACTOR = {
    "none": frozenset[Role](),
    "administrators": frozenset({Role.administrator}),
    "managers": frozenset({Role.administrator, Role.manager, Role.network_manager}),
    "everyone": frozenset(Role),
}
"""CRM_REQUIRE_SECOND_FACTOR: the roles that need a second factor."""


def requires_second_factor(setting: str, role: Role) -> bool:
    """Return whether a role needs a second factor under this setting."""
    return role in ROLES_REQUIRING_SECOND_FACTOR[setting]


class EventOutcome(LabeledEnum):
    """How an event in the security log ended."""

    ok = "ok", _l("Succeeded")
    refused = "refused", _l("Failed")
    alert = "alert", _l("Alert")


OUTCOMES = {
    EventKind.failed: EventOutcome.refused,
    EventKind.throttled: EventOutcome.refused,
    EventKind.second_failed: EventOutcome.refused,
    EventKind.attack_warning: EventOutcome.alert,
    EventKind.export_alert: EventOutcome.alert,
}
"""The outcome of kinds of events that did not succeed; all other kinds are `ok`."""


def event_outcome(kind: EventKind) -> EventOutcome:
    return OUTCOMES.get(kind, EventOutcome.ok)


ALERT_WINDOW = timedelta(hours=24)
BASELINE_DAYS = 90
"""Days before the window; the largest of them is the user's typical number of rows."""
BASELINE_FACTOR = 5


def is_unusual_export(rows: int, typical_rows: int, threshold: int) -> bool:
    """Return whether a user's rows of 24 hours exceed both the threshold and five times the user's largest day."""
    return rows > max(threshold, BASELINE_FACTOR * typical_rows)


class Throttle(NamedTuple):
    """At most `limit` attempts within `window` of the first one."""

    limit: int
    window: timedelta


PER_ACCOUNT = Throttle(10, timedelta(minutes=15))
PER_ADDRESS = Throttle(60, timedelta(minutes=15))
"""Larger than for one account, because a whole office may share one address."""
EPISODE_ENDS_AFTER = timedelta(days=1)
"""After a pause of this length the next attack is reported as a new one."""
RESETS_PER_ACCOUNT = Throttle(3, timedelta(hours=1))
RESETS_PER_ADDRESS = Throttle(20, timedelta(hours=1))


def wait_after(throttle: Throttle, count: int, since: datetime, now: datetime) -> int:
    """Return the seconds to wait after the `count`-th attempt; 0 if the limit isn't exceeded."""
    if count <= throttle.limit:
        return 0
    return max(int((since + throttle.window - now).total_seconds()) + 1, 0)


BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
"""Names to look for in a user agent, in this order: Edge also sends "Chrome", and Chrome also sends "Safari"."""
BROWSER_NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


def device_name(user_agent: str) -> str:
    """Return a short name of a browser, such as "Firefox, Windows"; 60 characters of the user agent if unknown."""
    browser = next((b for b in BROWSERS if f"{b}/" in user_agent or f"{b}A/" in user_agent), None)
    system = next((s for s in SYSTEMS if s in user_agent), None)
    return f"{BROWSER_NAMES.get(browser, browser)}, {system}" if browser and system else user_agent[:60]


def may_invite(actor: Actor) -> bool:
    """Return whether the actor may invite users: managers to their teams, administrators to all (docs/rights.md)."""
    return is_administrator(actor) or (actor.role is Role.manager and bool(actor.team_ids))


def assignable_teams(actor: Actor, team_ids: Collection[int]) -> frozenset[int]:
    """Return the ids of the teams that the actor may invite users to."""
    return frozenset(team_ids) if is_administrator(actor) else frozenset(team_ids) & actor.team_ids


def assignable_roles(actor: Actor) -> tuple[Role, ...]:
    """Return the roles that the actor may assign: managers invite only staff."""
    return tuple(Role) if is_administrator(actor) else (Role.staff,)


def may_reassign_user(actor: Actor, role: Role, team_ids: Collection[int], *, has_compliance: bool) -> bool:
    """Return whether the actor may reassign a user's records and deactivate the user.

    Administrators may for everyone. Managers may for staff whose teams are all their own, without the compliance right,
    which reaches beyond teams (docs/adr/0017-leaving.md).
    """
    if is_administrator(actor):
        return True
    is_own_staff = role is Role.staff and bool(team_ids) and actor.team_ids.issuperset(team_ids)
    return actor.role is Role.manager and is_own_staff and not has_compliance


def _is_administrator(actor: Actor, _facts: HasAccess) -> bool:
    return is_administrator(actor)


RULES["account:own"] = Rule(for_actor=is_signed_in, description="Edit one's own profile, password and sessions.")
RULES["user:invite"] = Rule(
    for_actor=may_invite,
    for_record=_is_administrator,
    description="Invite users; managers: staff to their teams.",
)
RULES["user:manage"] = Rule(
    for_actor=is_administrator, for_record=_is_administrator, description="Edit and reactivate users."
)
RULES["user:reassign"] = Rule(
    for_actor=may_invite,
    for_record=_is_administrator,
    description="Reassign the records of a user, and deactivate the user; managers: staff of their teams only.",
)
RULES["security:see"] = Rule(
    for_actor=is_administrator, for_record=_is_administrator, description="View the security log."
)
RULES["team:manage"] = Rule(
    for_actor=is_administrator, for_record=_is_administrator, description="Create and edit teams."
)
RULES["export:see"] = Rule(
    for_actor=lambda actor: is_administrator(actor) or actor.is_manager,
    description="View the log of exports; managers: those of users of their teams.",
)
