"""Records of tests/fixtures/demo_records.py for tests of funding."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
import xmlschema

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.funding.models import Assistance, FiledCorrection
from crm.funding.policy.filing import DifferenceKind, ReportKind
from crm.funding.policy.step import AssistanceState
from crm.funding.queries.differences import load_differences
from crm.funding.services.assistance import save_part
from crm.funding.services.awards import save_award
from crm.funding.services.filing import file_report
from crm.interactions.services import ClientMinutes
from crm.organizations.models import ClientAgreement, DatedFact
from crm.organizations.policy import FactKind, LegalForm
from crm.organizations.queries import get_client
from crm.organizations.services import set_facts
from tests.fixtures.demo_records import anna, client_firm, log, now, prime, record_pages, rosa, step, wang, web

__all__ = ["anna", "client_firm", "log", "now", "prime", "record_pages", "rosa", "step", "wang", "web"]
SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "nexus_counseling.xsd")
WALL = datetime(2026, 12, 7, 14, 0)
SESSION_AT = datetime(2026, 11, 10, 9, 0)
QUARTER = {"first": date(2026, 10, 1), "last": date(2026, 11, 30), "team_id": None, "note": None, "files_again": True}
"""The period of `report`, with its session; files sessions that another report counts, too."""


def complete_client(client, day: date = date(2026, 1, 1)) -> None:
    """Add every fact that funders require of a client, from a day on."""
    facts = {"county": "Alameda", "legal_form": LegalForm.llc, "founded_on": date(2018, 1, 1)}
    set_facts(get_client(client.id), facts)
    set_facts(ClientAgreement(organization_id=client.id), {"from_on": day, "on_file": True})
    for kind, number in ((FactKind.staff, 12), (FactKind.sales, 900_000)):
        values = {"kind": kind, "number": number, "as_of": day, "source": "Client"}
        set_facts(DatedFact(organization_id=client.id), values)


@pytest.fixture
def session_for(log, step):
    """Log a session of anna for a client: `session_for(client, contact=45)`."""

    def make(client, wall: datetime = WALL, contact: int = 45, prep: int = 0, funder=step, **more):
        row = {key: more.pop(key) for key in ("session_type", "countable", "travel") if key in more}
        for_client = ClientMinutes(client.id, contact, prep, funder_id=funder.id if funder else None, **row)
        return log(wall, clients=[for_client], **more)

    return make


@pytest.fixture
def award(actor, step):
    """Return an award of STEP for the fiscal year."""
    values = {"funder_id": step.id, "number": "STEP-26", "from_on": date(2026, 10, 1), "to_on": date(2027, 9, 30)}
    return save_award(actor("nora"), values | {"location_code": 249003, "goals": [], "reports": []})


@pytest.fixture
def award_with(actor, step):
    """Return a function that makes an award with goals: (measure, team id, user id, target)."""

    def make(*goals, reports=()):
        names = ("measure", "team_id", "user_id", "target")
        values = {"funder_id": step.id, "number": "STEP-26", "from_on": date(2026, 10, 1), "to_on": date(2027, 9, 30)}
        rows = [dict(zip(names, goal, strict=True)) for goal in goals]
        return save_award(actor("nora"), values | {"goals": rows, "reports": list(reports)})

    return make


@pytest.fixture
def interaction(client_firm, session_for):
    """Log a session that counts for the client."""
    complete_client(client_firm)
    return session_for(client_firm, wall=SESSION_AT, contact=45, prep=15, travel=30, english_line="HS codes of sensors")


@pytest.fixture
def report(actor, award, interaction):
    """File the report of QUARTER, which has the session."""
    return file_report(actor("nora"), award, QUARTER)


@pytest.fixture
def assist(award, client_firm):
    """Return a function that adds assistance under the award to a client."""

    def add(client=client_firm, **values):
        defaults = {"client_id": client.id, "award_id": award.id, "description": "Booth", "on": date(2026, 11, 5)}
        defaults |= {"approved": Decimal(8000), "spent": Decimal(7500), "match": Decimal(1875)}
        return save_part(SYSTEM, Assistance(), defaults | {"state": AssistanceState.completed} | values)

    return add


@pytest.fixture
def booth(assist):
    """Return assistance that a client report of QUARTER counts."""
    return assist()


@pytest.fixture
def filed_client_report(actor, award, booth):
    """Return the client report of QUARTER with the booth, in the database as for the next request."""
    report = file_report(actor("nora"), award, QUARTER | {"kind": ReportKind.assistance})
    db.session.commit()
    return report


def list_corrections(report) -> list[tuple[str, list[DifferenceKind]]]:
    """Return the reasons of the corrections of a report with what they are about; nothing else differs."""
    db.session.expire_all()
    assert load_differences(report) == []
    stmt = sa.select(FiledCorrection).where(FiledCorrection.report_id == report.id).order_by(FiledCorrection.id)
    return [(x.reason, sorted((d.kind for d in x.read_differences()), key=str)) for x in db.session.scalars(stmt)]
