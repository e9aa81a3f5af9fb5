"""An interaction counts on its local date: in reports, in the lists they open, and in reports to funders."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest

from crm.core.data.base import db
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.goals import load_goals
from crm.funding.queries.months import load_month
from crm.funding.queries.sessions import list_counted_sessions
from crm.funding.services.awards import save_award
from crm.interactions.policy import InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.people.policy import OfficialKind
from crm.reference.models import Funder
from crm.reports.queries import Scope, count_official_meetings, list_counties, list_official_meetings, load_activity
from tests.factories import affiliation, client_of, organization, person
from tests.funding.conftest import complete_client

FIRST, LAST = date(2025, 10, 1), date(2025, 12, 31)
QUARTER = "period=quarter&at=2025-12-31"
MONTHS = (
    (date(2025, 9, 1), date(2025, 9, 30)),
    (FIRST, date(2025, 10, 31)),
    (date(2025, 12, 1), LAST),
    (date(2026, 1, 1), date(2026, 1, 31)),
)
ZONES = ("America/Los_Angeles", "Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Pago_Pago")
TIMES = (
    datetime(2025, 9, 30, 23, 59),
    datetime(2025, 10, 1, 0, 0),
    datetime(2025, 12, 31, 23, 59),
    datetime(2026, 1, 1, 0, 0),
)
"""Local times around the first and the last day of a quarter, each logged in every zone."""


def count_logged(first: date, last: date) -> int:
    """Return how many sessions were logged from a local date to a local date."""
    return len(ZONES) * sum(first <= wall.date() <= last for wall in TIMES)


@pytest.fixture
def quarter(people: dict[str, Any], actor: Any, clock: Any) -> dict[str, Any]:
    """Log sessions in four zones around the first and the last day of a quarter, each with an official."""
    funder = Funder(code="STEP", name="State Trade")
    db.session.add(funder)
    db.session.flush()
    client, official = client_of("Inland", "Alpha", counselor=people["anna"]), person("Zhao")
    complete_client(client, date(2024, 1, 1))
    affiliation(official, organization("Bureau"), official=OfficialKind.official)
    for zone in ZONES:
        for wall in TIMES:
            values = {"wall": wall, "zone": zone, "type": InteractionType.session, "reached": "talked"}
            details = InteractionDetails(
                parties=[PartyValues(person_id=official.id)],
                clients=[ClientMinutes(client.id, 60, funder_id=funder.id)],
                staff_ids=[people["anna"].id],
            )
            log_interaction(actor("anna"), values, details)
    award = {"funder_id": funder.id, "number": "STEP-26", "from_on": FIRST, "to_on": LAST, "location_code": 249003}
    goals = [{"measure": GoalMeasure.sessions, "team_id": None, "user_id": None, "target": 10}]
    award_row = save_award(actor("nora"), award | {"goals": goals, "reports": []})
    return {"funder": funder, "client": client, "award": award_row}


@pytest.fixture(params=ZONES[:2])
def reader(request: pytest.FixtureRequest, people: dict[str, Any], actor: Any) -> Any:
    """Return a manager who reads in California or in Shanghai."""
    people["clara"].zone = request.param
    db.session.flush()
    return actor("clara")


def test_reports_count_the_sessions_of_a_quarter_by_local_date_as_form_641_does(quarter, reader):
    scope, expected = Scope(reader, reader.team_ids), count_logged(FIRST, LAST)
    activity = load_activity(scope, FIRST, LAST)
    assert activity.totals.interactions == expected
    assert activity.totals.contact == 60 * expected
    assert len(list_counted_sessions(reader, FIRST, LAST, quarter["funder"].id)) == expected
    assert [row.minutes for row in list_counties(scope, FIRST, LAST) if row.county == "Alameda"] == [60 * expected]
    assert count_official_meetings(list_official_meetings(scope, FIRST, LAST)) == (expected, 1, 0)
    assert [row.pace.actual for row in load_goals(reader, quarter["award"])] == [expected]


def test_months_of_a_counselor_and_of_activity_have_the_same_sessions(quarter, people, reader):
    scope = Scope(reader, reader.team_ids, counselor_id=people["anna"].id)
    for first, last in MONTHS:
        number = count_logged(first, last)
        assert number > 0
        assert load_activity(scope, first, last).totals.interactions == number
        assert len(load_month(reader, people["anna"].id, first).counted) == number


def test_numbers_of_activity_open_lists_with_as_many_interactions(quarter, reader, client):
    browser = client.login_as("clara")
    page = browser.get(f"/reports/activity?{QUARTER}").text
    links = set(re.findall(r'href="(/interactions/\?[^"]*from=2025-10-01&amp;to=2025-12-31[^"]*)"', page))
    assert links
    expected = str(count_logged(FIRST, LAST))
    for link in links:
        assert re.search(r"<span>(\d+) total", browser.get(link.replace("&amp;", "&")).text)[1] == expected, link
    for first, last in MONTHS:
        opened = browser.get(f"/interactions/?in=date.month:{first:%Y-%m}").text
        assert re.search(r"<span>(\d+) total", opened)[1] == str(count_logged(first, last))
