"""A client of Inland, an opportunity with a finished export review, and a reader of all rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import LicenseGate
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from tests.factories import client_of
from tests.factories.opportunities import cleared_product, make_opportunity


@pytest.fixture
def inland_client(people: dict[str, Any]) -> Any:
    return client_of("Inland", "ClearAir Sensors", counselor=people["anna"])


@pytest.fixture
def cleared_opportunity(inland_client: Any, actor: Callable[[str], Any], people: dict[str, Any]) -> Opportunity:
    """Return an opportunity of anna with a finished export review."""
    row = make_opportunity(
        inland_client,
        "Sensors for Suzhou",
        counselor=people["anna"],
        product_id=cleared_product(inland_client).id,
        license_gate=LicenseGate.not_needed,
    )
    set_evidence(actor("anna"), row, "parties_screened", EvidenceState.met, "trade.gov", "no hit")
    return row


@pytest.fixture
def read_rows() -> Callable[[], Any]:
    """Return a function that reads all rows of opportunities, changes and evidence."""

    def read() -> Any:
        db.session.expire_all()
        tables = (Opportunity.__table__, OpportunityChange.__table__, Evidence.__table__)
        return [sorted(map(tuple, db.session.execute(sa.select(t)).all()), key=str) for t in tables]

    return read
