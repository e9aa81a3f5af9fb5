"""The name that people outside see: that of the center, never that of the product."""

from __future__ import annotations

from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import Team

PRODUCT_NAME = "Causeway"


def name_center(team: Team) -> str:
    """Return the name of a team's center: the setting, else the first line of the postal address, else the team."""
    name = str(current_app.config["CRM_CENTER_NAME"])
    first_line = (team.postal_address or "").strip().split("\n", 1)[0].strip()
    return name if name != PRODUCT_NAME else first_line or team.name


def find_center(team_id: int | None) -> str:
    """Return the name of a team's center; without a team the setting, or "" if none is set."""
    team = db.session.get(Team, team_id) if team_id is not None else None
    if team is not None:
        return name_center(team)
    name = str(current_app.config["CRM_CENTER_NAME"])
    return "" if name == PRODUCT_NAME else name
