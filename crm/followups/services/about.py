"""The records that a follow-up is about: those named, and the organizations of their people."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import Record, get_all_visible, visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.organizations.models import Organization
from crm.people.models import Affiliation

IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


def load_about(actor: Actor, ids: Collection[int], promisers: Collection[int]) -> tuple[list[int], int | None]:
    """Return the ids of the records and of the employers of their people and of `promisers`, and the first team.

    The pages of these organizations show the follow-up, and it is as confidential as they are: its text may name them.
    Raises NotFound when a record is missing or not visible, or Merged.
    """
    people = sorted({*ids, *promisers})
    rows, employers = run_together(
        partial(_records, actor, ids=list(ids)), partial(_employers, actor, ids=people) if people else tuple
    )
    records = {row.id: row for row in rows}
    if len(records) < len(set(ids)) or any(row.merged_into_id for row in rows):
        get_all_visible(Record, actor, ids)
    team_id = next((team for i in ids if (team := records[i].team_id) is not None), None)
    return list(dict.fromkeys((*ids, *(row.organization_id for row in employers)))), team_id


@cached_query
def _records(viewer: AccessProfile) -> Select:
    return sa.select(Record.id, Record.team_id, Record.merged_into_id).where(Record.id.in_(IDS), visible(viewer))


@cached_query
def _employers(viewer: AccessProfile) -> Select:
    """Select the main organizations of the people among some records."""
    return (
        sa.select(Affiliation.organization_id)
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(IDS), Affiliation.to_on.is_(None), Affiliation.main)
        .where(visible(viewer, Organization))
        .order_by(Affiliation.id)
    )
