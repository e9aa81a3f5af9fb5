"""The period of reports by email: one that ended since the email before is reported to its last day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import current_app

from crm.reports.mails import build_facts
from crm.reports.policy import EmailInterval, find_reported_day
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity


def test_email_after_the_end_of_a_fiscal_year_reports_all_of_it(people, actor, clock):
    clock.set(datetime(2026, 9, 30, 20, tzinfo=UTC))
    make_opportunity(client_of("Inland"), counselor=people["anna"], close_on=date(2026, 12, 1))
    clock.set(datetime(2026, 10, 1, 15, tzinfo=UTC))
    with current_app.test_request_context():
        day = find_reported_day(EmailInterval.monthly, date(2026, 10, 1))
        facts = build_facts(actor("clara"), EmailInterval.monthly, ["funnel", "forecast", "stuck"], day)
    assert facts is not None
    assert [(x["title"], x["period"], x["path"]) for x in facts["reports"]] == [
        ("Forecast", "Federal FY 2027", "/reports/forecast?choices=default"),
        ("Funnel", "Federal FY 2026", "/reports/funnel?choices=default&at=2026-09-01"),
    ]
    assert facts["reports"][1]["answer"].startswith("1 opportunity was added in Federal FY 2026")


def test_card_of_a_dashboard_names_its_period(client, people, clock):
    clock.set(datetime(2026, 10, 1, 15, tzinfo=UTC))
    web = client.login_as("clara")
    web.post("/reports/dashboard/edit", data={"dashboard": ["losses", "stuck"]})
    page = web.get("/reports/dashboard").text
    assert page.count('<p class="small dim mb-0">') == 1
    assert '<p class="small dim mb-0">Federal FY 2027</p>' in page
