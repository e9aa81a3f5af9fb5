"""Hooks: keep search names up to date, record reassignments as changes, withdraw screenings of other parties."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch, author_of, in_batch
from crm.core.data.record import Record
from crm.core.hooks import DEPENDENT_UPDATES, REASSIGNED, SCREENED_PARTIES_CHANGED
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ChangedField, ExitTest, OpportunityStage, is_open
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import withdraw_evidence

from .opportunities import refresh_opportunity_name

PARTS = {
    "organization": Opportunity.client_id,
    "project": Opportunity.project_id,
    "product": Opportunity.product_id,
}

PAUSED = (OpportunityStage.export_hold, OpportunityStage.dormant)
SCREENED_STAGES = tuple(stage for stage in OpportunityStage if is_open(stage) or stage in PAUSED)
"""The stages in which other parties have to be screened: neither signed nor closed."""
TEST = str(ExitTest.parties_screened.value)
WITHDRAWAL = "withdrawal"
"""The kind of the batch that withdraws the screenings of opportunities."""


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


def list_screened(project_id: int) -> Sequence[int]:
    """Return the ids of the open opportunities of a project whose parties were screened, also of hidden ones."""
    is_met = sa.and_(Evidence.test == TEST, Evidence.state == EvidenceState.met)
    stmt = sa.select(Opportunity.id).join(Evidence, sa.and_(Evidence.record_id == Opportunity.id, is_met))
    stmt = stmt.where(Opportunity.project_id == project_id, Opportunity.stage.in_(SCREENED_STAGES))
    return db.session.scalars(stmt).all()


def _withdraw_screenings(project_id: int) -> None:
    """Withdraw the screenings of the opportunities of a project, also of those that the author may not see.

    The history has it in a batch of its own: whether the change of the project can be undone must not depend on
    opportunities that are hidden from its author.
    """
    ids = list_screened(project_id)
    if not ids:
        return
    author_id = author_of(db.session()).actor_id
    batch = Batch(uid=new_uid(), kind=WITHDRAWAL, title="", at=clock.now(), actor_id=author_id)
    db.session.add(batch)
    db.session.flush()
    with in_batch(db.session(), batch):
        withdraw_evidence(ids, TEST)


SCREENED_PARTIES_CHANGED.append(_withdraw_screenings)
