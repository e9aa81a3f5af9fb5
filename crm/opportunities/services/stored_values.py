"""The values of many opportunities as they are stored, without loading the records, and their last changes."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace

import sqlalchemy as sa

from crm.core.data.base import db
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ChangedField

COLUMNS = (
    Opportunity.id,
    Opportunity.team_id,
    Opportunity.counselor_id,
    Opportunity.stage,
    Opportunity.path,
    Opportunity.amount,
    Opportunity.currency,
    Opportunity.probability,
    Opportunity.certainty,
    Opportunity.close_on,
    Opportunity.close_quarter,
    Opportunity.close_key,
)


def load_values(ids: Collection[int]) -> dict[int, SimpleNamespace]:
    """Return the columns from which others follow, by id."""
    rows = db.session.execute(sa.select(*COLUMNS).where(Opportunity.id.in_(ids))).mappings()
    return {row["id"]: SimpleNamespace(**row) for row in rows}


def load_last_changes(
    ids: Collection[int], fields: Collection[ChangedField]
) -> dict[tuple[int, ChangedField], str | None]:
    """Return the new value of the last change of each field, by id and field; fields without a change are left out."""
    c = OpportunityChange
    is_one = sa.and_(c.opportunity_id.in_(ids), c.field.in_([field.value for field in fields]))
    last = sa.select(sa.func.max(c.id)).where(is_one).group_by(c.opportunity_id, c.field)
    rows = db.session.execute(sa.select(c.opportunity_id, c.field, c.new).where(c.id.in_(last)))
    return {(record_id, ChangedField(field)): new for record_id, field, new in rows}
