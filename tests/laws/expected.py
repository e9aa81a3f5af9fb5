"""Who may do what, as the architecture's table says it: data of its own, so that the program cannot agree with itself.

A record stands in one of WAYS, a person is one of PEOPLE; `verdict` says what a request must come to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ALL_TEAMS = frozenset({"Inland", "Bay", "Valley"})


class Verdict(Enum):
    """What a request comes to."""

    done = "may be done: 200, 303, or a refusal of what was typed"
    no_right = "403, whatever the record"
    hidden = "404, as if it were not there"
    refused = "403, seen but not theirs"


@dataclass(frozen=True)
class Who:
    """A person of the demo, as far as rights go."""

    name: str
    role: str
    teams: frozenset[str]
    compliance: bool = False
    china_desk: bool = False


PEOPLE = {
    who.name: who
    for who in (
        Who("anna", "staff", frozenset({"Inland"})),
        Who("boris", "staff", frozenset({"Bay"})),
        Who("clara", "manager", frozenset({"Inland"})),
        Who("shen", "staff", ALL_TEAMS, china_desk=True),
        Who("dora", "staff", frozenset({"Inland"}), compliance=True),
        Who("nora", "network_manager", frozenset()),
        Who("admin", "administrator", frozenset({"Inland"})),
    )
}


@dataclass(frozen=True)
class Way:
    """How a record stands: whose it is, and who is to see it. `hold` is a case in export hold."""

    name: str
    team: str | None
    counselor: str
    confidential: bool = False
    readers: frozenset[str] = frozenset()
    archived: bool = False
    hold: bool = False


WAYS = {
    way.name: way
    for way in (
        Way("shared", None, "boris"),
        Way("shared_gone", None, "anna", archived=True),
        Way("inland", "Inland", "anna"),
        Way("inland_dora", "Inland", "dora"),
        Way("inland_gone", "Inland", "anna", archived=True),
        Way("bay", "Bay", "boris"),
        Way("bay_hold", "Bay", "boris", hold=True),
        Way("secret_inland", "Inland", "anna", confidential=True),
        Way("secret_read", "Inland", "dora", confidential=True, readers=frozenset({"boris"})),
        Way("secret_bay", "Bay", "boris", confidential=True),
        Way("secret_bay_hold", "Bay", "boris", confidential=True, hold=True),
    )
}


def sees(who: Who, way: Way) -> bool:
    """Rows "see shared", "see a team's", "see a confidential record"; compliance sees what is held for export."""
    if way.confidential:
        circle = who.name == way.counselor or who.name in way.readers
        return circle or (who.role == "manager" and way.team in who.teams)
    if way.team is None or who.role == "network_manager" or way.team in who.teams:
        return True
    return who.compliance and way.hold


def _is_member(who: Who, way: Way) -> bool:
    """Whether the row "in a team" means this person; of a confidential record, whoever is in its circle."""
    return way.confidential or way.team is None or who.role == "network_manager" or way.team in who.teams


def _may_put_away(who: Who, way: Way) -> bool:
    """Rows "archive, restore, merge shared records" and "... in a team"."""
    return _is_member(who, way) if way.team else who.role != "staff"


def _may_pass_on(who: Who, way: Way) -> bool:
    """Row "change the counselor": staff their own records, the others those of the team."""
    return who.name == way.counselor if who.role == "staff" else _is_member(who, way)


def _may_seclude(who: Who, way: Way) -> bool:
    """Row "make a record confidential, name readers": its counselor, a manager of the own team."""
    return who.name == way.counselor or (who.role == "manager" and way.team in who.teams)


def _may_move(who: Who, way: Way) -> bool:
    """Moving is editing; compliance alone also lifts the hold of other teams' cases."""
    return _is_member(who, way) or (who.compliance and way.hold)


ACTIONS = {
    "see": sees,
    "edit": _is_member,
    "put_away": _may_put_away,
    "pass_on": _may_pass_on,
    "seclude": _may_seclude,
    "move": _may_move,
}
# What a view does with its record follows from its name, not from the right it asks for.
NAMED = {
    "archive": "put_away",
    "restore": "put_away",
    "merge": "put_away",
    "counselor": "pass_on",
    "give": "pass_on",
    "sight": "seclude",
    "star": "see",
    "show": "see",
    "history": "see",
    "index": "see",
    "opportunities.move": "move",
    "opportunities.test": "move",
    "opportunities.undo": "move",
    "shows.meeting": "see",
    "records.file": "see",
}


def action_of(endpoint: str, methods: frozenset[str]) -> str:
    """Which row of the table a route falls under."""
    named = NAMED.get(endpoint) or NAMED.get(endpoint.rsplit(".", maxsplit=1)[-1])
    return named or ("edit" if "POST" in methods else "see")


MANAGERS = ("manager", "administrator")
HELD_BY_FEW = {
    "accounts.users": MANAGERS,
    "accounts.user": MANAGERS,
    "accounts.new": MANAGERS,
    "accounts.invite": MANAGERS,
    "accounts.edit": ("administrator",),
    "accounts.disable": ("administrator",),
    "accounts.enable": ("administrator",),
    "accounts.reset_second_factor": ("administrator",),
    "accounts.sign_out": ("administrator",),
    "accounts.teams": ("administrator",),
    "accounts.team": ("administrator",),
    "accounts.new_team": ("administrator",),
    "accounts.security_log": ("administrator",),
    "mail.pause": ("administrator",),
    "mail.resume": ("administrator",),
    "reference.*": ("administrator",),
}
"""Rows "users, teams, lists, settings..." and "cancel / resume the channel": endpoint -> roles; others are for all."""
HIDDEN_FROM_CHINA_DESK = ("organizations.owner", "organizations.owner_remove")
PUBLIC = (
    "static",
    "healthz",
    "accounts.login",
    "accounts.logout",
    "accounts.reset_ask",
    "accounts.reset_asked",
    "accounts.reset",
    "accounts.invitation",
    "accounts.second_step",
    "accounts.second_step_passkey",
)


def holds(who: Who, endpoint: str) -> bool:
    """Whether the route is this person's for any record at all."""
    if who.china_desk and endpoint in HIDDEN_FROM_CHINA_DESK:
        return False
    feature = endpoint.partition(".")[0]
    return who.role in (HELD_BY_FEW.get(endpoint) or HELD_BY_FEW.get(f"{feature}.*") or (who.role,))


def verdict(who: Who, endpoint: str, methods: frozenset[str], way: Way | None) -> Verdict:
    """What a request must come to; `way` None is a route without a record."""
    if not holds(who, endpoint):
        return Verdict.no_right
    if way is None:
        return Verdict.done
    if not sees(who, way):
        return Verdict.hidden
    return Verdict.done if ACTIONS[action_of(endpoint, methods)](who, way) else Verdict.refused


@dataclass(frozen=True)
class Kept:
    """A row that is no record: a mail, an import, a kept view, a session, an account."""

    kind: str
    owner: str
    team: str | None = None


def verdict_of_kept(who: Who, endpoint: str, method: str, kept: Kept) -> Verdict:
    """Rows *Mail* page, resend, imports, and what is one's own."""
    if not holds(who, endpoint):
        return Verdict.no_right
    own, managed = kept.owner == who.name, who.role == "manager" and kept.team in who.teams
    if kept.kind == "mail":
        known = own or managed or who.role == "administrator"
        answers = endpoint == "mail.show" or own or managed
        return (Verdict.done if answers else Verdict.refused) if known else Verdict.hidden
    if kept.kind == "run":
        if not (own or managed or who.role == "network_manager"):
            return Verdict.hidden
        # Managers undo what was imported; what a preview becomes is for whoever brought the file.
        return Verdict.done if own or method == "GET" or endpoint == "imports.undo" else Verdict.refused
    everybodys = kept.kind in ("team", "list") or (kept.kind == "user" and (who.role == "administrator" or managed))
    return Verdict.done if own or everybodys else Verdict.hidden
