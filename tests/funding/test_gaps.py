"""The days and figures at which something in the data of a client or an interaction is missing or old."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from crm.funding.policy.counting import ClientGap, SessionGap
from crm.funding.queries.months import load_month
from crm.funding.queries.quality import count_client_gaps, count_session_gaps
from crm.funding.queries.sessions import list_sessions
from crm.interactions.counting import RequiredFact
from crm.interactions.policy import InteractionState, InteractionType, SessionType
from crm.interactions.services import ClientMinutes
from crm.organizations.models import Client, ClientAgreement, DatedFact
from crm.organizations.policy import ClientStatus, FactKind
from crm.organizations.services import set_facts
from tests.factories import archived, client_of, make_confidential

TODAY = date(2026, 12, 8)


@pytest.fixture
def signed(client_firm, session):
    """Return a client that has signed."""
    set_facts(session.get(Client, client_firm.id), {"status": ClientStatus.client})
    return client_firm


@pytest.mark.parametrize(
    ("agreement", "is_gap"),
    [
        ({"from_on": TODAY, "to_on": TODAY}, False),
        ({"from_on": TODAY, "to_on": None}, False),
        ({"from_on": date(2026, 12, 9), "to_on": None}, True),
        ({"from_on": date(2026, 1, 1), "to_on": date(2026, 12, 7)}, True),
        ({"from_on": date(2026, 1, 1), "to_on": None, "on_file": False}, True),
    ],
)
def test_agreement_is_on_file_and_includes_today(anna, signed, agreement, is_gap):
    former = client_of("Inland", "Former client", status=ClientStatus.closed)
    set_facts(ClientAgreement(organization_id=former.id), {"from_on": TODAY, "on_file": True})
    set_facts(ClientAgreement(organization_id=signed.id), {"on_file": True} | agreement)
    assert count_client_gaps(anna, None)[ClientGap.agreement] == is_gap


def test_latest_agreement_decides_as_for_sessions(anna, signed, session_for):
    set_facts(ClientAgreement(organization_id=signed.id), {"on_file": True, "from_on": date(2020, 1, 1)})
    row = session_for(signed, wall=datetime(2026, 12, 7, 14, 0))
    assert count_client_gaps(anna, None)[ClientGap.agreement] == 0
    latest = {"on_file": True, "from_on": date(2025, 1, 1), "to_on": date(2026, 1, 1)}
    set_facts(ClientAgreement(organization_id=signed.id), latest)
    assert (
        RequiredFact.agreement in list_sessions(anna, TODAY - timedelta(days=1), TODAY, interaction=row.id)[0].reasons
    )
    assert count_client_gaps(anna, None)[ClientGap.agreement] == 1


@pytest.mark.parametrize(
    ("county", "zip_code", "is_gap"), [("Kern", None, False), (None, "95202", False), ("", "", True)]
)
def test_county_or_zip_is_enough(anna, signed, session, county, zip_code, is_gap):
    session.get(Client, signed.id).county, signed.postal_code = county, zip_code
    session.flush()
    assert count_client_gaps(anna, None)[ClientGap.county] == is_gap


def test_sales_that_are_old_are_unknown_to_the_china_desk(anna, actor, signed):
    assert count_client_gaps(anna, None)[ClientGap.stale] == 0
    values = {"kind": FactKind.sales, "number": Decimal(0), "as_of": date(2025, 12, 7), "source": "Client"}
    set_facts(DatedFact(organization_id=signed.id), values)
    gaps = count_client_gaps(anna, None)
    assert (gaps[ClientGap.sales], gaps[ClientGap.staff], gaps[ClientGap.stale]) == (0, 1, 1)
    assert count_client_gaps(actor("shen"), None)[ClientGap.stale] == 0


def test_figure_without_a_number_is_missing(anna, signed):
    values = {"kind": FactKind.staff, "number": None, "as_of": TODAY, "source": "Client"}
    row = DatedFact(organization_id=signed.id)
    set_facts(row, values)
    assert count_client_gaps(anna, None)[ClientGap.staff] == 1
    set_facts(row, {"number": Decimal(0)})
    assert count_client_gaps(anna, None)[ClientGap.staff] == 0


def test_figures_of_a_team_are_its_own(actor, anna, signed):
    assert count_client_gaps(actor("nora"), anna.first_team_id)[ClientGap.staff] == 1
    assert count_client_gaps(actor("nora"), actor("boris").first_team_id)[ClientGap.staff] == 0


@pytest.mark.parametrize(
    ("values", "gap"),
    [
        ({"contact": 0, "prep": 0}, SessionGap.minutes),
        ({"contact": 0, "prep": 1}, None),
        ({"contact": 1, "prep": 0}, None),
        ({"contact": 0, "session_type": SessionType.update_only}, None),
        ({"contact": 0, "session_type": SessionType.online}, SessionGap.minutes),
        ({"contact": 0, "type": InteractionType.note}, None),
        ({"funder": None}, SessionGap.funder),
        ({"funder": None, "countable": False}, None),
        ({"contact": 0, "countable": False}, None),
        ({"contact": 0, "wall": datetime(2026, 10, 1, 0, 0)}, SessionGap.minutes),
        ({"contact": 0, "wall": datetime(2026, 9, 30, 23, 59)}, None),
        ({"state": InteractionState.planned, "contact": 0, "wall": datetime(2026, 12, 8, 7, 35)}, SessionGap.outcome),
        ({"state": InteractionState.planned, "contact": 0, "wall": datetime(2026, 12, 8, 7, 37)}, None),
    ],
)
def test_gap_of_an_interaction(anna, client_firm, session_for, values, gap):
    session_for(client_firm, **values)
    assert count_session_gaps(anna, None) == {x: int(x is gap) for x in SessionGap}


def test_gaps_are_those_of_open_interactions_that_the_reader_sees(actor, anna, client_firm, session_for):
    missing = {"contact": 0}
    archived(session_for(client_firm, **missing))
    make_confidential(session_for(client_firm, **missing))
    session_for(client_firm, **missing)
    assert [count_session_gaps(actor(name), None)[SessionGap.minutes] for name in ("anna", "dora", "boris")] == [
        2,
        1,
        0,
    ]


def test_minutes_of_each_client_are_asked_for(anna, client_firm, log, step):
    clients = [ClientMinutes(x.id, funder_id=step.id) for x in (client_firm, client_of("Inland", "Other client"))]
    log(datetime(2026, 12, 7, 9, 0))
    log(datetime(2026, 12, 7, 14, 0), clients=[replace(clients[0], contact=30), clients[1]])
    assert count_session_gaps(anna, None)[SessionGap.minutes] == 1


def test_month_tells_planned_sessions_from_those_that_were_held(anna, client_firm, session_for):
    session = session_for(client_firm)
    planned = session_for(client_firm, contact=0, state=InteractionState.planned, wall=datetime(2026, 12, 31, 23, 0))
    session_for(client_firm, wall=datetime(2027, 1, 1, 0, 0), state=InteractionState.planned, contact=0)
    month = load_month(anna, anna.id, TODAY)
    assert (month.first, month.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert [x.interaction_id for x in month.sessions] == [session.id, planned.id]
    assert [x.interaction_id for x in month.past_sessions] == [session.id]
    assert load_month(anna, anna.id, TODAY - timedelta(days=8)).sessions == []


def test_list_of_interactions_with_gaps_has_their_local_dates(client, client_firm, session_for):
    session_for(client_firm, wall=datetime(2026, 12, 7, 9, 0), zone="Asia/Shanghai", funder=None)
    page = client.login_as("anna").get("/funding/interactions?gap=funder").text
    assert re.findall(r"Dec \d+(?=<)", page.partition("<tbody")[2].partition("</tbody>")[0]) == ["Dec 7"]
