"""A pipeline with opportunities for every section of the report."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.opportunities import services
from crm.opportunities.policy import OpportunityStage, SalesPath
from crm.projects.models import Project
from crm.projects.policy import LeadStage
from crm.reference.models import Rate
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity, reviewed, step


def lead(name: str, stage: LeadStage = LeadStage.lead_heard, days: int = 0) -> Project:
    """Add a lead that has been in its stage for some days."""
    row = Project(name=name, label=name, sort_key=name.lower(), lead_stage=stage)
    row.stage_since = clock.now() - timedelta(days=days)
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def pipeline(people: dict[str, Any]) -> dict[str, Any]:
    """Return opportunities of Inland and Bay in every state; anna may not see two of them."""
    day = clock.today("America/Los_Angeles")
    db.session.add(Rate(currency="CNY", on=day - timedelta(days=3), usd=Decimal("0.14")))
    inland, bay = client_of("Inland", counselor=people["anna"]), client_of("Bay", counselor=people["boris"])
    anna, clara = people["anna"], people["clara"]
    rows = {
        "matched": make_opportunity(inland, counselor=anna, amount=100_000, close_on=day + timedelta(days=20)),
        "quoted": make_opportunity(
            inland, stage=OpportunityStage.quoted, days=40, counselor=clara, amount=700_000, currency="CNY"
        ),
        "unknown": make_opportunity(inland, stage=OpportunityStage.quoted, counselor=anna, path=SalesPath.direct_sale),
        "unrated": make_opportunity(
            inland, stage=OpportunityStage.negotiating, amount=5_000_000, currency="JPY", close_on=day
        ),
        "lost": make_opportunity(inland, stage=OpportunityStage.lost, amount=10_000_000, counselor=anna),
        "signed": make_opportunity(inland, counselor=anna, amount=250_000),
        "secret": make_opportunity(
            inland, stage=OpportunityStage.quoted, counselor=clara, amount=9_000_000, confidential=True
        ),
        "secret2": make_opportunity(inland, counselor=clara, amount=8_000_000, confidential=True),
        "bay": make_opportunity(bay, stage=OpportunityStage.introduced, counselor=people["boris"], amount=40_000),
    }
    for name, row in rows.items():
        if name != "signed" and row.stage is not OpportunityStage.matched:
            row.created_at = clock.now() - timedelta(days=60)
    services.change_opportunity(_actor(people["anna"]), rows["matched"], {"close_on": day + timedelta(days=200)})
    rows["signed"].stage = OpportunityStage.negotiating
    services.move_opportunity(_actor(people["anna"]), reviewed(rows["signed"]), OpportunityStage.contracted)
    step(rows["matched"], day - timedelta(days=2), counselor_id=anna.id)
    step(rows["quoted"], day - timedelta(days=5), counselor_id=clara.id)
    lead("Ningbo water"), lead("Suzhou II", LeadStage.needs_captured, 30)
    rows["matched"].project_id = lead("Taken").id
    db.session.flush()
    return rows


def _actor(user: Any) -> Any:
    from crm.core.data.identity import Team, actor_of

    return actor_of(user, [db.session.scalar(sa.select(Team.id).where(Team.name == "Inland"))])
