"""To which team a record belongs after a merge."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.organizations.models import Organization
from crm.organizations.policy import is_shared
from crm.organizations.queries import load_roles
from crm.people.models import Affiliation, Person
from crm.people.policy import Employer, team_of_person


def find_merged_team(survivor: Record, duplicate: Record) -> int | None:
    """Return the team that follows from the roles or positions of both records; None: all teams share the record."""
    ids = [survivor.id, duplicate.id]
    if isinstance(survivor, Organization):
        roles = {role for roles in load_roles(ids).values() for role in roles}
        return None if is_shared(roles) else survivor.team_id or duplicate.team_id
    if isinstance(survivor, Person) and not survivor.confidential:
        stmt = sa.select(Organization.team_id).join(Affiliation, Affiliation.organization_id == Organization.id)
        team_ids = db.session.scalars(stmt.where(Affiliation.person_id.in_(ids)))
        return team_of_person([Employer(team_id) for team_id in team_ids], survivor.team_id)
    return survivor.team_id
