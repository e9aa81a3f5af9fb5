"""The seven users of the demo and their three teams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.policy import Role
from crm.core.words import Lazy, _l

from .passwords import hash_password

PASSWORD = "causeway-demo"  # noqa: S105 - shown on the sign-in page of the demo, loopback only
TEAMS = ("Inland", "Bay", "Valley")


class DemoUser(NamedTuple):
    """A user of the demo; `role_label` is shown on the sign-in page."""

    name: str
    role_label: Lazy
    role: Role
    teams: tuple[str, ...]
    native_name: str | None = None
    zone: str = "America/Los_Angeles"
    country: str = "US"
    has_compliance: bool = False
    is_china_desk: bool = False


PEOPLE = {
    "anna": DemoUser("Anna Reyes", _l("Counselor, Inland"), Role.staff, ("Inland",)),
    "boris": DemoUser("Boris Keller", _l("Counselor, Bay"), Role.staff, ("Bay",)),
    "clara": DemoUser("Clara Whitfield", _l("Manager, Inland"), Role.manager, ("Inland",)),
    "shen": DemoUser(
        "Shen Yun",
        _l("China desk in Shanghai, all teams"),
        Role.staff,
        TEAMS,
        "沈韵",
        "Asia/Shanghai",
        "CN",
        is_china_desk=True,
    ),
    "dora": DemoUser(
        "Dora Lindqvist", _l("Counselor, Inland; handles export reviews"), Role.staff, ("Inland",), has_compliance=True
    ),
    "nora": DemoUser("Nora Castillo", _l("Network manager, all teams"), Role.network_manager, ()),
    "admin": DemoUser("Ada Marsh", _l("Administrator, Inland"), Role.administrator, ("Inland",)),
}


def email_of(name: str) -> str:
    """Return the email address of a demo user."""
    return f"{name}@demo.example"


def describe_demo_users() -> list[str]:
    """Return the lines that `make run` and `flask users demo` print."""
    users = [f"  {email_of(name):24} {person.name}, {person.role_label}" for name, person in PEOPLE.items()]
    return [f"Sample users of the demo; the password of each is {PASSWORD}:", *users]


def make_demo_people(names: Iterable[str] = PEOPLE) -> dict[str, User]:
    """Create the teams and these users if they are missing, and return the users by first name. Flushes."""
    teams = {team.name: team for team in db.session.scalars(sa.select(Team))}
    for name in TEAMS:
        if name not in teams:
            teams[name] = Team(name=name)
            db.session.add(teams[name])
    names_by_email = {email_of(name): name for name in names}
    existing = db.session.scalars(sa.select(User).where(User.email.in_(names_by_email)))
    users = {names_by_email[user.email]: user for user in existing}
    missing = [name for name in names_by_email.values() if name not in users]
    # One hash for all: the password is the same and public, and each hash takes a tenth of a second.
    password = hash_password(PASSWORD) if missing else ""
    for name in missing:
        users[name] = _user(name, password)
    db.session.add_all(users.values())
    db.session.flush()
    for name in missing:
        memberships = [
            Membership(user_id=users[name].id, team_id=teams[team].id, position=position)
            for position, team in enumerate(PEOPLE[name].teams)
        ]
        db.session.add_all(memberships)
    db.session.flush()
    return {name: users[name] for name in names_by_email.values()}


def _user(name: str, password: str) -> User:
    person = PEOPLE[name]
    return User(
        email=email_of(name),
        name=person.name,
        native_name=person.native_name,
        password=password,
        role=person.role,
        zone=person.zone,
        country=person.country,
        has_compliance=person.has_compliance,
        is_china_desk=person.is_china_desk,
        created_at=clock.now(),
    )
