"""Users, teams, sectors and funders by their names in files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.policy import Role
from crm.core.words import LabeledEnum
from crm.reference.models import Funder, Sector

W = TypeVar("W", bound=LabeledEnum)
_NAME_AND_ADDRESS = re.compile(r"[^()<>]*[(<]([^\s()<>]+@[^\s()<>]+)[)>]")


@dataclass(frozen=True)
class ImportUser:
    """A user as a counselor or staff member of rows."""

    id: int
    name: str
    zone: str
    team_ids: tuple[int, ...]
    active: bool = True
    sees_all_teams: bool = False

    def sees_team(self, team_id: int | None) -> bool:
        """Return whether records of this team are visible to the user; those without a team are visible to all."""
        return team_id is None or self.sees_all_teams or team_id in self.team_ids


class ReferenceLookup:
    """Users, teams and lists of the administrators, loaded once per import."""

    @cached_property
    def _users(self) -> dict[str, list[ImportUser]]:
        teams: dict[int, list[int]] = {}
        memberships = sa.select(Membership.user_id, Membership.team_id).order_by(Membership.position)
        for user_id, team_id in db.session.execute(memberships):
            teams.setdefault(user_id, []).append(team_id)
        by_text: dict[str, list[ImportUser]] = {}
        for user in db.session.scalars(sa.select(User).order_by(sa.not_(User.active), User.id)):
            sees_all = user.role is Role.network_manager
            user_row = ImportUser(user.id, user.name, user.zone, tuple(teams.get(user.id, ())), user.active, sees_all)
            for text in {text.strip().casefold() for text in (user.email, user.name, user.native_name or "")} - {""}:
                by_text.setdefault(text, []).append(user_row)
        return by_text

    def find_users(self, text: str) -> Sequence[ImportUser]:
        """Return the users with this email address or name, active ones first.

        Other programs write both: Anna Fox (anna@demo.example).
        """
        key = text.strip().casefold()
        match = None if key in self._users else _NAME_AND_ADDRESS.fullmatch(key)
        return self._users.get(match[1] if match else key, ())

    @cached_property
    def _teams(self) -> dict[str, int]:
        return {name.casefold(): team_id for team_id, name in db.session.execute(sa.select(Team.id, Team.name))}

    def find_team(self, text: str) -> int | None:
        """Return the id of a team by name."""
        return self._teams.get(text.strip().casefold())

    @cached_property
    def _sectors(self) -> dict[str, int]:
        rows = db.session.execute(sa.select(Sector.id, Sector.code, Sector.name, Sector.native_name))
        return {text.casefold(): i for i, *texts in rows for text in texts if text}

    def find_sector(self, text: str) -> int | None:
        """Return the id of a sector by code or name."""
        return self._sectors.get(text.strip().casefold())

    @cached_property
    def _funders(self) -> dict[str, int]:
        rows = db.session.execute(sa.select(Funder.id, Funder.code, Funder.name))
        return {text.casefold(): i for i, *texts in rows for text in texts if text}

    def find_funder(self, text: str) -> int | None:
        """Return the id of a funder by code or name."""
        return self._funders.get(text.strip().casefold())


def find_enum_member(enum: type[W], text: str, aliases: Iterable[tuple[str, W]] = ()) -> W | None:
    """Return the member of an enum by code, English label, label in the reader's language, or alias; else None."""
    plain = " ".join(text.split()).casefold()
    by_text = {
        form: member for member in enum for form in (member.value, member.label.text.casefold(), str(member).casefold())
    }
    return (by_text | dict(aliases)).get(plain) or by_text.get(plain.replace(" ", "_").replace("-", "_"))
