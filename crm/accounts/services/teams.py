"""Create and change teams."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.errors import Invalid
from crm.core.words import _


@dataclass(frozen=True)
class TeamValues:
    name: str
    country: str = "US"
    zone: str = "America/Los_Angeles"
    postal_address: str | None = None


def find_team_by_name(name: str) -> Team | None:
    """Return the team with this name, or else the first whose name differs only in case or full-width characters."""
    teams = db.session.scalars(sa.select(Team).order_by(Team.id)).all()
    same = [team for team in teams if _fold(team.name) == _fold(name)]
    return next((team for team in same if team.name == name), same[0] if same else None)


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def save_team(team: Team, values: TeamValues) -> Team:
    """Save a new or changed team. Raises Invalid on `name` if another team has it."""
    team.name, team.country, team.zone = values.name, values.country, values.zone
    team.postal_address = values.postal_address
    try:
        with db.session.begin_nested():
            db.session.add(team)
    except IntegrityError:
        raise Invalid(_("A team with this name already exists. Enter another name."), "name") from None
    return team
