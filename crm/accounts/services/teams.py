"""Create and change teams."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.errors import Invalid
from crm.core.words import _


@dataclass(frozen=True)
class TeamValues:
    """The values of a team."""

    name: str
    country: str = "US"
    zone: str = "America/Los_Angeles"
    postal_address: str | None = None


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
