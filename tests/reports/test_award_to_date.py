"""Award to date in the period picker."""

from __future__ import annotations

import re
from datetime import date

import pytest

from crm.funding.models import Award
from crm.reference.models import Funder
from crm.shows.models import Show
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity

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


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("activity", "No interactions took place in the period of STEP S-26 to date."),
        ("results", "No results are on record for the period of STEP S-26 to date."),
        ("funnel", "No opportunities were added in the period of STEP S-26 to date."),
        ("forecast", "$0 was signed in the period of STEP S-26 to date, and $0 is still expected to close in it."),
        ("counties", "No clients were served in the period of STEP S-26 to date."),
        ("shows", "1 show began in the period of STEP S-26 to date, with 0 meetings held."),
    ],
)
def test_sentences_are_about_the_period_of_the_award(client, awards, session, report, text):
    session.add(Show(name="Fair", label="Fair", sort_key="fair", starts_on=FIRST, ends_on=FIRST))
    session.commit()
    assert text in client.login_as("clara").get(f"/reports/{report}?award={awards[0].id}").text


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


@pytest.mark.parametrize("filters", ["", "&path=project"])
def test_pipeline_of_an_award_to_date_counts_what_closes_up_to_today(client, awards, session, filters):
    for day in (9, 10, 11):
        make_opportunity(client_of("Inland"), close_on=date(2026, 3, day))
    session.commit()
    client.login_as("clara")
    page = client.get(f"/reports/pipeline?award={awards[0].id}{filters}").text
    days = "closes_from=2026-03-01&amp;closes_before=2026-03-10"
    (row,) = (part for part in page.partition('id="closing"')[2].split("<tr")[1:] if days in part)
    assert re.findall(r">(\d+)</a>", row) == ["0", "2"]


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


def test_award_that_began_long_ago_has_a_forecast(client, awards, session):
    awards[0].from_on = date(1900, 1, 1)
    session.commit()
    client.login_as("clara")
    assert client.get(f"/reports/forecast?award={awards[0].id}").status_code == 200


def read_form(page: str) -> dict[str, str]:
    """Return the period that the choices of a report send."""
    form = page.partition('class="row-x wrap acts whose"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(period|at)" value="([^"]*)"', form))


def test_no_award_returns_to_the_period_shown_before(client, awards):
    web, month = client.login_as("clara"), {"period": "month", "at": "2025-09-01"}
    assert read_form(web.get("/reports/activity?period=month&at=2025-09-05").text) == month
    page = web.get(f"/reports/activity?period=month&at=2025-09-01&award={awards[0].id}").text
    assert "Oct 1, 2025 to Mar 10, 2026" in page
    assert read_form(page) == month
    assert read_form(web.get(f"/reports/activity?award={awards[0].id}").text) == {}
    assert read_form(web.get("/reports/activity?award=&period=month&at=2025-09-01").text) == month


def test_buttons_of_periods_leave_the_award(client, awards):
    page = client.login_as("clara").get(f"/reports/activity?period=month&at=2025-09-01&award={awards[0].id}").text
    buttons = page.split('<span class="seg"')[1].split("</span>", maxsplit=1)[0]
    links = re.findall(r'href="([^"]+)"', buttons)
    assert len(links) == 4
    assert not any("award" in link or link.count("period=") > 1 for link in links)
