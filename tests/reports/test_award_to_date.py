"""Award to date in the period picker."""

from __future__ import annotations

from datetime import date

import pytest

from crm.funding.models import Award
from crm.reference.models import Funder

FIRST, LATER = date(2025, 10, 1), date(2026, 10, 1)


@pytest.fixture
def awards(session, people, clock) -> tuple[Award, Award]:
    """Return an award that has begun, and one of next year."""
    funder = Funder(code="STEP", name="STEP")
    session.add(funder)
    session.flush()
    rows = [
        Award(funder_id=funder.id, number=number, from_on=first, to_on=first.replace(year=first.year + 1))
        for number, first in (("S-26", FIRST), ("S-27", LATER))
    ]
    session.add_all(rows)
    session.commit()
    return rows[0], rows[1]


def test_reports_offer_and_show_the_time_of_an_award_to_date(client, awards):
    client.login_as("anna")
    page = client.get("/reports/activity").text
    assert f'<option value="{awards[0].id}" >STEP S-26</option>' in page
    assert "S-27" not in page
    page = client.get(f"/reports/activity?award={awards[0].id}").text
    assert "STEP S-26 to date" in page
    assert "Oct 1, 2025 to Mar 10, 2026" in page
    assert "STEP S-26 to date" in client.get("/reports/activity").text
    assert client.get(f"/reports/activity?award={awards[0].id}&as=xlsx").status_code == 200


@pytest.mark.parametrize("report", ["activity", "results", "forecast", "pipeline", "goals", "shows"])
def test_every_report_with_a_period_takes_an_award(client, awards, report):
    client.login_as("clara")
    page = client.get(f"/reports/{report}?award={awards[0].id}")
    has_period = "STEP S-26 to date" in page.text
    assert (page.status_code, has_period) in ((200, True), (400, False))


def test_awards_that_have_not_begun_and_unknown_ones_are_refused(client, awards):
    client.login_as("anna")
    for award_id in (awards[1].id, 99_999, "x"):
        assert client.get(f"/reports/activity?award={award_id}").status_code == 400


def test_china_desk_sees_no_awards(client, awards, people, session):
    people["anna"].is_china_desk = True
    session.commit()
    client.login_as("anna")
    assert "S-26" not in client.get("/reports/activity").text
    assert client.get(f"/reports/activity?award={awards[0].id}").status_code == 400
