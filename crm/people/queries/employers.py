"""Where people work now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.organizations.models import Organization
from crm.people.models import Affiliation

IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


def load_main_employers(actor: Actor, person_ids: Collection[int]) -> list[tuple[int, int]]:
    """Return the people among these records with their main organizations, as pairs of ids.

    Only organizations that the actor sees. What is written about a person now may name them, so it is as confidential
    as they are.
    """
    if not person_ids:
        return []
    return [(person_id, organization_id) for person_id, organization_id in _employers(actor, ids=list(person_ids))]


@cached_query
def _employers(viewer: AccessProfile) -> Select:
    return (
        sa.select(Affiliation.person_id, Affiliation.organization_id)
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(IDS), Affiliation.to_on.is_(None), Affiliation.main)
        .where(visible(viewer, Organization))
        .order_by(Affiliation.id)
    )
