"""The seven people of the demo and their three teams."""

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
    """Who somebody of the demo is, and in which words the sign-in page says so."""

    name: str
    words: Lazy
    role: Role
    teams: tuple[str, ...]
    native_name: str | None = None
    zone: str = "America/Los_Angeles"
    country: str = "US"
    has_compliance: bool = False
    is_china_desk: bool = False


# fmt: off
PEOPLE = {
    "anna": DemoUser("Anna Reyes", _l("Counselor, Inland"), Role.staff, ("Inland",)),
    "boris": DemoUser("Boris Keller", _l("Counselor, Bay"), Role.staff, ("Bay",)),
    "clara": DemoUser("Clara Whitfield", _l("Manager, Inland"), Role.manager, ("Inland",)),
    "shen": DemoUser(
        "Shen Yun", _l("China desk in Shanghai, all teams"), Role.staff, TEAMS, "沈韵", "Asia/Shanghai", "CN",
        is_china_desk=True,
    ),
    "dora": DemoUser(
        "Dora Lindqvist", _l("Counselor, Inland; handles export reviews"), Role.staff, ("Inland",), has_compliance=True
    ),
    "nora": DemoUser("Nora Castillo", _l("Network manager, all teams"), Role.network_manager, ()),
    "admin": DemoUser("Ada Marsh", _l("Administrator, Inland"), Role.administrator, ("Inland",)),
}
# fmt: on


def email_of(name: str) -> str:
    """The address of one of the seven."""
    return f"{name}@demo.example"


def make_demo_people(names: Iterable[str] = PEOPLE) -> dict[str, User]:
    """Make the teams and these people as far as they are missing; gives the users by first name. Flushes."""
    teams = {team.name: team for team in db.session.scalars(sa.select(Team))}
    for name in TEAMS:
        if name not in teams:
            teams[name] = Team(name=name)
            db.session.add(teams[name])
    wanted = {email_of(name): name for name in names}
    there = db.session.scalars(sa.select(User).where(User.email.in_(wanted)))
    found = {wanted[user.email]: user for user in there}
    missing = [name for name in wanted.values() if name not in found]
    # One hash for all of them: it is the same public password, and each hash takes a tenth of a second.
    password = hash_password(PASSWORD) if missing else ""
    for name in missing:
        found[name] = _user(name, password)
    db.session.add_all(found.values())
    db.session.flush()
    for name in missing:
        places = enumerate(PEOPLE[name].teams)
        db.session.add_all(Membership(user_id=found[name].id, team_id=teams[t].id, position=at) for at, t in places)
    db.session.flush()
    return {name: found[name] for name in wanted.values()}


def _user(name: str, password: str) -> User:
    who = PEOPLE[name]
    return User(
        email=email_of(name),
        name=who.name,
        native_name=who.native_name,
        password=password,
        role=who.role,
        zone=who.zone,
        country=who.country,
        has_compliance=who.has_compliance,
        is_china_desk=who.is_china_desk,
        created_at=clock.now(),
    )
