"""Cases and the follow-ups about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage, probability
from crm.opportunities.services import add_opportunity
from crm.organizations.models import Organization
from crm.products.policy import ClassificationSource, Jurisdiction
from crm.reference.models import LostReason
from tests.factories.organizations import client_of
from tests.factories.products import product
from tests.factories.records import id_of, numbers, secluded

CLEARED = {
    "jurisdiction": Jurisdiction.ear,
    "eccn": "EAR99",
    "said_by": ClassificationSource.client,
    "said_on": date(2026, 1, 5),
    "ip_note": "Mark filed at CNIPA.",
}
"""What makes the export status of a product complete."""


def case(
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
    """Make a case of a client (a new one of Inland when none is given), `days` in its stage."""
    client = of if of is not None else client_of()
    values = {"client_id": client.id, "title": title or f"Case {next(numbers)}", **facts}
    made = add_opportunity(SYSTEM, values)
    made.counselor_id = id_of(counselor)
    made.stage, made.stage_since = stage, clock.now() - timedelta(days=days)
    made.chance = probability(stage, percent=made.probability, certainty=made.certainty)
    db.session.flush()
    if confidential:
        secluded(made, *readers)
    return made


def reason(name: str, **facts: Any) -> LostReason:
    """Put a reason for losing into the list."""
    made = LostReason(code=name.casefold(), name=name, **facts)
    db.session.add(made)
    db.session.flush()
    return made


def step(about: Opportunity, due_on: date, title: str = "Call", **facts: Any) -> FollowUp:
    """Make an open follow-up about a case."""
    facts.setdefault("counselor_id", about.counselor_id or facts.pop("by", None))
    return add_follow_up(SYSTEM, {"title": title, "due_on": due_on, **facts}, about=[about.id])


def cleared_product(of: Organization, **facts: Any) -> Any:
    """Make a product whose export status is complete."""
    return product(of, **CLEARED | facts)


def rows_of(table: Any) -> int:
    """How many rows a table has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
