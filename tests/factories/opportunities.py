"""Opportunities and the follow-ups about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ChangedField, LicenseGate, OpportunityStage, probability
from crm.opportunities.services import add_opportunity
from crm.organizations.models import Organization
from crm.products.policy import ClassificationSource, Jurisdiction
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from crm.reference.models import LostReason
from tests.factories.organizations import client_of
from tests.factories.products import product
from tests.factories.records import id_of, make_confidential, numbers

CLEARED = {
    "jurisdiction": Jurisdiction.ear,
    "eccn": "EAR99",
    "said_by": ClassificationSource.client,
    "said_on": date(2026, 1, 5),
    "ip_note": "Mark filed at CNIPA.",
}
"""The fields that complete the export status of a product."""


def make_opportunity(
    of: Organization | None = None,
    title: str | None = None,
    *,
    stage: OpportunityStage = OpportunityStage.matched,
    days: int = 0,
    counselor: Any = None,
    confidential: bool = False,
    readers: Any = (),
    **facts: Any,
) -> Opportunity:
    """Add an opportunity of a client (by default a new client of Inland), `days` in its first stage."""
    client = of if of is not None else client_of()
    values = {"client_id": client.id, "title": title or f"Opportunity {next(numbers)}", **facts}
    row = add_opportunity(SYSTEM, values)
    row.counselor_id = id_of(counselor)
    row.stage, row.stage_since = stage, clock.now() - timedelta(days=days)
    row.chance = probability(stage, percent=row.probability, certainty=row.certainty)
    first = db.session.scalars(sa.select(OpportunityChange).where(OpportunityChange.opportunity_id == row.id)).one()
    first.new, first.at = stage.value, row.stage_since
    db.session.flush()
    if confidential:
        make_confidential(row, *readers)
    return row


def reason(name: str, **facts: Any) -> LostReason:
    """Add a lost reason."""
    row = LostReason(code=name.casefold(), name=name, **facts)
    db.session.add(row)
    db.session.flush()
    return row


def step(about: Opportunity, due_on: date, title: str = "Call", **facts: Any) -> FollowUp:
    """Add an open follow-up about an opportunity."""
    facts.setdefault("counselor_id", about.counselor_id or facts.pop("by", None))
    return add_follow_up(SYSTEM, {"title": title, "due_on": due_on, **facts}, about=[about.id])


def cleared_product(of: Organization, **facts: Any) -> Any:
    """Add a product whose export status is complete."""
    return product(of, **CLEARED | facts)


def rows_of(table: Any) -> int:
    """Return the number of rows of a table."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def move_at(row: Opportunity, old: OpportunityStage | None, new: OpportunityStage, moved_at: datetime) -> None:
    """Add a move in the past."""
    row.stage = new
    change = OpportunityChange(opportunity_id=row.id, at=moved_at, field=ChangedField.stage.value, new=new.value)
    change.old = old.value if old else None
    db.session.add(change)
    db.session.flush()


def reviewed(row: Opportunity) -> Opportunity:
    """Finish the export review of an opportunity."""
    for test in OpportunityStage.export_cleared.tests:
        set_evidence(SYSTEM, row, str(test.value), EvidenceState.met, "x", "x")
    row.license_gate = LicenseGate.not_needed
    return row
