"""Hooks: keep search names up to date, and record reassignments as changes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import author_of
from crm.core.data.record import Record
from crm.core.hooks import DEPENDENT_UPDATES, REASSIGNED
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ChangedField

from .opportunities import refresh_opportunity_name

PARTS = {
    "organization": Opportunity.client_id,
    "project": Opportunity.project_id,
    "product": Opportunity.product_id,
}


def _update_dependents(host: Record) -> None:
    if isinstance(host, Opportunity):
        refresh_opportunity_name(host)
    part = PARTS.get(host.kind)
    if part is None:
        return
    is_named = sa.or_(part == host.id, Opportunity.buyer_id == host.id)
    for row in db.session.scalars(sa.select(Opportunity).where(is_named)):
        refresh_opportunity_name(row)


DEPENDENT_UPDATES.append(_update_dependents)


def _note_counselor(kind: str, ids: Sequence[int], before: int | None, after: int | None) -> None:
    """Record a change of counselor for each reassigned opportunity."""
    if kind != "opportunity" or before == after:
        return
    change = {
        "at": clock.now(),
        "by_id": author_of(db.session()).actor_id,
        "field": ChangedField.counselor.value,
        "old": str(before or ""),
        "new": str(after or ""),
    }
    db.session.execute(sa.insert(OpportunityChange), [change | {"opportunity_id": i} for i in ids])


REASSIGNED.append(_note_counselor)
