"""The values of many opportunities as they are stored, without loading the records, and their last changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from types import SimpleNamespace
from typing import NamedTuple

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


class LastFieldChange(NamedTuple):
    """The last change of a field, with its value before (`old`) and since then (`new`)."""

    id: int
    at: datetime
    old: str | None
    new: str | None


def load_last_changes(ids: Collection[int], fields: Collection[ChangedField]) -> dict[tuple[int, str], LastFieldChange]:
    """Return the last change of each field by id and code: one that counts, and one that was undone or is an undo."""
    c = OpportunityChange
    codes = [code for field in fields for code in (field.value, field.undone_code)]
    is_one = sa.and_(c.opportunity_id.in_(ids), c.field.in_(codes))
    last = sa.select(sa.func.max(c.id)).where(is_one).group_by(c.opportunity_id, c.field)
    rows = db.session.execute(sa.select(c.opportunity_id, c.field, c.id, c.at, c.old, c.new).where(c.id.in_(last)))
    return {(row.opportunity_id, row.field): LastFieldChange(row.id, row.at, row.old, row.new) for row in rows}
