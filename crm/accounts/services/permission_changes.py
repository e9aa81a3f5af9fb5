"""What the security log says about a changed user."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User


def list_permissions(user: User) -> dict[str, str]:
    """Return role, rights, teams and email of a user as texts for the security log."""
    stmt = sa.select(Team.name).join(Membership, Membership.team_id == Team.id)
    teams = db.session.scalars(stmt.where(Membership.user_id == user.id).order_by(Team.name))
    flags = {"compliance": user.has_compliance, "china_desk": user.is_china_desk}
    return {
        "role": user.role.value,
        "rights": ", ".join(name for name, has in flags.items() if has) or "-",
        "teams": ", ".join(teams) or "-",
        "email": user.email,
    }


def describe_difference(before: dict[str, str], after: dict[str, str]) -> str:
    """Return the changed entries as "role: staff → manager; ..."; empty when nothing changed."""
    return "; ".join(f"{name}: {before[name]} → {after[name]}" for name in before if before[name] != after[name])
